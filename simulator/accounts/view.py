"""How an exchange looks to a scenario's matchers, and what its outcome tells the caller."""

from __future__ import annotations

import msgspec

from simulator.failures.catalogue import failure as look_up
from simulator.gateway.outcomes import (
    Answered,
    AuthenticationOutcome,
    CheckoutShown,
    Declined,
    Marred,
    MethodList,
    OrderClosed,
    Outcome,
    PaymentList,
    PaymentOutcome,
    ReceiptShown,
    RefundOutcome,
    Refused,
    StatementShown,
    ThingList,
    ThingOutcome,
    Unknown,
)
from simulator.gateway.subject import Subject
from simulator.scenario.facts import Facts


class Turn(msgspec.Struct, frozen=True, gc=False):
    """Whose turn it is: the order as fates know it, and which try of it, on which channel."""

    channel: str
    order: str
    attempt: int
    exchange: int


def facts_of(subject: Subject, turn: Turn, webhook: str | None = None) -> Facts:
    """What matchers see of an exchange, or of a delivery of the event type `webhook`."""
    thing = subject.create or subject.payment
    if thing is None:
        asked = subject.listing
        return Facts(
            channel=turn.channel,
            operation=subject.operation,
            order=turn.order,
            amount=asked.amount if asked else None,
            currency=asked.currency if asked else None,
            payer_country=asked.country if asked else None,
            product=asked.product if asked else None,
            webhook=webhook,
            attempt=turn.attempt,
            exchange=turn.exchange,
        )
    method, payer = thing.method, thing.payer
    return Facts(
        channel=turn.channel,
        operation=subject.operation,
        order=turn.order,
        method=method.type,
        card_country=method.country,
        card_brand=method.brand,
        card_token=method.token,
        amount=thing.amount,
        currency=thing.currency,
        payer_country=payer.country if payer else None,
        payer_email=subject.email or (payer.email if payer else None),
        payer=payer.id if payer else None,
        product=thing.product,
        webhook=webhook,
        attempt=turn.attempt,
        exchange=turn.exchange,
    )


class Told(msgspec.Struct, frozen=True, gc=False):
    """What an outcome tells the caller, for the journal: see journal.entry.Exchange."""

    seen: str = "ok"
    told: str | None = None
    payment: str | None = None
    refund: str | None = None
    failure: str | None = None
    retry: str | None = None
    retry_after: float | None = None
    rule: str | None = None
    shown: tuple[str, ...] = ()


def told_by(outcome: Outcome) -> Told:
    """What the caller learns if the answer to this outcome reaches it whole."""
    match outcome:
        case PaymentOutcome(payment, _):
            one = (f"{payment.id}:{payment.shown}",)
            return Told(
                "ok",
                str(payment.shown),
                payment.id,
                failure=payment.failure,
                rule=payment.rule,
                shown=one,
            )
        case Declined(payment, failure):
            retry = str(look_up(failure).retry)
            return Told(
                "fail",
                "failed",
                payment.id,
                failure=failure,
                retry=retry,
                retry_after=payment.retry_after,
                rule=payment.rule,
            )
        case Unknown(payment):
            return Told("info", None, payment.id, failure="transaction_timeout", retry="query")
        case RefundOutcome(refund, _):
            return Told("ok", str(refund.status), refund.payment, refund.id)
        case PaymentList(payments) | OrderClosed(_, payments):
            shown = tuple(f"{payment.id}:{payment.shown}" for payment in payments)
            return Told("ok", "closed" if isinstance(outcome, OrderClosed) else None, shown=shown)
        case Refused(reason, _, payment):
            return Told("fail", None, payment.id if payment else None, failure=str(reason))
        case Answered(status, _, tells):
            if tells is not None:
                return told_by(tells)
            return Told("ok" if status < 400 else "fail" if status < 500 else "info")
        case other:
            return _told_beside(other)


def _told_beside(
    outcome: ThingOutcome
    | ThingList
    | CheckoutShown
    | MethodList
    | StatementShown
    | ReceiptShown
    | AuthenticationOutcome
    | Marred,
) -> Told:
    """What is learnt of things beside payments, and at pages."""
    match outcome:
        case ReceiptShown(payment):
            return Told("ok", str(payment.shown), payment.id)
        case AuthenticationOutcome(_, payment, _, problem):
            return Told(payment=payment.id or None, failure=problem)
        case Marred():
            return Told("info")
        case _:
            return Told()
