"""Disputes in the careful shop: answered once, and not refunded as well."""

from __future__ import annotations

import pytest

from simulator.merchants.careful import disputes
from simulator.merchants.careful.config import Timings
from simulator.merchants.careful.policy import Policy
from simulator.merchants.careful.records import Order, Payment, Refund


def order(fulfilled: int = 1) -> Order:
    """An order that was paid, and perhaps delivered."""
    made = Order("o", 500, "EUR", {"type": "wallet"}, fulfilled=fulfilled)
    made.payments["p1"] = Payment("p1", "primary", "captured", 500)
    return made


def test_news_only_goes_forward() -> None:
    """An older state changes nothing, whatever order the news comes in."""
    made = order()
    assert disputes.learn(made, "d", "p1", "primary", "under_review")
    assert not disputes.learn(made, "d", "p1", "primary", "opened")
    assert disputes.learn(made, "d", "p1", "primary", "won")
    assert not disputes.learn(made, "d", "p1", "primary", "lost")
    assert made.disputes["d"].status == "won"


def test_an_open_one_is_answered_once() -> None:
    """With evidence where the order was delivered, else it is accepted."""
    made = order()
    disputes.learn(made, "d", "p1", "primary", "opened")
    (dispute,) = disputes.to_answer(made)
    dispute.answered = True
    assert list(disputes.to_answer(made)) == []
    assert disputes.evidence(made)
    assert disputes.evidence(order(fulfilled=0)) is None


@pytest.mark.parametrize(
    ("status", "held"), [("opened", True), ("under_review", True), ("lost", True), ("won", False)]
)
def test_a_disputed_payment_is_not_refunded(status: str, *, held: bool) -> None:
    """The bank has the money, or may have it; only when the shop has won it back is it due."""
    made = order()
    made.refunds["p1"] = refund = Refund("p1", "primary", 500)
    disputes.learn(made, "d", "p1", "primary", status)
    assert disputes.holds_back(made, "p1") is held
    assert Policy(Timings()).is_lost(made, refund) is held
    refund.status = "pending"
    assert not Policy(Timings()).is_lost(made, refund)


def test_what_was_reversed_is_not_refunded() -> None:
    """The payer has it back already."""
    made = order()
    made.payments["p1"].reversed = 500
    assert Policy(Timings()).is_lost(made, Refund("p1", "primary", 500))
