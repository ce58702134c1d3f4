"""Taking money: where a payment becomes authorized, captured, failed or processing."""

from __future__ import annotations

import msgspec

from simulator.gateway.commands import CreatePayment
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import ChargeTwice, Decline, Directive, SettleLater
from simulator.gateway.events import payment_events
from simulator.gateway.ledger import HOLD, MERCHANT, PAYER
from simulator.gateway.model import Payment, Posting, Status
from simulator.gateway.outcomes import Declined, PaymentOutcome, Unknown
from simulator.gateway.transitions import move


def new_payment(command: CreatePayment, context: Context) -> Payment:
    """The payment that a create command asks for, with nothing taken yet."""
    return Payment(
        id=context.ids.new("pay"),
        order=command.order,
        channel=context.snapshot.channel,
        status=Status.CREATED,
        amount=command.amount,
        currency=command.currency,
        method=command.method,
        capture=command.capture,
        payer=command.payer,
        product=command.product,
        return_url=command.return_url,
        created=context.wall,
        updated=context.wall,
    )


def charge(payment: Payment, context: Context, *, created: bool) -> Decision:
    """Try to take the money, as the directive says; a test card's own fate comes second."""
    match _fate(payment, context):
        case Decline(failure):
            return _decline(payment, failure, context)
        case SettleLater(after, told):
            return _leave_processing(payment, after, told, context)
        case ChargeTwice():
            return _twice(payment, context, created=created)
        case _:
            taken, postings = take(payment, context)
            events = payment_events((taken,), context.ids)
            return Decision(
                PaymentOutcome(taken, created), (taken,), postings=postings, events=events
            )


def take(payment: Payment, context: Context) -> tuple[Payment, tuple[Posting, ...]]:
    """The payment with its money held (capture manual) or taken (automatic), and the posting."""
    amount = payment.amount
    manual = payment.capture == "manual"
    taken = move(
        payment,
        Status.AUTHORIZED if manual else Status.CAPTURED,
        amount_authorized=amount,
        amount_captured=0 if manual else amount,
        told=None,
        settles_at=None,
        failure=None,
        updated=context.wall,
    )
    return taken, (Posting(PAYER, HOLD if manual else MERCHANT, amount, payment.currency),)


def _fate(payment: Payment, context: Context) -> Directive | None:
    if context.directive is None and payment.method.failure is not None:
        return Decline(payment.method.failure)
    return context.directive


def _decline(payment: Payment, failure: str, context: Context) -> Decision:
    failed = move(payment, Status.FAILED, failure=failure, updated=context.wall)
    return Decision(
        Declined(failed, failure), (failed,), events=payment_events((failed,), context.ids)
    )


def _leave_processing(
    payment: Payment, after: float, told: Status | None, context: Context
) -> Decision:
    waiting = move(
        payment,
        Status.PROCESSING,
        told=None if told is Status.PROCESSING else told,
        settles_at=context.wall + after,
        failure="processing_error" if told is Status.FAILED else None,
        updated=context.wall,
    )
    if told is Status.FAILED:
        outcome: Declined | Unknown | PaymentOutcome = Declined(waiting, "processing_error")
    elif told is None:
        outcome = Unknown(waiting)
    else:
        outcome = PaymentOutcome(waiting, created=True)
    events = payment_events((waiting,), context.ids)
    return Decision(outcome, (waiting,), events=() if told is None else events)


def _twice(payment: Payment, context: Context, *, created: bool) -> Decision:
    second = msgspec.structs.replace(payment, id=context.ids.new("pay"))
    taken, postings = take(payment, context)
    again, more = take(second, context)
    return Decision(
        PaymentOutcome(taken, created),
        (taken, again),
        postings=postings + more,
        events=payment_events((taken, again), context.ids),
    )
