"""What the careful shop tells its payers: once, in their language, and not too much."""

from __future__ import annotations

import msgspec
import pytest

from simulator.failures import catalogue
from simulator.merchants.careful.notices import owed, sorry, text_of, ways_of
from simulator.merchants.careful.records import (
    FAILED,
    PAID,
    PENDING,
    Attempt,
    Order,
    Payment,
    Refund,
)


def order(status: str = FAILED, country: str = "DE", **more: object) -> Order:
    """An order of a payer in this country."""
    payer = {"country": country}
    made = Order("o", 500, "EUR", {"type": "wallet"}, payer, status=status)
    return msgspec.structs.replace(made, **more)


def failed(failure: str | None) -> dict[str, Payment]:
    """One payment that was refused."""
    return {"p1": Payment("p1", "primary", "failed", attempt=1, failure=failure)}


def told(made: Order, *, long: bool = False) -> tuple[str, str] | None:
    """Reason and next step of the next notice."""
    notice = owed(made, long=long)
    return None if notice is None else (notice.reason, notice.step)


@pytest.mark.parametrize("row", catalogue.FAILURES, ids=lambda row: row.name)
def test_every_failure_has_its_words(row: catalogue.Failure) -> None:
    """Its own text and best step, or the general ones for what must stay hidden."""
    notice = owed(order(payments=failed(row.name)), long=False)
    assert notice is not None
    shown = catalogue.failure("generic_decline") if row.confidential else row
    assert (notice.reason, notice.message) == (shown.name, shown.message)
    assert notice.step == shown.next_steps[0]


def test_in_the_payers_language() -> None:
    """Chinese where it is read, English elsewhere; page and message say the same."""
    made = order(country="CN", payments=failed("insufficient_funds"))
    notice = owed(made, long=False)
    assert notice is not None
    assert notice.language == "zh"
    assert notice.message == catalogue.failure("insufficient_funds").message_zh
    assert text_of("insufficient_funds", made) == notice.message


def test_each_topic_once() -> None:
    """What was told is not told again; what is new is."""
    made = order(payments=failed("expired_card"), told=["failed:p1"])
    assert told(made) is None
    made.refunds["p2"] = Refund("p2", "primary", 500, id="r", status="pending")
    made.payments["p2"] = Payment("p2", "primary", "captured", 500)
    assert told(made) == ("late_success", "follow_refund")


@pytest.mark.parametrize(
    ("paid_by", "captured", "reason"),
    [("p1", 500, "duplicate_charge"), (None, 500, "late_success"), (None, 400, "amount_mismatch")],
)
def test_why_money_goes_back(paid_by: str | None, captured: int, reason: str) -> None:
    """Charged twice, too late, or another amount."""
    made = order(PAID if paid_by else FAILED, paid_by=paid_by)
    made.payments["p2"] = Payment("p2", "primary", "captured", captured)
    made.refunds["p2"] = Refund("p2", "primary", captured, id="r", status="succeeded")
    assert told(made) == (reason, "follow_refund")


def test_a_refund_that_came_back_is_told() -> None:
    """Before the next one is."""
    made = order(PAID, paid_by="p1")
    made.payments["p2"] = Payment("p2", "primary", "captured", 500)
    made.refunds["p2"] = Refund("p2", "primary", 500, round=2)
    assert told(made) == ("refund_failed", "contact_support")
    made.told.append("came-back:p2:1")
    assert told(made) is None


def test_who_waits_long_is_asked_to_wait() -> None:
    """And not before that; a paid order has nothing to tell."""
    assert told(order(PENDING)) is None
    assert told(order(PENDING), long=True) == ("transaction_timeout", "wait_and_check")
    assert told(order(PAID), long=True) is None


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ("unsent", "connection_failed"),
        ("denied", "gateway_overloaded"),
        ("rejected", "invalid_request"),
        ("stopped", "processing_error"),
    ],
)
def test_an_order_that_failed_without_a_payment(outcome: str, reason: str) -> None:
    """By how its last attempt ended; the page says the same."""
    attempt = Attempt(1, 1, "primary", "k", {}, over=True, outcome=outcome)
    made = order(attempts=[attempt])
    notice = owed(made, long=False)
    assert notice is not None
    assert (notice.reason, notice.message) == (reason, sorry(made))
    assert sorry(order()) is None


def test_a_reversal_is_explained() -> None:
    """The payer's statement shows a payment that came and went."""
    made = order(PAID, paid_by="p1")
    made.payments["p1"] = Payment("p1", "primary", "captured", 500, reversed=500)
    assert told(made) == ("reversed_after_approval", "pay_again")


def test_a_duplicate_that_is_reversed_is_no_news_to_the_payer() -> None:
    """Another payment stands for the order: "nothing was charged" would be a lie."""
    made = order(PAID, paid_by="p1")
    made.payments["p1"] = Payment("p1", "primary", "captured", 500)
    made.payments["p2"] = Payment("p2", "primary", "captured", 500, reversed=500)
    assert told(made) is None


def test_by_which_ways() -> None:
    """The quickest that there is an address for; a message in the shop always works."""
    assert ways_of(order()) == ("in_app",)
    known = {"phone": "+49", "email": "a@b.c"}
    assert ways_of(msgspec.structs.replace(order(), payer=known)) == ("sms", "email", "in_app")
