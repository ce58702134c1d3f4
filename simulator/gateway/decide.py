"""The decision: what becomes of a command. Pure; it reads a snapshot and returns a Decision.

Each handler is a ladder of early returns, one refusal a rung, in this order: not found, order
closed, state forbids, amount. Money moves only in the postings of the Decision.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

from simulator.gateway import (
    cancels,
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
from simulator.gateway.directives import Stale
from simulator.gateway.model import Status
from simulator.gateway.offers import offers
from simulator.gateway.outcomes import (
    MethodList,
    PaymentList,
    PaymentOutcome,
    Reason,
)


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
        return cancels.no_payment(command.payment)
    if context.snapshot.is_closed(payment.order):
        return refused(Reason.ORDER_CLOSED, f"order {payment.order} was closed", payment)
    if payment.shown is not Status.CREATED:
        return cancels.forbidden("confirm", payment)
    return charges.charge(payment, context, created=False)


def _capture(command: CapturePayment, context: Context) -> Decision:
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return cancels.no_payment(command.payment)
    if payment.shown is not Status.AUTHORIZED:
        return cancels.forbidden("capture", payment)
    amount = payment.amount_authorized if command.amount is None else command.amount
    if amount > payment.amount_authorized:
        return refused(
            Reason.AMOUNT_TOO_LARGE,
            f"cannot capture {amount}: only {payment.amount_authorized} is authorized",
            payment,
        )
    return charges.capture(payment, amount, context)


def _retrieve(command: RetrievePayment, context: Context) -> Decision:
    payment = context.snapshot.payment(command.payment)
    if payment is not None and isinstance(context.directive, Stale):
        payment = context.snapshot.before(payment.id)
    if payment is None:
        return cancels.no_payment(command.payment)
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


_HANDLERS: Final[MappingProxyType[type, Callable[[Any, Context], Decision]]] = MappingProxyType(
    {
        CreatePayment: _create,
        ConfirmPayment: _confirm,
        CapturePayment: _capture,
        CancelPayment: cancels.cancel,
        CancelOrder: cancels.close,
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
