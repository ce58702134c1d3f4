"""What a payer has to hear, and in which words.

A payer who is not told pays again, or calls the bank. So whatever goes wrong is told at once, by a
message that stays, besides the answer on the page: what happened, where the money is, and one thing
to do next. The words are those of the catalogue of failures, in the payer's language; why a bank
says no to a card that was reported stolen is nobody's business but the bank's. What has to be told
follows from the facts of an order, so a crash forgets nothing, and each topic is told once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.failures import catalogue
from simulator.failures.failure import Failure
from simulator.merchants.careful.records import FAILED, PENDING, RETRYING, Order, Payment, Refund

#: Countries whose payers are written to in Chinese; all others in English.
_CHINESE: Final = frozenset({"CN", "HK", "MO", "TW"})
#: What may be said in place of a reason that must not be shown.
_GENERAL: Final = "generic_decline"
#: Why an order failed that no payment was refused for, by how its last attempt ended.
_WITHOUT: Final = MappingProxyType(
    {
        "denied": "gateway_overloaded",
        "rejected": "invalid_request",
        "stopped": "processing_error",
        "unsent": "connection_failed",
    }
)
#: By which way a payer is told, the first that there is an address for; then the next.
WAYS: Final = ("sms", "email", "in_app")


@dataclass(frozen=True, slots=True)
class Notice:
    """One message. `topic` is what it is about; `reason` and `step` are the catalogue's words."""

    topic: str
    reason: str
    step: str
    message: str
    language: str


def language_of(order: Order) -> str:
    """The language of an order's payer: `zh` or `en`."""
    return "zh" if order.payer.get("country") in _CHINESE else "en"


def text_of(failure: str | None, order: Order) -> str | None:
    """What a payer reads about a failure, on the page and in a message alike."""
    row = _row(failure)
    return None if row is None else row.text(language_of(order))


def sorry(order: Order) -> str | None:
    """What the payer reads about an order that no channel took, by how its last attempt ended."""
    turn = order.this_turn
    if not turn:
        return None
    last = turn[-1]
    mine = [pay for pay in order.payments.values() if pay.attempt == last.number]
    refused = [pay.failure for pay in mine if pay.failure]
    reason = refused[-1] if refused else _WITHOUT.get(last.outcome, "processing_error")
    return text_of(reason, order)


def ways_of(order: Order) -> tuple[str, ...]:
    """How the payer can be reached, the quickest first; a message in the shop always can."""
    known = {"sms": order.payer.get("phone"), "email": order.payer.get("email"), "in_app": True}
    return tuple(way for way in WAYS if known[way])


def owed(order: Order, *, long: bool) -> Notice | None:
    """The next thing that the payer has to hear, if any; `long` says that the result takes long."""
    told = set(order.told)
    return next((notice for notice in _all(order, long=long) if notice.topic not in told), None)


def _all(order: Order, *, long: bool) -> Iterator[Notice]:
    """Everything that the payer has to hear, told already or not."""
    if order.status == PENDING and long:
        yield _notice(order, f"pending:{order.turn}", _why_long(order), "wait_and_check")
    if order.status == FAILED:
        yield from _failures(order)
    for payment in order.payments.values():
        if payment.reversed and order.paid_by in (None, payment.id):
            yield _notice(order, f"reversed:{payment.id}", "reversed_after_approval")
    for refund in order.refunds.values():
        yield from _refund(order, refund)


def _why_long(order: Order) -> str:
    attempt = order.current
    payment = order.open_payment(attempt) if attempt else None
    retrying = payment is not None and payment.status == RETRYING
    return "customer_action_pending" if retrying else "transaction_timeout"


def _failures(order: Order) -> Iterator[Notice]:
    """Why the order failed: each payment that was refused, else how the attempt ended."""
    refused = [pay for pay in order.payments.values() if pay.status == "failed"]
    for payment in refused:
        yield _notice(order, f"failed:{payment.id}", payment.failure)
    turn = {attempt.number for attempt in order.this_turn}
    said = any(payment.attempt in turn for payment in refused)
    taken = any(payment.status == "captured" for payment in order.payments.values())
    if not said and not taken and order.this_turn:
        reason = _WITHOUT.get(order.this_turn[-1].outcome, "processing_error")
        yield _notice(order, f"failed-turn:{order.turn}", reason)


def _refund(order: Order, refund: Refund) -> Iterator[Notice]:
    """That money goes back, and that it did not arrive, so that it goes another way."""
    payment = order.payments.get(refund.payment)
    for number in range(1, refund.round):
        yield _notice(order, f"came-back:{refund.payment}:{number}", "refund_failed")
    if refund.accepted and payment is not None:
        reason = _why_back(order, payment)
        topic = f"refund:{refund.payment}:{refund.round}"
        yield _notice(order, topic, reason, "follow_refund")


def _why_back(order: Order, payment: Payment) -> str:
    if order.paid_by == payment.id:
        return "refund_pending"  # the payer asked for it
    if order.paid_by is not None:
        return "duplicate_charge"
    return "late_success" if payment.captured == order.amount else "amount_mismatch"


def _notice(order: Order, topic: str, failure: str | None, step: str | None = None) -> Notice:
    row = _row(failure) or catalogue.failure(_GENERAL)
    language = language_of(order)
    return Notice(topic, row.name, step or str(row.next_steps[0]), row.text(language), language)


def _row(failure: str | None) -> Failure | None:
    """The catalogue's row, or the general one for what must not be shown; None if not known."""
    row = catalogue.BY_NAME.get(failure or "")
    return catalogue.failure(_GENERAL) if row is not None and row.confidential else row
