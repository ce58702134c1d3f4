"""How an exchange looks to a scenario's matchers, and what its outcome tells the caller."""

from __future__ import annotations

import msgspec

from simulator.accounts.account import Account
from simulator.failures.catalogue import failure as look_up
from simulator.gateway.commands import (
    Command,
    CreatePayment,
    RetrieveRefund,
)
from simulator.gateway.model import Payment
from simulator.gateway.outcomes import (
    Declined,
    OrderClosed,
    Outcome,
    PaymentList,
    PaymentOutcome,
    RefundOutcome,
    Refused,
    ThingOutcome,
    Unknown,
)
from simulator.scenario.facts import Facts


class Subject(msgspec.Struct, frozen=True, gc=False):
    """What a command is about: its order, the payment it names, and the operation it is.

    A payment that is made without confirm moves no money, so it is a `create`, which only rules
    without an operation match.
    """

    operation: str
    order: str
    payment: Payment | None = None
    create: CreatePayment | None = None


def subject_of(command: Command, account: Account, channel: str) -> Subject:
    """Find what a command is about; an unknown id leaves the order empty."""
    if isinstance(command, CreatePayment):
        operation = "authorize" if command.confirm else "create"
        return Subject(operation, command.order, create=command)
    state = account.store.channel(channel)
    if isinstance(command, RetrieveRefund):
        refund = state.refund(command.refund)
        payment = state.payment(refund.payment) if refund else None
        return Subject(command.operation, payment.order if payment else "", payment)
    named = getattr(command, "payment", None)  # a command names a payment, an order, or neither
    if named is None:
        return Subject(command.operation, getattr(command, "order", ""))
    payment = state.payment(named)
    return Subject(command.operation, payment.order if payment else "", payment)


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
        return Facts(
            channel=turn.channel,
            operation=subject.operation,
            order=turn.order,
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
        payer_email=payer.email if payer else None,
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
    shown: tuple[str, ...] = ()


def told_by(outcome: Outcome) -> Told:
    """What the caller learns if the answer to this outcome reaches it whole."""
    match outcome:
        case PaymentOutcome(payment, _):
            one = (f"{payment.id}:{payment.shown}",)
            return Told("ok", str(payment.shown), payment.id, failure=payment.failure, shown=one)
        case Declined(payment, failure):
            retry = str(look_up(failure).retry)
            return Told("fail", "failed", payment.id, failure=failure, retry=retry)
        case Unknown(payment):
            return Told("info", None, payment.id, failure="transaction_timeout", retry="query")
        case RefundOutcome(refund, _):
            return Told("ok", str(refund.status), refund.payment, refund.id)
        case ThingOutcome():
            return Told()
        case PaymentList(payments) | OrderClosed(_, payments):
            shown = tuple(f"{payment.id}:{payment.shown}" for payment in payments)
            return Told("ok", "closed" if isinstance(outcome, OrderClosed) else None, shown=shown)
        case Refused(reason, _, payment):
            return Told("fail", None, payment.id if payment else None, failure=str(reason))
