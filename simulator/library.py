"""Where the content lives that ships with the package: scenarios and load tests.

In a checkout they are the folders beside `simulator/`; an installed wheel carries copies in
`simulator/content/`. Both are found from where this file really is, for an editable install may
leave a stale copy among the installed packages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from simulator.errors import UsageError, did_you_mean

Kind = Literal["scenarios", "loadtests"]

_PACKAGE: Final = Path(__file__).resolve().parent
_SUFFIX: Final[dict[Kind, str]] = {"scenarios": ".yaml", "loadtests": ".py"}


def folder(kind: Kind, package: Path = _PACKAGE) -> Path:
    """The folder of this kind of content; `package` is where the package stands.

    Raises:
        UsageError: the installation has no such folder.
    """
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / kind).is_dir():
        return checkout / kind
    if (package / "content" / kind).is_dir():
        return package / "content" / kind
    raise UsageError(f"this installation of paydrill lacks its {kind}; install it again")


def names(kind: Kind) -> tuple[str, ...]:
    """Everything of this kind, sorted, as paths below its folder: `drills/gateway-brownout`."""
    top, suffix = folder(kind), _SUFFIX[kind]
    files = top.rglob(f"*{suffix}")
    return tuple(sorted(file.relative_to(top).as_posix().removesuffix(suffix) for file in files))


def find(kind: Kind, name: str) -> Path:
    """The file called `name`, with or without its folder and its suffix.

    Raises:
        UsageError: nothing, or more than one thing, has that name.
    """
    known, suffix = names(kind), _SUFFIX[kind]
    wanted = name.removesuffix(suffix)
    matches = [each for each in known if wanted in (each, each.rpartition("/")[2])]
    if len(matches) == 1:
        return folder(kind) / f"{matches[0]}{suffix}"
    if matches:
        raise UsageError(f"'{name}' is in {kind} more than once: {', '.join(matches)}")
    near = did_you_mean(wanted, [*known, *(each.rpartition("/")[2] for each in known)])
    raise UsageError(f"nothing in {kind} is called '{name}'{near}")
