"""docs/reference/cli.md."""

from __future__ import annotations

from typing import Any, Final

from typer.main import get_command

from simulator.cli.main import application
from tools.reference import markdown
from tools.reference.markdown import code, table

_ABOUT: Final = """\
`paydrill COMMAND --help` says the same. Exit codes of every command:

| code | means |
|---|---|
| 0 | pass |
| 1 | a check is false |
| 2 | the scenario or the call is wrong |
| 3 | aborted |
| 4 | invalid: the drill proved nothing |
| 5 | internal error of paydrill |"""


def page() -> str:
    """The whole page."""
    group: Any = get_command(application())
    sections = [_section(name, command) for name, command in group.commands.items()]
    return markdown.page("The command line", _ABOUT, *sections)


def _section(name: str, command: Any) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    call = " ".join(["paydrill", name, *map(_argument, arguments), "[OPTIONS]" if options else ""])
    rows = [(code(_argument(each)), each.help or "", "") for each in arguments]
    rows += [(code(each.opts[0]), each.help or "", _default(each)) for each in options]
    parts = [f"## {name}", f"```\n{call.strip()}\n```", command.help.strip()]
    listed = table(("argument or option", "does", "default"), rows)
    return "\n\n".join([*parts, listed] if listed else parts)


def _argument(parameter: Any) -> str:
    word = parameter.name.upper() + ("…" if parameter.nargs == -1 else "")
    return word if parameter.required else f"[{word}]"


def _default(option: Any) -> str:
    variable = f"{code('$' + option.envvar)}" if option.envvar else ""
    value = "" if option.default in (None, ()) else code(str(option.default))
    return " or ".join(part for part in (value, variable) if part)
