"""Taking money: where a payment becomes authorized, captured, failed or processing."""

from __future__ import annotations

import msgspec

from simulator.gateway.commands import CreatePayment
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import ChargeTwice, Decline, Directive, SettleLater, TakePart
from simulator.gateway.events import payment_events
from simulator.gateway.gates.chain import objection
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
    """Try to take the money, as the directive says; a test card's own fate comes second.

    What the gateway itself refuses never reaches the issuer, so that no directive strikes it.
    """
    refusal = objection(payment, context)
    if refusal is not None:
        declined = _decline(payment, refusal.failure, context)
        return msgspec.structs.replace(declined, unheeded=context.directive is not None)
    match _fate(payment, context):
        case Decline(failure):
            return _decline(payment, failure, context)
        case SettleLater() as late:
            return _leave_processing(payment, late, context)
        case ChargeTwice():
            return _twice(payment, context, created=created)
        case TakePart() as part if payment.capture == "automatic":
            amount = part.of(payment.amount)
            whole = amount == payment.amount
            taken = take(payment, context, amount)
            return _taken(taken, context, created=created, unheeded=whole)
        case other:
            taken = take(payment, context)
            return _taken(taken, context, created=created, unheeded=other is not None)


def capture(payment: Payment, amount: int, context: Context) -> Decision:
    """Take `amount` of an authorization, as the directive says; the rest of it is released."""
    match context.directive:
        case SettleLater() as late:
            waiting = msgspec.structs.replace(
                payment, told=late.told or Status.PROCESSING, settles_amount=amount
            )
            return _tell_later(waiting, late, context)
        case TakePart() as part:
            taken = take_held(payment, part.of(amount), context)
            return _taken(taken, context, unheeded=part.of(amount) == amount)
        case other:
            taken = take_held(payment, amount, context)
            return _taken(taken, context, unheeded=other is not None)


def settle(payment: Payment, context: Context) -> Decision:
    """The late effect of a payment that was left processing: it takes the money now."""
    if payment.status is not Status.AUTHORIZED:
        return _taken(take(payment, context), context)
    held, wanted = payment.amount_authorized, payment.settles_amount
    return _taken(take_held(payment, held if wanted is None else wanted, context), context)


def take(
    payment: Payment, context: Context, part: int | None = None
) -> tuple[Payment, tuple[Posting, ...]]:
    """The payment with its money held (capture manual) or taken (automatic), and the posting.

    `part` is what it takes of the amount, in minor units; None is all.
    """
    amount = payment.amount if part is None else part
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


def take_held(
    payment: Payment, amount: int, context: Context
) -> tuple[Payment, tuple[Posting, ...]]:
    """The payment with `amount` of its hold taken; the rest of the hold goes back to the payer."""
    taken = move(
        payment,
        Status.CAPTURED,
        amount_captured=amount,
        told=None,
        settles_at=None,
        settles_amount=None,
        failure=None,
        updated=context.wall,
    )
    postings: tuple[Posting, ...] = (Posting(HOLD, MERCHANT, amount, payment.currency),)
    rest = payment.amount_authorized - amount
    if rest:
        postings += (Posting(HOLD, PAYER, rest, payment.currency),)
    return taken, postings


def _fate(payment: Payment, context: Context) -> Directive | None:
    if context.directive is None and payment.method.failure is not None:
        return Decline(payment.method.failure)
    return context.directive


def _decline(payment: Payment, failure: str, context: Context) -> Decision:
    failed = move(payment, Status.FAILED, failure=failure, updated=context.wall)
    return Decision(
        Declined(failed, failure), (failed,), events=payment_events((failed,), context.ids)
    )


def _leave_processing(payment: Payment, late: SettleLater, context: Context) -> Decision:
    told = None if late.told is Status.PROCESSING else late.told
    return _tell_later(move(payment, Status.PROCESSING, told=told), late, context)


def _tell_later(payment: Payment, late: SettleLater, context: Context) -> Decision:
    """What the caller hears of a payment whose money will be taken later."""
    told = late.told
    waiting = msgspec.structs.replace(
        payment,
        settles_at=context.wall + late.after,
        failure="processing_error" if told is Status.FAILED else None,
        updated=context.wall,
    )
    if told is Status.FAILED:
        outcome: Declined | Unknown | PaymentOutcome = Declined(waiting, "processing_error")
    elif told is None:
        outcome = Unknown(waiting)
    else:
        outcome = PaymentOutcome(waiting, created=payment.status is Status.PROCESSING)
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


def _taken(
    taken: tuple[Payment, tuple[Posting, ...]],
    context: Context,
    *,
    created: bool = False,
    unheeded: bool = False,
) -> Decision:
    """The decision that a payment took money, by these postings."""
    payment, postings = taken
    return Decision(
        PaymentOutcome(payment, created),
        (payment,),
        postings=postings,
        events=payment_events((payment,), context.ids),
        unheeded=unheeded,
    )
