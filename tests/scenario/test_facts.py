"""What a fired rule leaves in the journal."""

from __future__ import annotations

from collections.abc import Callable

from simulator.journal.entry import Hit
from simulator.scenario.facts import CLEAN, Facts, Plan
from simulator.scenario.fate import STAGES
from simulator.scenario.player import Player


def test_a_hit_records_what_the_fault_declares(
    play: Callable[..., Player], charge: Callable[..., Facts]
) -> None:
    """Rule, arm, fault, stage, and both axes: the effect and the most that can be seen."""
    player = play("rules: [{name: lost, mix: [{share: 100%, fault: {lost_reply: {after: 1s}}}]}]")
    fired = player.plan(charge(), 0.0).after
    assert fired is not None
    assert fired.hit() == Hit("lost", "lost_reply", "after", "once", "info", "lost_reply")


def test_a_plan_has_a_place_for_every_stage_of_an_exchange() -> None:
    """In the order in which the player counts them."""
    assert tuple(map(str, STAGES)) == Plan.__struct_fields__
    assert Plan() == CLEAN
