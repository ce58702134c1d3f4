"""The YAML library: every file loads, tells a story and can do what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.faults.catalogue import FAULTS
from simulator.scenario import loader
from simulator.scenario.facts import Facts, Fired
from simulator.scenario.player import Player

ROOT = Path(__file__).resolve().parent.parent / "scenarios"
FILES = sorted(ROOT.rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_loads_and_tells_its_story(file: Path) -> None:
    """Its name is that of its file, after that of its folder if need be, and it says what it is."""
    scenario = loader.load(file)
    assert scenario.name in {file.stem, f"{file.parent.name}-{file.stem}"}
    assert len(scenario.about) > 60
    assert scenario.hit_points()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_rule_and_arm_of_a_scenario_can_strike(file: Path) -> None:
    """For some order, at some time of the scenario."""
    scenario = loader.load(file)
    player = Player(scenario, seed=scenario.seed, started=0.0)
    spans = player.spans()
    times = [span.ends - 0.1 for span in spans] + [span.begins for span in spans] or [0.0]
    assert _hits(player, times) == set(scenario.hit_points())


def test_every_fault_has_a_scenario() -> None:
    """Whoever wants to meet one finds it."""
    shown = {
        shot.fault.name
        for file in FILES
        for _, rule in loader.load(file).sections()
        for shot in rule.arms
    }
    assert shown == {fault.name for fault in FAULTS}


def _hits(player: Player, times: list[float]) -> set[tuple[str, str | None]]:
    found: set[tuple[str, str | None]] = set()
    for now in times:
        fired: list[Fired | None] = list(player.refused(now).values())
        for order in range(400):
            for operation in ("authorize", "capture", "refund", "query"):
                plan = player.plan(_facts(order, operation), now)
                fired += [plan.before, plan.decide, plan.after, plan.wire]
            for event in ("payment.captured", "payment.failed"):
                fired.append(player.webhook(_facts(order, "webhook", event), now))
        found |= {(each.rule, each.arm) for each in fired if each is not None}
    return found


def _facts(order: int, operation: str, webhook: str | None = None) -> Facts:
    return Facts(
        channel="backup" if order % 5 == 4 else "primary",
        operation=operation,
        order=str(order),
        method=("card", "card", "card", "wallet")[order % 4],
        card_country=("DE", "IN", "BR")[order % 3],
        card_token=f"tok_visa_DE_{order}",
        amount=1999,
        currency="EUR",
        webhook=webhook,
    )
