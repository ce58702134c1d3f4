"""The commands about scenario files: validate, scenarios, schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator import library
from simulator.checkers.catalogue import CHECKERS
from simulator.cli.main import main
from simulator.faults.catalogue import FAULTS

EIGHT = Path(__file__).parents[1] / "scenario" / "eight-mistakes.yaml"


def test_a_good_file_is_ok(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A line for each file."""
    good = tmp_path / "good.yaml"
    good.write_text("scenario: 1\nname: good\nrules:\n  - fault: {hang: {for: 1s}}\n")
    assert main(["validate", str(good)]) == 0
    assert capsys.readouterr().out == f"{good}: ok\n"


def test_eight_mistakes_give_eight_located_messages(capsys: pytest.CaptureFixture[str]) -> None:
    """All at once, each as file:line:column."""
    assert main(["validate", str(EIGHT)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 8
    assert all(line.startswith(f"{EIGHT}:") and line.count(":") >= 3 for line in lines)


def test_one_bad_file_does_not_hide_the_others(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Good files are named, and the mistakes of all bad ones."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("scenario: 1\nname: x\nrulez: []\n")
    argv = ["validate", str(tmp_path / "a.yaml"), "gateway-brownout", str(tmp_path / "b.yaml")]
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out.count(": ok") == 1
    assert "a.yaml:3:1:" in captured.err
    assert "b.yaml:3:1:" in captured.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere.yaml", "there is no file nowhere.yaml"),
        ("gateway-brownot", "did you mean 'gateway-brownout'"),
        (".", "is a folder"),
    ],
)
def test_what_is_not_there(name: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A file, a name of the library, or a helpful no."""
    assert main(["validate", name]) == 2
    assert said in capsys.readouterr().err


def test_the_library_is_listed_and_sound(capsys: pytest.CaptureFixture[str]) -> None:
    """Every scenario with its length and what it is about."""
    assert main(["scenarios"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(library.names("scenarios"))
    assert all(len(line.split()) > 4 for line in lines)


def test_the_library_is_searched(capsys: pytest.CaptureFixture[str]) -> None:
    """By folder, by the failure that is shown, and by both."""

    def listed(*words: str) -> list[str]:
        assert main(["scenarios", *words]) == 0
        return [line.split()[0] for line in capsys.readouterr().out.splitlines()]

    webhooks = [name for name in library.names("scenarios") if name.startswith("webhooks/")]
    assert listed("webhooks") == webhooks
    cards = listed("--failure", "lost_card")
    assert cards == ["declines/lost-or-stolen"]
    assert listed("declines", "--failure", "lost_card") == cards
    assert listed("webhooks", "--failure", "lost_card") == ["no"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["drils"], "there are no scenarios called 'drils' (did you mean"),
        (["--failure", "lost_crad"], "there is no failure 'lost_crad' (did you mean 'lost_card'"),
    ],
)
def test_what_cannot_be_searched_for(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt folder or failure is no empty answer."""
    assert main(["scenarios", *words]) == 2
    assert said in capsys.readouterr().err


def test_the_schema_knows_every_fault_and_checker(capsys: pytest.CaptureFixture[str]) -> None:
    """It is JSON, and an editor that reads it can complete the names."""
    assert main(["schema"]) == 0
    text = capsys.readouterr().out
    assert json.loads(text)["$schema"].startswith("https://json-schema.org/")
    missing = [each.name for each in (*FAULTS, *CHECKERS) if f'"{each.name}"' not in text]
    assert missing == []
