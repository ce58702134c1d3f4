"""The decision: what becomes of a command. Pure; it reads a snapshot and returns a Decision.

Each handler is a ladder of early returns, one refusal a rung, in this order: not found, order
closed, state forbids, amount. Money moves only in the postings of the Decision.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator.gateway import (
    challenges,
    charges,
    checkouts,
    disputes,
    documents,
    notices,
    receipts,
    refundrequests,
    refunds,
    statements,
    wallets,
)
from simulator.gateway.authentication.result import called_off
from simulator.gateway.commands import (
    AcceptDispute,
    Authenticate,
    CancelOrder,
    CancelPayment,
    CapturePayment,
    Command,
    ConfirmPayment,
    CreateCheckout,
    CreatePayment,
    CreateRefund,
    DeclineRefundRequest,
    FindDisputes,
    FindPayments,
    FindRefundRequests,
    ListMethods,
    Notify,
    PayCheckout,
    RetrieveCheckout,
    RetrieveDispute,
    RetrievePayment,
    RetrieveRefund,
    RetrieveRefundRequest,
    ShowAuthentication,
    ShowCheckout,
    ShowReceipt,
    ShowStatement,
    SubmitDocument,
    SubmitEvidence,
)
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.directives import Linger, Stale
from simulator.gateway.events import payment_events
from simulator.gateway.ledger import HOLD, funds
from simulator.gateway.model import Payment, Posting, Status
from simulator.gateway.offers import offers
from simulator.gateway.outcomes import (
    MethodList,
    OrderClosed,
    PaymentList,
    PaymentOutcome,
    Reason,
)
from simulator.gateway.transitions import may, move


def decide(command: Command, context: Context) -> Decision:
    """What becomes of `command`, given the snapshot, directive, moment and ids in `context`."""
    return wallets.carry(_HANDLERS[type(command)](command, context), context)


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
    things = challenges.called_off((payment,), context)
    return msgspec.structs.replace(_changed(voided, postings, context), things=things)


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
        things=challenges.called_off(live, context),
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


def _list_methods(command: ListMethods, context: Context) -> Decision:
    found = offers(context.profile, command, context.wall)
    return Decision(MethodList(found, command.language))


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
        ListMethods: _list_methods,
        CreateRefund: refundrequests.refund,
        RetrieveRefund: refunds.retrieve,
        DeclineRefundRequest: refundrequests.decline,
        RetrieveRefundRequest: refundrequests.retrieve,
        FindRefundRequests: refundrequests.find,
        ShowReceipt: receipts.show,
        ShowStatement: statements.show,
        FindDisputes: disputes.find,
        RetrieveDispute: disputes.retrieve,
        SubmitEvidence: disputes.submit,
        AcceptDispute: disputes.accept,
        Notify: notices.notify,
        CreateCheckout: checkouts.create,
        RetrieveCheckout: checkouts.retrieve,
        ShowCheckout: checkouts.show,
        PayCheckout: checkouts.pay,
        Authenticate: challenges.answer,
        ShowAuthentication: challenges.show,
        SubmitDocument: documents.submit,
    }
)
