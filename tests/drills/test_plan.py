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


@pytest.mark.parametrize(
    ("call", "says", "file", "count"),
    [(None, "", "", 1), (None, "", "instances: 3", 3), (None, "instances: 2\n", "instances: 3", 2),
     (4, "instances: 2\n", "instances: 3", 4), (1, "instances: 2\n", "", 1)],
)  # fmt: skip
def test_the_call_the_scenario_and_the_merchant_say_how_many_instances(
    tmp_path: Path, call: int | None, says: str, file: str, count: int
) -> None:
    """In this order; one if nobody says anything."""
    shop = tmp_path / "shop.yaml"
    shop.write_text(f"merchant:\n  start: python shop.py\n  {file}\n")
    scenario = loader.load(SCENARIO.replace("seed: 7\n", says))
    planned = plan(scenario, merchant(str(shop)), Folder(tmp_path), instances=call)
    assert planned.instances == count


def test_an_instance_that_is_not_there_cannot_be_ended(tmp_path: Path) -> None:
    """The scenario may leave the number open; then the call has to give enough."""
    event = "    events:\n      - {at: 2s, restart_merchant: {instance: 2}}\n    rules:\n"
    scenario = loader.load(SCENARIO.replace("    rules:\n", event, 1))
    with pytest.raises(UsageError, match=r"ends instance 2 of the merchant, .* to be one"):
        plan(scenario, merchant("careful"), Folder(tmp_path))
    assert plan(scenario, merchant("careful"), Folder(tmp_path), instances=2).instances == 2


def test_runs_are_told_apart() -> None:
    """Orders of one run are never taken for those of another in a shop that keeps its database."""
    runs = {new_run() for _ in range(100)}
    assert len(runs) == 100
    assert all(run.isalnum() and run[-1].isalpha() for run in runs)


def test_shoppers_have_wallets_where_the_gateway_keeps_them(tmp_path: Path) -> None:
    """The load generator is told by which methods; nothing is said where there are none."""
    folder = Folder(tmp_path)
    plain = plan(loader.load(SCENARIO), merchant("careful"), folder)
    assert "wallets" not in plain.load_plan("http://127.0.0.1:1").traffic
    text = SCENARIO.replace("seed: 7\n", "seed: 7\nprofile: gopay\n")
    kept = plan(loader.load(text), merchant("careful"), folder)
    assert kept.load_plan("http://127.0.0.1:1").traffic["wallets"] == ["gopay", "wallet"]
