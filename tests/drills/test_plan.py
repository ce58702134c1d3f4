"""Tests of making a drill out of a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.drills.folder import Folder
from simulator.drills.merchantfile import merchant
from simulator.drills.plan import new_run, plan
from simulator.errors import UsageError
from simulator.scenario import loader
from tests.drills.stories import SCENARIO


def test_seed_is_the_scenarios_unless_given(tmp_path: Path) -> None:
    """The same scenario has the same fates; another seed has to be asked for."""
    scenario, folder = loader.load(SCENARIO), Folder(tmp_path)
    assert plan(scenario, merchant("careful"), folder).seed == 7
    assert plan(scenario, merchant("careful"), folder, seed=0).seed == 0


def test_scenario_without_shoppers_cannot_be_drilled(tmp_path: Path) -> None:
    """It can be served; a drill in which nobody comes would be green for nothing."""
    quiet = "scenario: 1\nname: quiet\nrules:\n  - {fault: {decline: insufficient_funds}}\n"
    with pytest.raises(UsageError, match="nobody comes in this scenario"):
        plan(loader.load(quiet), merchant("careful"), Folder(tmp_path))


def test_shoppers_must_be_of_a_known_kind(tmp_path: Path) -> None:
    """The load tests have one user class for shops; another name is a mistake of the scenario."""
    text = SCENARIO.replace("seed: 7\n", "traffic: {shoppers: chekout}\n")
    with pytest.raises(UsageError, match=r"unknown shoppers 'chekout'.*checkout"):
        plan(loader.load(text), merchant("careful"), Folder(tmp_path))


def test_runs_are_told_apart() -> None:
    """Orders of one run are never taken for those of another in a shop that keeps its database."""
    runs = {new_run() for _ in range(100)}
    assert len(runs) == 100
    assert all(run.isalnum() for run in runs)
