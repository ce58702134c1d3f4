"""The same scenarios break the merchant of Stripe's: same rules, same failures, same money."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from aiohttp.web_request import BaseRequest

from simulator import library
from simulator.faults.catalogue import FAULTS
from simulator.scenario import loader
from simulator.scenario.document import Scenario
from simulator.server import wire
from tests.scenarios.rows import ROWS as NATIVE
from tests.scenarios.stage import Act, stage
from tests.stripe.library.rows import GAPS, ROWS, name_of, unmet, unshown
from tests.stripe.library.scenes import INSTEAD
from tests.stripe.library.stage import StripeStage
from tests.stripe.library.ways import STAGES, by_card

#: How long a fault that lets callers wait lets them wait here, in seconds.
MOMENT_S = 0.01
#: Faults that no payment made through Stripe can meet, and why.
OUT_OF_REACH = {
    "notice_lost": "it befalls notices of the native API, which Stripe has not",
}
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
async def test_a_scenario_does_the_same_through_stripe(name: str, tmp_path: Path) -> None:
    """Who is struck, what is told and where the money is: as in the native API, step by step."""
    scenario = _load(name)
    async with stage(tmp_path, scenario, StripeStage) as here:
        assert isinstance(here, StripeStage)
        for step in ROWS[name]:
            if isinstance(step, Act):
                await step.play(here)
            else:
                await here.perform(step)
        points = {rule if arm is None else f"{rule}/{arm}" for rule, arm in scenario.hit_points()}
        assert points - set(here.hits()) == unmet(name)
        await here.check_news()
        assert here.it.complaints == []


@pytest.mark.parametrize("name", [name for name in ROWS if name.startswith("declines/")])
@pytest.mark.parametrize("kind", STAGES)
async def test_it_is_the_same_however_a_card_is_charged(
    name: str, kind: type[StripeStage], tmp_path: Path
) -> None:
    """Step by step, or by a charge without an intent: declined alike, and paid alike."""
    steps = tuple(by_card(ROWS[name]))
    assert steps
    async with stage(tmp_path, _load(name), kind) as here:
        assert isinstance(here, kind)
        for step in steps:
            await here.perform(step)
        assert here.it.complaints == []


@pytest.mark.parametrize("name", library.names("scenarios"))
def test_a_scenario_shows_its_failures_here_as_well(name: str) -> None:
    """All that the file names, but for what is listed as having no counterpart."""
    shown = {step.failure for step in ROWS.get(name, ()) if step.failure}
    assert shown == set(_load(name).failures) - unshown(name)


def test_what_is_left_out_is_listed_and_nothing_else() -> None:
    """Each scenario is performed here, or has its reason; no reason is left over."""
    for name in library.names("scenarios"):
        assert name in ROWS or any(scenario == name for scenario, _ in GAPS), name
    scenes = {
        (name, name_of(each))
        for name, row in NATIVE.items()
        for each in row
        if isinstance(each, Act)
    }
    assert set(GAPS) | set(INSTEAD) <= scenes
    for name, row in NATIVE.items():
        there = [name_of(each) for each in row if isinstance(each, Act)]
        for (scenario, scene), others in INSTEAD.items():
            assert scenario != name or there.count(scene) == len(others), (scenario, scene)


def test_every_fault_is_applied_through_stripe() -> None:
    """Every rule that is not listed as unmet was hit above; together they have all faults."""
    met = {
        shot.fault.name
        for name in ROWS
        for _, rule in _load(name).sections()
        for shot in rule.arms
        if _point(rule.name or "", shot.arm) not in unmet(name)
    }
    assert met | set(OUT_OF_REACH) == {fault.name for fault in FAULTS}
    assert not met & set(OUT_OF_REACH)


def _point(rule: str, arm: str | None) -> str:
    return rule if arm is None else f"{rule}/{arm}"
