"""Every scenario of the library is performed against the real gateway."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from aiohttp.web_request import BaseRequest

from simulator import library
from simulator.scenario import loader
from simulator.scenario.document import Scenario
from simulator.server import wire
from tests.scenarios.rows import ROWS
from tests.scenarios.stage import Act, stage

#: How long a fault that lets callers wait lets them wait here, in seconds.
MOMENT_S = 0.01
really_wait = wire.wait


@cache
def _load(name: str) -> Scenario:
    return loader.load(library.find("scenarios", name))


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that lets callers wait lets them wait for a moment only."""

    async def briefly(seconds: float, http: BaseRequest, *, whole: bool) -> None:
        await really_wait(min(seconds, MOMENT_S), http, whole=whole)

    monkeypatch.setattr(wire, "wait", briefly)


@pytest.mark.parametrize("name", ROWS)
async def test_a_scenario_does_what_it_says(name: str, tmp_path: Path) -> None:
    """Step by step: who is struck, what is seen, where the money is, and what helps."""
    scenario = _load(name)
    async with stage(tmp_path, scenario) as here:
        for step in ROWS[name]:
            if isinstance(step, Act):
                await step.play(here)
            else:
                await here.perform(step)
        points = {rule if arm is None else f"{rule}/{arm}" for rule, arm in scenario.hit_points()}
        assert points - set(here.hits()) == set()


@pytest.mark.parametrize("name", library.names("scenarios"))
def test_a_scenario_shows_the_failures_that_it_names(name: str) -> None:
    """Neither more nor fewer: what stands in the file happens in the test, one by one."""
    scenario = _load(name)
    assert name in ROWS, "write its row: what is sent, what is seen, where the money is"
    shown = {step.failure for step in ROWS[name] if step.failure}
    assert shown == set(scenario.failures)


def test_no_row_is_left_over() -> None:
    """A row without a scenario tests nothing."""
    assert set(ROWS) <= set(library.names("scenarios"))
