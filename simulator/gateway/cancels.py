"""Canceling: what was not captured is void, and nothing is taken later."""

from __future__ import annotations

import msgspec

from simulator.gateway import challenges
from simulator.gateway.authentication.result import called_off
from simulator.gateway.commands import CancelOrder, CancelPayment
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.directives import Linger
from simulator.gateway.events import payment_events
from simulator.gateway.ledger import HOLD, funds
from simulator.gateway.model import Payment, Posting, Status
from simulator.gateway.outcomes import OrderClosed, PaymentList, PaymentOutcome, Reason
from simulator.gateway.transitions import may, move


def cancel(command: CancelPayment, context: Context) -> Decision:
    """Void one payment."""
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return no_payment(command.payment)
    if payment.shown is Status.CANCELED:
        return Decision(PaymentOutcome(payment))
    if not may(payment.shown, Status.CANCELED):
        return forbidden("cancel", payment)
    voided, postings = _void(payment, context)
    things = challenges.called_off((payment,), context)
    return msgspec.structs.replace(_changed(voided, postings, context), things=things)


def close(command: CancelOrder, context: Context) -> Decision:
    """Void all payments of an order on this channel, and let it take none again."""
    payments = context.snapshot.payments_of(command.order)
    stopped = void(payments, context)
    voided = {payment.id: payment for payment in stopped.payments}
    now = tuple(voided.get(payment.id, payment) for payment in payments)
    already = context.snapshot.is_closed(command.order)
    return msgspec.structs.replace(
        stopped,
        outcome=OrderClosed(command.order, now),
        closed=None if already else command.order,
    )


def void(payments: tuple[Payment, ...], context: Context) -> Decision:
    """Void those of some payments that can be, whatever of them callers are told."""
    live = tuple(payment for payment in payments if may(payment.status, Status.CANCELED))
    voided = [_void(payment, context) for payment in live]
    changed = tuple(payment for payment, _ in voided)
    return Decision(
        PaymentList(changed),
        changed,
        postings=tuple(posting for _, postings in voided for posting in postings),
        events=payment_events(changed, context.ids),
        things=challenges.called_off(live, context),
    )


def lapse(payment: Payment, context: Context) -> Decision:
    """Void a hold whose time is over, as nobody has captured it."""
    voided, postings = _void(payment, context)
    return _changed(voided, postings, context)


def lapses(payment: Payment) -> bool:
    """Whether all that will happen to a payment by itself is that its hold ends."""
    waits = payment.settles_amount is None and payment.aftermath is None
    return payment.status is Status.AUTHORIZED and payment.held_until > 0 and waits


def has_lapsed(payment: Payment) -> bool:
    """Whether its hold ended by itself."""
    return payment.status is Status.CANCELED and 0 < payment.held_until <= payment.updated


def _void(payment: Payment, context: Context) -> tuple[Payment, tuple[Posting, ...]]:
    """The payment canceled, and the posting that releases its hold, if it has one."""
    voided = move(
        payment,
        Status.CANCELED,
        told=None,
        settles_at=None,
        settles_amount=None,
        aftermath=None,
        failure=None,
        authentication=called_off(payment.authentication),
        updated=context.wall,
    )
    if payment.status is not Status.AUTHORIZED:
        return voided, ()
    if isinstance(context.directive, Linger):
        shown_until = context.wall + context.directive.seconds
        held = payment.amount_authorized
        return msgspec.structs.replace(voided, lingers=held, settles_at=shown_until), ()
    held = payment.amount_authorized
    return voided, (Posting(HOLD, funds(payment.method), held, payment.currency),)


def _changed(payment: Payment, postings: tuple[Posting, ...], context: Context) -> Decision:
    return Decision(
        PaymentOutcome(payment),
        (payment,),
        postings=postings,
        events=payment_events((payment,), context.ids),
    )


def no_payment(payment: str) -> Decision:
    """There is none of this id."""
    return refused(Reason.NOT_FOUND, f"no payment {payment} on this channel")


def forbidden(verb: str, payment: Payment) -> Decision:
    """The payment is in no state for this."""
    return refused(
        Reason.STATE_FORBIDS, f"cannot {verb} a payment that is {payment.shown}", payment
    )
