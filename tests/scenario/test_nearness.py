"""Why a rule does not fire, told from the last exchanges."""

from __future__ import annotations

from collections.abc import Callable

from simulator.scenario.facts import Facts
from simulator.scenario.nearness import KEPT
from simulator.scenario.player import Player

Play = Callable[..., Player]
Charge = Callable[..., Facts]

COUNTRY = "rules: [{name: us, when: {card.country: US}, fault: {decline: lost_card}}]\n"


def test_a_rule_that_never_matched_says_what_was_near(play: Play, charge: Charge) -> None:
    """How often it was asked, and the nearest difference with its order."""
    player = play(COUNTRY)
    for order in ("1", "2", "3"):
        player.plan(charge(order=order), 1.0)
    (near,) = player.nearness(1.0)
    assert (near.asked, near.matched, near.order) == (3, 0, "3")
    assert str(near) == "matched 0 of 3; nearest: card.country is DE, wanted US"


def test_the_nearest_has_the_fewest_differences(play: Play, charge: Charge) -> None:
    """Of two misses, the one with a single difference is told."""
    player = play(
        "rules: [{name: r, when: {card.country: US, currency: JPY}, fault: {decline: lost_card}}]"
    )
    player.plan(charge(order="far"), 1.0)
    player.plan(charge(order="near", currency="JPY"), 1.0)
    player.plan(charge(order="far-again"), 1.0)
    (near,) = player.nearness(1.0)
    assert near.order == "near"
    assert [difference.key for difference in near.differences] == ["card.country"]


def test_a_match_counts_whatever_chance_says(play: Play, charge: Charge) -> None:
    """A share that did not strike has matched all the same."""
    player = play("rules: [{name: r, share: 0.001%, fault: {decline: lost_card}}]\n")
    player.plan(charge(), 1.0)
    (near,) = player.nearness(1.0)
    assert (near.asked, near.matched, near.differences) == (1, 1, ())
    assert str(near) == "matched 1 of 1"


def test_operations_that_a_fault_cannot_act_on_are_not_asked_about(
    play: Play, charge: Charge
) -> None:
    """Unless nothing else came: then the operation is what was wrong."""
    player = play("rules: [{name: r, fault: {decline: lost_card}}]\n")
    player.plan(charge(operation="query"), 1.0)
    (near,) = player.nearness(1.0)
    assert str(near) == ("matched 0 of 1; nearest: operation is query, wanted authorize or confirm")
    player.plan(charge(), 1.0)
    (near,) = player.nearness(1.0)
    assert (near.asked, near.matched) == (1, 1)


def test_an_operation_is_told_once(play: Play, charge: Charge) -> None:
    """A `when` that names it does not say it twice."""
    player = play("rules: [{name: r, when: {operation: authorize}, fault: {decline: lost_card}}]")
    player.plan(charge(operation="query"), 1.0)
    (near,) = player.nearness(1.0)
    assert [difference.key for difference in near.differences] == ["operation"]


def test_only_exchanges_in_its_time_count(play: Play, charge: Charge) -> None:
    """A rule of a later phase has not been asked; after its phase it remembers."""
    player = play(
        "phases:\n- {name: a, lasts: 9s}\n"
        "- {name: b, lasts: 9s, rules: [{name: r, fault: {decline: lost_card}}]}\n"
    )
    player.plan(charge(), 1.0)
    (near,) = player.nearness(1.0)
    assert (near.holds, near.asked, str(near)) == (False, 0, "nothing came in its time")
    assert str(player.nearness(10.0)[0]) == "nothing came while it held"
    player.plan(charge(), 10.0)
    (near,) = player.nearness(30.0)
    assert (near.holds, near.asked, near.matched) == (False, 1, 1)


def test_the_first_and_every_so_many_are_differences(play: Play, charge: Charge) -> None:
    """An attempt that came too late, or out of turn, says so."""
    first = play("rules: [{name: r, first: 1, fault: {decline: lost_card}}]")
    first.plan(charge(attempt=2), 1.0)
    assert str(first.nearness(1.0)[0]).endswith("attempt is 2, wanted the first 1")
    every = play("rules: [{name: r, every: 3, fault: {decline: lost_card}}]")
    every.plan(charge(attempt=2), 1.0)
    assert str(every.nearness(1.0)[0]).endswith("attempt is 2, wanted a multiple of 3")


def test_webhooks_are_asked_about_too(play: Play, charge: Charge) -> None:
    """A rule for webhooks counts tries of webhooks, and no payments."""
    player = play("rules: [{name: r, when: {webhook: dispute.won}, fault: {webhook_drop: {}}}]\n")
    player.plan(charge(), 1.0)
    player.webhook(charge(operation="webhook", webhook="payment.captured"), 1.0)
    (near,) = player.nearness(1.0)
    assert near.asked == 1
    assert str(near).endswith("webhook is payment.captured, wanted dispute.won")


def test_an_outage_is_no_matter_of_single_exchanges(play: Play, charge: Charge) -> None:
    """It says that it takes a channel down."""
    player = play("rules: [{name: r, when: {channel: backup}, fault: {outage: {}}}]\n")
    player.plan(charge(), 1.0)
    assert "whole channel" in str(player.nearness(1.0)[0])


def test_only_the_last_exchanges_are_kept(play: Play, charge: Charge) -> None:
    """However long a gateway serves."""
    player = play(COUNTRY)
    for order in range(KEPT + 5):
        player.plan(charge(order=str(order)), 1.0)
    assert player.nearness(1.0)[0].asked == KEPT
