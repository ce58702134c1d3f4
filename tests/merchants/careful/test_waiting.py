"""A payment that is retrying: ask at the gateway's pace, and cancel before anything else."""

from __future__ import annotations

from simulator.merchants.careful import notices
from simulator.merchants.careful.records import Payment
from simulator.merchants.careful.steps import Case, Close, Look, Wait
from tests.merchants.careful.test_policy import NOW, TIMINGS, case, decide, seen


def _retrying() -> Case:
    made = case(tries=1, sent=1)
    seen(made, "retrying")
    made.under_way_since = NOW
    return made


def test_it_is_asked_about_no_more_often_than_it_is_tried() -> None:
    """First when the first gap is over, and then a gap after the last question."""
    made = _retrying()
    gap = TIMINGS.waiting_gap
    assert decide(made) == Wait(NOW + gap)
    assert decide(made, now=NOW + gap) == Look("primary")
    made.look.not_before = NOW + gap + TIMINGS.query_gap
    assert decide(made, now=NOW + gap + 1) == Wait(NOW + 2 * gap)


def test_nothing_else_is_tried_before_it_was_cancelled() -> None:
    """When patience is over the order is closed on that channel, and only then goes elsewhere."""
    made = _retrying()
    assert decide(made, now=NOW + TIMINGS.processing + 0.1) == Close("primary")
    assert made.order.current is not None


def test_it_is_neither_paid_nor_failed_until_it_has_ended() -> None:
    """The order stays pending; whatever the end is settles it."""
    made = _retrying()
    assert made.order.status == "pending"
    seen(made, "captured")
    assert made.order.status == "paid"
    failed = _retrying()
    seen(failed, "failed")
    assert failed.order.status == "failed"


def test_the_payer_hears_to_wait_and_not_to_pay_again() -> None:
    """In the words for this state, and in the payer's language."""
    made = _retrying()
    made.order.payer["country"] = "CN"
    notice = notices.owed(made.order, long=True)
    assert notice is not None
    assert (notice.reason, notice.language) == ("customer_action_pending", "zh")
    other = case(tries=1, sent=1)
    other.order.learn(Payment("pay_1", "primary", "processing", attempt=1))
    slow = notices.owed(other.order, long=True)
    assert slow is not None
    assert slow.reason == "transaction_timeout"
