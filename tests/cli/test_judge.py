"""`paydrill judge`: by what was recorded, or by another scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.cli.main import main
from tests.drills import stories
from tests.drills.stories import GOOD


def test_a_recording_is_judged_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same verdict, and not a file more."""
    stories.write(tmp_path / "journal.jsonl", GOOD)
    assert main(["judge", str(tmp_path)]) == 0
    assert "PASS" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["journal.jsonl"]


@pytest.mark.parametrize("name", ["gateway-brownout", "drills/gateway-brownout"])
def test_another_scenario_may_be_one_of_the_library(tmp_path: Path, name: str) -> None:
    """By the name that `drill` takes; its faults never hit here."""
    stories.write(tmp_path / "journal.jsonl", GOOD)
    assert main(["judge", str(tmp_path), "--scenario", name]) == 4


def test_a_scenario_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong call, with what was near."""
    stories.write(tmp_path / "journal.jsonl", GOOD)
    assert main(["judge", str(tmp_path), "--scenario", "gateway-brownot"]) == 2
    assert "gateway-brownout" in capsys.readouterr().err
