"""One decision at a time."""

from __future__ import annotations

import pytest

from simulator.merchants.careful.config import Timings
from simulator.merchants.careful.policy import Policy
from simulator.merchants.careful.records import PAID, Order, Payment, Refund, conclude, fail
from simulator.merchants.careful.steps import (
    Begin,
    Case,
    Charge,
    Close,
    GiveBack,
    GiveUp,
    Look,
    Pace,
    Recheck,
    Rest,
    Step,
    Tell,
    Wait,
)

NOW = 100.0
TIMINGS = Timings()


class Routes:
    """Both channels; those in `down` come last and are left alone for a second."""

    def __init__(self, *down: str) -> None:
        self._down = down

    def preferred(self, now: float) -> list[str]:
        """All channels."""
        return sorted(
            ("primary", "backup"), key=lambda name: (name in self._down, name != "primary")
        )

    def quiet_until(self, channel: str) -> float:
        """A second more for those that are down."""
        return NOW + 1.0 if channel in self._down else 0.0


def decide(case: Case, *down: str, now: float = NOW) -> Step:
    """The next step."""
    return Policy(TIMINGS).next_step(case, now, Routes(*down))


def case(tries: int = 0, *, sent: int = 0, doubts: int = 0) -> Case:
    """An order, with one attempt on the primary that was tried so often."""
    made = Case(Order("ord-1", 500, "EUR", {"type": "wallet"}), began=NOW)
    if tries or sent:
        attempt = made.order.begin("primary")
        attempt.sent, attempt.doubts = sent, doubts
        made.attempt = Pace(tries=tries)
    return made


def seen(made: Case, status: str, name: str = "pay_1") -> Payment:
    """A payment of the case's attempt becomes known."""
    payment = Payment(name, "primary", status, 500 if status == "captured" else 0, attempt=1)
    made.order.learn(payment)
    conclude(made.order)
    return payment


def test_a_new_order_goes_to_the_best_channel() -> None:
    """The primary, unless it is down."""
    assert decide(case()) == Begin("primary")
    assert decide(case(), "primary") == Begin("backup")


@pytest.mark.parametrize(
    ("tries", "step"), [(1, Charge), (2, Look), (3, Charge), (4, Close), (9, Close)]
)
def test_doubt_is_met_by_replay_query_replay_and_close(tries: int, step: type[Step]) -> None:
    """In this order, and then until the close is accepted."""
    assert isinstance(decide(case(tries, sent=1, doubts=1)), step)


def test_a_denial_is_tried_once_more_and_closed() -> None:
    """It says that nothing was charged; the close makes sure."""
    assert isinstance(decide(case(1, sent=1)), Charge)
    assert isinstance(decide(case(2, sent=2)), Close)


def test_a_card_that_is_not_at_hand_cannot_be_replayed() -> None:
    """After a restart the number is gone, so the order is closed instead."""
    made = case(1, sent=1, doubts=1)
    made.order.attempts[0].method = {"type": "card"}
    assert isinstance(decide(made), Close)
    made.card = {"number": "4242424242424242"}
    assert isinstance(decide(made), Charge)


def test_nothing_is_sent_before_its_time() -> None:
    """A pause holds, a channel that just refused is left alone, and Retry-After is kept."""
    made = case(1, sent=1, doubts=1)
    made.attempt.not_before = NOW + 0.5
    assert decide(made) == Wait(NOW + 0.5)
    step = decide(made, "primary")
    assert isinstance(step, Wait)
    assert step.until >= NOW + 1.0
    made.barred["primary"] = NOW + 5.0
    assert decide(made) == Wait(NOW + 5.0)


def test_a_payment_under_way_is_asked_about_and_in_the_end_stopped() -> None:
    """A challenge leaves the payer more time than processing leaves the bank."""
    made = case(1, sent=1)
    payment = seen(made, "processing")
    made.under_way_since = NOW - TIMINGS.processing
    assert decide(made) == Look("primary")
    assert decide(made, now=NOW + 0.1) == Close("primary")
    payment.next_action = {"type": "redirect"}
    assert decide(made, now=NOW + 0.1) == Look("primary")


def test_queries_keep_their_distance() -> None:
    """Whatever wants to ask, the order was asked about just now."""
    made = case(2, sent=1, doubts=1)
    made.look.not_before = NOW + 0.3
    assert decide(made) == Wait(NOW + 0.3)


def test_an_order_that_was_stopped_moves_to_the_other_channel_and_no_further() -> None:
    """Both channels were tried, so the payer is told."""
    made = case(4, sent=1)
    made.order.attempts[0].over, made.order.attempts[0].outcome = True, "stopped"
    made.order.closed.append("primary")
    assert decide(made) == Begin("backup")
    second = made.order.begin("backup")
    second.over, second.outcome = True, "stopped"
    assert isinstance(decide(made), GiveUp)


@pytest.mark.parametrize("failure", ["gateway_maintenance", "acquirer_unavailable"])
def test_a_decline_about_the_channel_moves_to_the_other_one(failure: str) -> None:
    """Nothing was charged and the payer is not asked; when both say so, the payer hears it."""
    made = case(1, sent=1, doubts=1)
    for number, channel in ((1, "primary"), (2, "backup")):
        refused = Payment(f"pay_{number}", channel, "failed", 0, number, failure=failure)
        made.order.learn(refused)
        conclude(made.order)
        assert made.order.status == "pending"
        if channel == "primary":
            assert decide(made) == Begin("backup")
            made.order.begin("backup").sent = 1
    assert isinstance(decide(made), GiveUp)


def test_a_decline_about_the_payer_stays_with_the_payer() -> None:
    """Even if another channel were free."""
    made = case(1, sent=1, doubts=1)
    made.order.learn(Payment("pay_1", "primary", "failed", 0, 1, failure="do_not_honor"))
    conclude(made.order)
    assert made.order.status == "failed"


def test_an_order_that_was_never_sent_is_tried_for_a_while() -> None:
    """Both channels refuse: again after a pause, but not for ever."""
    made = case()
    for channel in ("primary", "backup"):
        attempt = made.order.begin(channel)
        attempt.over, attempt.outcome = True, "unsent"
    made.attempt.not_before = NOW + 0.2
    assert decide(made) == Wait(NOW + 0.2)
    assert decide(made, now=NOW + 0.3) == Begin("primary")
    assert isinstance(decide(made, now=NOW + TIMINGS.give_up), GiveUp)


def test_money_that_pays_for_nothing_goes_back_first() -> None:
    """A refund that is due comes before anything else; one that has arrived is done."""
    made = case(1, sent=1)
    seen(made, "captured")
    seen(made, "captured", "pay_2")
    made.settled_at = NOW
    refund = made.order.refunds["pay_2"]
    assert decide(made) == GiveBack(refund)
    made.refunds[refund.reference] = Pace(1, NOW + 0.5)
    assert decide(made) == Wait(NOW + 0.5)
    refund.status = "succeeded"
    told = decide(made)
    assert isinstance(told, Tell)
    made.order.told.append(told.notice.topic)
    assert isinstance(decide(made), Wait)


def test_a_settled_order_is_looked_at_again_and_then_rests() -> None:
    """Twice for one that was paid at once, much more often for one that failed."""
    made = case(1, sent=1)
    seen(made, "captured")
    assert made.order.status == PAID
    made.settled_at = NOW
    waits = decide(made)
    assert isinstance(waits, Wait)
    assert decide(made, now=waits.until) == Recheck()
    made.looks = ["primary"]
    assert decide(made, now=waits.until) == Look("primary")
    made.looks, made.checks = [], len(TIMINGS.checks_clean)
    assert decide(made) == Rest()
    fail(made.order, "no")
    made.order.paid_by = None
    assert decide(made, now=NOW + 100) == Recheck()


def test_an_attempt_left_open_by_a_paid_order_is_closed() -> None:
    """So that it cannot be charged later."""
    made = case(1, sent=1, doubts=1)
    made.order.status, made.order.paid_by = PAID, "pay_0"
    assert decide(made) == Close("primary")


def test_an_order_that_never_reached_the_gateway_rests_at_once() -> None:
    """There is nothing to look for."""
    made = case()
    fail(made.order, "no")
    assert decide(made) == Rest()


def test_a_refund_has_one_name_until_it_fails() -> None:
    """The gateway makes one refund for each reference."""
    refund = Refund("pay_1", "primary", 500)
    assert refund.reference == "refund-pay_1"
    refund.round = 2
    assert refund.reference == "refund-pay_1-2"
