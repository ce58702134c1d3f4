"""The decision: what becomes of a command. Pure; it reads a snapshot and returns a Decision.

Each handler is a ladder of early returns, one refusal a rung, in this order: not found, order
closed, state forbids, amount. Money moves only in the postings of the Decision.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator.gateway import charges
from simulator.gateway.commands import (
    CancelOrder,
    CancelPayment,
    CapturePayment,
    Command,
    ConfirmPayment,
    CreatePayment,
    CreateRefund,
    FindPayments,
    RetrievePayment,
    RetrieveRefund,
)
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.directives import SettleLater, Stale
from simulator.gateway.events import payment_events, refund_events
from simulator.gateway.ledger import HOLD, MERCHANT, PAYER
from simulator.gateway.model import Payment, Posting, Refund, RefundStatus, Status
from simulator.gateway.outcomes import (
    OrderClosed,
    PaymentList,
    PaymentOutcome,
    Reason,
    RefundOutcome,
)
from simulator.gateway.transitions import may, move


def decide(command: Command, context: Context) -> Decision:
    """What becomes of `command`, given the snapshot, directive, moment and ids in `context`."""
    return _HANDLERS[type(command)](command, context)


def arrive(refund: Refund, context: Context) -> Decision:
    """The late effect of a refund that was left pending: the payer has the money now."""
    done = msgspec.structs.replace(
        refund, status=RefundStatus.SUCCEEDED, settles_at=None, updated=context.wall
    )
    payment = context.snapshot.payment(refund.payment)
    return Decision(
        RefundOutcome(done),
        (payment,) if payment else (),  # unchanged; the event speaks of it
        (done,),
        events=refund_events((done,), context.ids),
    )


def _create(command: CreatePayment, context: Context) -> Decision:
    if context.snapshot.is_closed(command.order):
        return refused(
            Reason.ORDER_CLOSED, f"order {command.order} was closed by a cancel; it takes no charge"
        )
    payment = charges.new_payment(command, context)
    if not command.confirm:
        return Decision(PaymentOutcome(payment, created=True), (payment,))
    return charges.charge(payment, context, created=True)


def _confirm(command: ConfirmPayment, context: Context) -> Decision:
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return _no_payment(command.payment)
    if context.snapshot.is_closed(payment.order):
        return refused(Reason.ORDER_CLOSED, f"order {payment.order} was closed", payment)
    if payment.shown is not Status.CREATED:
        return _forbidden("confirm", payment)
    return charges.charge(payment, context, created=False)


def _capture(command: CapturePayment, context: Context) -> Decision:
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return _no_payment(command.payment)
    if payment.shown is not Status.AUTHORIZED:
        return _forbidden("capture", payment)
    amount = payment.amount_authorized if command.amount is None else command.amount
    if amount > payment.amount_authorized:
        return refused(
            Reason.AMOUNT_TOO_LARGE,
            f"cannot capture {amount}: only {payment.amount_authorized} is authorized",
            payment,
        )
    return charges.capture(payment, amount, context)


def _cancel(command: CancelPayment, context: Context) -> Decision:
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return _no_payment(command.payment)
    if payment.shown is Status.CANCELED:
        return Decision(PaymentOutcome(payment))
    if not may(payment.shown, Status.CANCELED):
        return _forbidden("cancel", payment)
    voided, postings = _void(payment, context)
    return _changed(voided, postings, context)


def _close(command: CancelOrder, context: Context) -> Decision:
    payments = context.snapshot.payments_of(command.order)
    live = tuple(payment for payment in payments if may(payment.status, Status.CANCELED))
    voided = {payment.id: _void(payment, context) for payment in live}
    now = tuple(voided[payment.id][0] if payment.id in voided else payment for payment in payments)
    changed = tuple(payment for payment, _ in voided.values())
    already = context.snapshot.is_closed(command.order)
    return Decision(
        OrderClosed(command.order, now),
        changed,
        postings=tuple(posting for _, postings in voided.values() for posting in postings),
        events=payment_events(changed, context.ids),
        closed=None if already else command.order,
    )


def _void(payment: Payment, context: Context) -> tuple[Payment, tuple[Posting, ...]]:
    """The payment canceled, and the posting that releases its hold, if it has one."""
    voided = move(
        payment,
        Status.CANCELED,
        told=None,
        settles_at=None,
        settles_amount=None,
        failure=None,
        updated=context.wall,
    )
    if payment.status is not Status.AUTHORIZED:
        return voided, ()
    return voided, (Posting(HOLD, PAYER, payment.amount_authorized, payment.currency),)


def _retrieve(command: RetrievePayment, context: Context) -> Decision:
    payment = context.snapshot.payment(command.payment)
    if payment is not None and isinstance(context.directive, Stale):
        payment = context.snapshot.before(payment.id)
    if payment is None:
        return _no_payment(command.payment)
    return Decision(PaymentOutcome(payment))


def _find(command: FindPayments, context: Context) -> Decision:
    payments = context.snapshot.payments_of(command.order)
    if isinstance(context.directive, Stale):
        earlier = (context.snapshot.before(payment.id) for payment in payments)
        payments = tuple(payment for payment in earlier if payment is not None)
    return Decision(PaymentList(payments))


def _refund(command: CreateRefund, context: Context) -> Decision:
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return _no_payment(command.payment)
    if command.reference is not None:
        known = context.snapshot.refund_by_reference(payment.id, command.reference)
        if known is not None:
            return _known_refund(known, command)
    if payment.shown is not Status.CAPTURED:
        return _forbidden("refund", payment)
    left = payment.amount_captured - payment.amount_refunded
    amount = left if command.amount is None else command.amount
    if amount > left or not left:
        return refused(
            Reason.AMOUNT_TOO_LARGE, f"cannot refund {amount}: only {left} is left", payment
        )
    return _give_back(payment, amount, command, context)


def _known_refund(known: Refund, command: CreateRefund) -> Decision:
    if command.amount is not None and command.amount != known.amount:
        return refused(
            Reason.STATE_FORBIDS, f"reference {command.reference} has a refund of {known.amount}"
        )
    return Decision(RefundOutcome(known))


def _give_back(payment: Payment, amount: int, command: CreateRefund, context: Context) -> Decision:
    late = context.directive if isinstance(context.directive, SettleLater) else None
    refund = Refund(
        id=context.ids.new("re"),
        payment=payment.id,
        order=payment.order,
        channel=payment.channel,
        status=RefundStatus.PENDING if late else RefundStatus.SUCCEEDED,
        settles_at=context.wall + late.after if late else None,
        amount=amount,
        currency=payment.currency,
        reference=command.reference,
        created=context.wall,
        updated=context.wall,
    )
    paid_back = msgspec.structs.replace(
        payment, amount_refunded=payment.amount_refunded + amount, updated=context.wall
    )
    return Decision(
        RefundOutcome(refund, created=True),
        (paid_back,),
        (refund,),
        (Posting(MERCHANT, PAYER, amount, payment.currency),),
        refund_events((refund,), context.ids),
    )


def _retrieve_refund(command: RetrieveRefund, context: Context) -> Decision:
    refund = context.snapshot.refund(command.refund)
    if refund is None:
        return refused(Reason.NOT_FOUND, f"no refund {command.refund} on this channel")
    # How a refund stood earlier is not kept, so a stale read of one shows the truth.
    return Decision(RefundOutcome(refund), unheeded=context.directive is not None)


def _changed(payment: Payment, postings: tuple[Posting, ...], context: Context) -> Decision:
    return Decision(
        PaymentOutcome(payment),
        (payment,),
        postings=postings,
        events=payment_events((payment,), context.ids),
    )


def _no_payment(payment: str) -> Decision:
    return refused(Reason.NOT_FOUND, f"no payment {payment} on this channel")


def _forbidden(verb: str, payment: Payment) -> Decision:
    return refused(
        Reason.STATE_FORBIDS, f"cannot {verb} a payment that is {payment.shown}", payment
    )


_HANDLERS: Final[MappingProxyType[type, Callable[[Any, Context], Decision]]] = MappingProxyType(
    {
        CreatePayment: _create,
        ConfirmPayment: _confirm,
        CapturePayment: _capture,
        CancelPayment: _cancel,
        CancelOrder: _close,
        RetrievePayment: _retrieve,
        FindPayments: _find,
        CreateRefund: _refund,
        RetrieveRefund: _retrieve_refund,
    }
)
