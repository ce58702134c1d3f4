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


def test_the_schema_knows_every_fault_and_checker(capsys: pytest.CaptureFixture[str]) -> None:
    """It is JSON, and an editor that reads it can complete the names."""
    assert main(["schema"]) == 0
    text = capsys.readouterr().out
    assert json.loads(text)["$schema"].startswith("https://json-schema.org/")
    missing = [each.name for each in (*FAULTS, *CHECKERS) if f'"{each.name}"' not in text]
    assert missing == []
