"""Fates: keyed draws, shares and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from simulator.faults.actions import Delay
from simulator.faults.fault import Per
from simulator.scenario.facts import Facts
from simulator.scenario.fate import KEYS
from simulator.scenario.player import Player

Play = Callable[..., Player]
Charge = Callable[..., Facts]


def struck(player: Player, facts: Facts) -> bool:
    """Whether anything happens to an exchange."""
    plan = player.plan(facts, 0.0)
    return any((plan.before, plan.decide, plan.after))


@pytest.mark.parametrize(
    ("per", "same", "other"),
    [
        (Per.EXCHANGE, {"attempt": 2, "card_token": "t", "amount": 1}, {"exchange": 2}),
        (Per.EXCHANGE, {}, {"channel": "backup"}),
        (Per.EXCHANGE, {}, {"operation": "confirm"}),
        (Per.ATTEMPT, {"exchange": 2, "channel": "backup", "card_token": "t"}, {"attempt": 2}),
        (Per.CARD, {"exchange": 2, "attempt": 2, "channel": "backup"}, {"card_token": "t"}),
        (Per.CARD, {}, {"card_token": None}),
        (Per.ORDER, {"exchange": 2, "attempt": 2, "card_token": "t"}, {"order": "2"}),
        (Per.PAYER, {"payer_email": None}, {"order": "2"}),
        (Per.PAYER, {"card_token": "t"}, {"payer_email": "a@b"}),
    ],
)
def test_a_key_holds_what_per_says_and_nothing_else(
    charge: Charge, per: Per, same: dict[str, Any], other: dict[str, Any]
) -> None:
    """What shares a key shares a fate."""
    key = KEYS[per]
    assert key(charge(**same)) == key(charge())
    assert key(charge(**other)) != key(charge())


def test_a_payer_has_one_fate_over_all_orders(charge: Charge) -> None:
    """Known by the e-mail address."""
    key = KEYS[Per.PAYER]
    assert key(charge(1, payer_email="a@b")) == key(charge(2, payer_email="a@b"))


def test_events_of_one_order_have_fates_of_their_own(charge: Charge) -> None:
    """The news of a capture may be lost and that of a refund arrive."""
    captured = charge(operation="webhook", webhook="payment.captured")
    refunded = charge(operation="webhook", webhook="refund.succeeded")
    for per in (Per.EXCHANGE, Per.ATTEMPT):
        assert KEYS[per](captured) != KEYS[per](refunded)


@pytest.mark.parametrize(("share", "low", "high"), [("5%", 410, 590), ("0.5%", 20, 80)])
def test_shares_hold_over_many_orders(
    play: Play, charge: Charge, share: str, low: int, high: int
) -> None:
    """Within four standard deviations on 10,000 orders: sigma is 22 for 5 %, 7 for 0.5 %."""
    player = play(f"rules: [{{share: {share}, fault: {{hang: 1s}}}}]")
    assert low < sum(struck(player, charge(order)) for order in range(10_000)) < high


def test_a_whole_share_strikes_everybody_and_draws_nothing(play: Play, charge: Charge) -> None:
    """100 % is exact, like no share at all."""
    for share in ("share: 100%, ", ""):
        player = play(f"rules: [{{{share}fault: {{hang: 1s}}}}]")
        assert all(struck(player, charge(order)) for order in range(500))


def test_arms_of_a_mix_exclude_each_other_and_leave_the_rest(play: Play, charge: Charge) -> None:
    """One roll: each arm has its share, no order meets two, and the rest is untouched."""
    player = play(
        "rules: [{name: m, mix: [{share: 30%, fault: {hang: 1s}},"
        " {share: 20%, fault: {decline: lost_card}}, {share: 10%, fault: {lost_reply: 1s}}]}]"
    )
    counts: Counter[tuple[str | None, ...]] = Counter()
    for order in range(10_000):
        plan = player.plan(charge(order), 0.0)
        fired = [each for each in (plan.before, plan.decide, plan.after) if each]
        counts[tuple(each.arm for each in fired)] += 1
    assert set(counts) == {("hang",), ("decline",), ("lost_reply",), ()}
    shares = {"hang": 3000, "decline": 2000, "lost_reply": 1000}
    assert all(abs(counts[arm,] - expected) < 190 for arm, expected in shares.items())


def test_an_arm_that_cannot_strike_keeps_its_share(play: Play, charge: Charge) -> None:
    """A decline cannot strike a query; its part of the roll is a miss, not the next arm's."""
    player = play(
        "rules: [{name: m, per: order, mix: [{share: 50%, fault: {decline: lost_card}},"
        " {share: 50%, fault: {hang: 1s}}]}]"
    )
    for order in range(200):
        charged = player.plan(charge(order), 0.0)
        asked = player.plan(charge(order, operation="query"), 0.0)
        assert (charged.before is None) == (asked.before is None)
        assert asked.decide is None


@pytest.mark.parametrize(
    ("rule", "attempts"),
    [("first: 2", [1, 2]), ("every: 3", [3, 6]), ("first: 5, every: 2", [2, 4])],
)
def test_first_and_every_count_the_attempts_of_an_order(
    play: Play, charge: Charge, rule: str, attempts: list[int]
) -> None:
    """The first N, then clean; every Nth; both together."""
    player = play(f"rules: [{{{rule}, fault: {{hang: 1s}}}}]")
    assert [n for n in range(1, 8) if struck(player, charge(attempt=n))] == attempts


def test_queries_are_counted_by_exchange(play: Play, charge: Charge) -> None:
    """A query is never an attempt on money, so the first two are the first two exchanges."""
    player = play("rules: [{first: 2, when: {operation: query}, fault: stale_read}]")
    asked = [charge(operation="query", exchange=n) for n in (1, 2, 3)]
    assert [struck(player, facts) for facts in asked] == [True, True, False]


def test_a_blind_retry_of_an_empty_card_is_declined_again(play: Play, charge: Charge) -> None:
    """Lack of funds sticks to the card within an order; another card has its own fate."""
    player = play("rules: [{share: 20%, fault: {decline: insufficient_funds}}]")
    for order in range(300):
        fates = {
            struck(player, charge(order, attempt=n, exchange=n, channel=channel))
            for n in range(1, 6)
            for channel in ("primary", "backup")
        }
        assert len(fates) == 1
    other = [struck(player, charge(order, card_token="tok_visa_DE_x")) for order in range(300)]
    assert other != [struck(player, charge(order)) for order in range(300)]


def test_delays_are_drawn_by_the_same_key(play: Play, charge: Charge) -> None:
    """Each try over the network has its own length, and the same one whenever it is asked."""
    player = play("rules: [{fault: {slow: {uniform: {from: 1s, to: 2s}}}}]")

    def seconds(**facts: Any) -> float:
        fired = player.plan(charge(**facts), 0.0).before
        assert fired is not None
        assert isinstance(fired.action, Delay)
        return fired.action.seconds

    lengths = [seconds(exchange=n) for n in range(1, 200)]
    assert len(set(lengths)) == 199
    assert lengths == [seconds(exchange=n) for n in range(1, 200)]
    assert 1.0 < min(lengths) < 1.1
    assert 1.4 < sum(lengths) / 199 < 1.6
    assert 1.9 < max(lengths) < 2.0


def test_rules_with_different_names_and_seeds_draw_apart(play: Play, charge: Charge) -> None:
    """Two rules with one share do not strike the same orders, nor do two seeds."""
    fates = [
        [struck(play(f"rules: [{{name: {name}, share: 30%, fault: {{hang: 1s}}}}]", seed=seed), f)
         for f in map(charge, range(100))]
        for name, seed in (("a", 1), ("b", 1), ("a", 2), ("a", 1))
    ]  # fmt: skip
    assert fates[0] == fates[3]
    assert fates[0] != fates[1]
    assert fates[0] != fates[2]
