"""The command line as a whole: help, mistakes, and what endings become."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator import __version__
from simulator.cli.main import COMMANDS, main
from simulator.errors import (
    ControlError,
    DocumentError,
    DrillInvalid,
    InvariantViolation,
    JournalError,
    Problem,
    UsageError,
)

NAMES = ("drill", "serve", "judge", "validate", "scenarios", "schema", "explain", "merchant")


def _raise(error: BaseException) -> Callable[..., object]:
    def raiser(*_args: object, **_options: object) -> object:
        raise error

    return raiser


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """In the order in which a newcomer needs them."""
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    listed = [line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line]
    assert listed == list(NAMES) == [command.__name__ for command in COMMANDS]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A usage line and a sentence."""
    assert main([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: paydrill {name}")
    assert out.splitlines()[2].strip().endswith((".", "money.", "variables."))


def test_no_arguments_show_the_help_and_are_a_wrong_call(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A script that forgot the command must not look green."""
    assert main([]) == 2
    captured = capsys.readouterr()
    assert "Commands:" in captured.out + captured.err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    """One line."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"paydrill {__version__}\n"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["dril"], "dril"),
        (["serve", "--port", "many"], "--port"),
        (["serve", "--port", "70000"], "65535"),
        (["drill"], "SCENARIO"),
        (["merchant", "clever"], "clever"),
        (["judge", "nowhere"], "nowhere"),
    ],
)
def test_a_wrong_call_names_what_is_wrong(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and the word in question on standard error."""
    assert main(argv) == 2
    assert said.lower() in capsys.readouterr().err.lower()


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("no such thing"), 2, "paydrill: no such thing"),
        (JournalError("not a journal"), 2, "paydrill: not a journal"),
        (ControlError("nobody there"), 2, "paydrill: nobody there"),
        (DocumentError((Problem("a.yaml", 3, 5, "odd"),)), 2, "a.yaml:3:5: odd"),
        (DrillInvalid("nothing hit"), 4, "invalid: nothing hit"),
        (KeyboardInterrupt(), 3, ""),
        (InvariantViolation("1 is not 2"), 5, "InvariantViolation: 1 is not 2"),
        (RuntimeError("oops"), 5, "RuntimeError: oops"),
    ],
)
def test_what_endings_become(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every way to end has its exit code; a bug of ours is called one."""
    monkeypatch.setattr("simulator.library.names", _raise(error))
    assert main(["scenarios"]) == code
    err = capsys.readouterr().err
    assert said in err
    assert ("a bug of paydrill" in err) == (code == 5)
