"""Rules: their arms, and whose fate one roll decides."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from simulator.faults.fault import Per
from simulator.scenario.document import Scenario
from simulator.scenario.rules import Rule, unused

Scene = Callable[[str], Scenario]

MIX = "{mix: [{share: 1%%, fault: {decline: lost_card}}, %s]}"


def only(scene: Scene, rule: str) -> Rule:
    """The rule of a scenario that has just one."""
    return scene(f"rules: [{rule}]").rules[0]


@pytest.mark.parametrize(
    ("rule", "per"),
    [
        ("{fault: {hang: 1s}}", Per.EXCHANGE),
        ("{fault: {decline: insufficient_funds}}", Per.CARD),
        ("{fault: {decline: issuer_unavailable}}", Per.ATTEMPT),
        ("{fault: {hang: 1s}, per: payer}", Per.PAYER),
        (MIX % "{share: 1%, fault: {late_success: 1s}}", Per.ATTEMPT),
        (MIX % "{share: 1%, fault: {hang: 1s}, per: order}", Per.CARD),
        ("{per: order, mix: [{share: 1%, fault: {hang: 1s}}]}", Per.ORDER),
    ],
)  # fmt: skip
def test_one_roll_is_keyed_by_the_rule_or_by_its_finest_arm(
    scene: Scene, rule: str, per: Per
) -> None:
    """A fault knows what is usual for it; a mix takes the finest of its arms."""
    assert only(scene, rule).keyed_by is per


def test_arms_have_names_of_their_own(scene: Scene) -> None:
    """An arm without a name is called after its fault; the rule's only fault has no arm."""
    rule = only(
        scene,
        "{mix: [{share: 1%, fault: {hang: 1s}}, {share: 2%, fault: {hang: 2s}},"
        " {name: late, share: 3%, fault: {late_success: 1s}}]}",
    )
    assert [(shot.arm, shot.share) for shot in rule.arms] == [
        ("hang", Fraction(1, 100)),
        ("hang-2", Fraction(2, 100)),
        ("late", Fraction(3, 100)),
    ]
    (shot,) = only(scene, "{fault: {hang: 1s}}").arms
    assert (shot.arm, shot.share) == (None, Fraction(1))


def test_a_taken_name_gets_a_number() -> None:
    """The first free one."""
    assert unused("slow", {"slow", "slow-2"}) == "slow-3"
    assert unused("slow", set()) == "slow"
