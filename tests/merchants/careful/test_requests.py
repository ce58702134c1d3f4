"""Refunds that payers ask for: the shop's policy, and one answer to each."""

from __future__ import annotations

import msgspec
import pytest

from simulator.merchants.careful import requests
from simulator.merchants.careful.records import Order, Payment, conclude
from simulator.merchants.careful.requests import NOT_PAID, RETURNS, TOO_LATE, RequestNews
from simulator.merchants.careful.steps import Case, Decline, GiveBack
from tests.merchants.careful.test_policy import NOW, decide

PAID_AT = 1_800_000_000.0


def _paid() -> Order:
    order = Order("ord-1", 500, "EUR", {"type": "wallet"})
    order.begin("primary").sent = 1
    order.learn(Payment("pay_1", "primary", "captured", 500, attempt=1, since=PAID_AT))
    conclude(order)
    return order


def _news(**changes: object) -> RequestNews:
    asked = RequestNews("rr_1", "ord-1", "pay_1", 500, "open")
    return msgspec.structs.replace(asked, **changes)


def test_a_return_in_time_is_a_refund_that_names_the_request() -> None:
    """It goes back once, and the order book calls the order refunded when it is accepted."""
    order = _paid()
    assert requests.hear(order, _news(), "primary", PAID_AT + 60)
    refund = order.refunds["pay_1"]
    assert (refund.amount, refund.request) == (500, "rr_1")
    assert decide(Case(order, began=NOW)) == GiveBack(refund)
    assert not requests.hear(order, _news(), "primary", PAID_AT + 61)
    assert order.in_book == "paid"
    refund.id, refund.status = "re_1", "succeeded"
    assert (order.in_book, order.fulfilled) == ("refunded", 1)


@pytest.mark.parametrize(
    ("news", "later", "reason"),
    [
        (_news(), RETURNS + 1, TOO_LATE),
        (_news(amount=501), 60.0, NOT_PAID),
        (_news(payment="pay_2"), 60.0, NOT_PAID),
    ],
)
def test_what_the_policy_forbids_is_declined_with_its_reason(
    news: RequestNews, later: float, reason: str
) -> None:
    """Nothing goes back, and the payer hears why."""
    order = _paid()
    requests.hear(order, news, "primary", PAID_AT + later)
    request = order.requests["rr_1"]
    assert (request.reason, order.refunds) == (reason, {})
    assert decide(Case(order, began=NOW)) == Decline(request)
    request.answered = True
    assert not isinstance(decide(Case(order, began=NOW)), Decline)


def test_money_on_its_way_back_is_the_answer_already() -> None:
    """A payment that pays for nothing is being refunded; the wish adds nothing to that."""
    order = _paid()
    order.learn(Payment("pay_2", "backup", "captured", 500, since=PAID_AT))
    conclude(order)
    requests.hear(order, _news(payment="pay_2"), "backup", PAID_AT + 60)
    assert order.refunds["pay_2"].request is None
    assert list(order.refunds) == ["pay_2"]


def test_a_request_that_is_over_needs_no_answer() -> None:
    """Old news of one that was answered or has expired."""
    order = _paid()
    assert not requests.hear(order, _news(status="expired"), "primary", PAID_AT + 60)
    assert not order.requests
