"""`paydrill`: the commands, and one place where endings become exit codes."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from typer.main import get_command

from simulator import __version__
from simulator.cli.drill import drill
from simulator.cli.exits import ABORTED, INTERNAL, INVALID, PASS, WRONG_CALL
from simulator.cli.explain import explain
from simulator.cli.judge import judge
from simulator.cli.merchant import merchant
from simulator.cli.scenarios import scenarios
from simulator.cli.schema import schema
from simulator.cli.serve import serve
from simulator.cli.validate import validate
from simulator.errors import ControlError, DocumentError, DrillInvalid, JournalError, UsageError

#: What typer makes of Ctrl-C.
_INTERRUPTED: Final = 130

#: In the order in which a newcomer needs them.
COMMANDS: Final = (drill, serve, judge, validate, scenarios, schema, explain, merchant)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the flag's value
    if wanted:
        typer.echo(f"paydrill {__version__}")
        raise typer.Exit


def _paydrill(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A payment gateway that fails on purpose, and a verdict on what that did to the money."""


def application() -> typer.Typer:
    """The commands under one name."""
    app = typer.Typer(
        name="paydrill",
        callback=_paydrill,
        no_args_is_help=True,
        add_completion=False,
        # Plain help starts in a fraction of the time that markup takes to import.
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for command in COMMANDS:
        app.command()(command)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    try:
        get_command(application()).main(args=argv, prog_name="paydrill")
    except SystemExit as end:
        return _code(end)
    except DocumentError as error:
        return _say(str(error), WRONG_CALL)
    except (UsageError, JournalError, ControlError) as error:
        return _say(f"paydrill: {error}", WRONG_CALL)
    except DrillInvalid as error:
        return _say(f"invalid: {error}", INVALID)
    except Exception:  # noqa: BLE001 - the one place where a bug of ours becomes an exit code
        traceback.print_exc()
        return _say(
            "paydrill: internal error; this is a bug of paydrill, not of a merchant", INTERNAL
        )
    return PASS


def run() -> None:
    """The console script."""
    sys.exit(main())


def _code(end: SystemExit) -> int:
    if not isinstance(end.code, int):
        return PASS if end.code is None else WRONG_CALL
    return ABORTED if end.code == _INTERRUPTED else end.code


def _say(message: str, code: int) -> int:
    print(message, file=sys.stderr)  # noqa: T201 - this is the command line
    return code
