"""Giving money back, and what becomes of a refund by itself."""

from __future__ import annotations

from typing import Final

import msgspec

from simulator.gateway import testcards
from simulator.gateway.commands import CreateRefund, RetrieveRefund
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.directives import FailRefund, SettleLater
from simulator.gateway.events import refund_events
from simulator.gateway.ledger import MERCHANT, PAYER, funds
from simulator.gateway.model import Payment, Posting, Refund, RefundStatus, Status
from simulator.gateway.outcomes import Reason, RefundOutcome

#: The route of a refund to the card or account that paid; a transfer is the other one.
ORIGINAL: Final = "original"
BANK_TRANSFER: Final = "bank_transfer"


def create(command: CreateRefund, context: Context) -> Decision:
    """Give captured money back, once per reference.

    Money that a dispute withdrew may be refunded as well, as real gateways allow: it is gone twice
    then. What the issuer took back may not.
    """
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return refused(Reason.NOT_FOUND, f"no payment {command.payment} on this channel")
    if command.reference is not None:
        known = context.snapshot.refund_by_reference(payment.id, command.reference)
        if known is not None:
            return _known(known, command)
    if payment.shown is not Status.CAPTURED:
        return refused(
            Reason.STATE_FORBIDS, f"cannot refund a payment that is {payment.shown}", payment
        )
    left = payment.amount_captured - payment.amount_refunded - payment.amount_reversed
    amount = left if command.amount is None else command.amount
    if amount > left or not left:
        return refused(
            Reason.AMOUNT_TOO_LARGE, f"cannot refund {amount}: only {left} is left", payment
        )
    objection = _objection(payment, amount, command, context)
    if objection is not None:
        return refused(Reason.STATE_FORBIDS, objection, payment)
    return _give_back(payment, amount, command, context)


def retrieve(command: RetrieveRefund, context: Context) -> Decision:
    """Look one refund up."""
    refund = context.snapshot.refund(command.refund)
    if refund is None:
        return refused(Reason.NOT_FOUND, f"no refund {command.refund} on this channel")
    # How a refund stood earlier is not kept, so a stale read of one shows the truth.
    return Decision(RefundOutcome(refund), unheeded=context.directive is not None)


def arrive(refund: Refund, context: Context) -> Decision:
    """The late effect of a refund: the payer has the money now, or it came back."""
    if refund.fails is not None:
        return _come_back(refund, refund.fails, context)
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


def _objection(
    payment: Payment, amount: int, command: CreateRefund, context: Context
) -> str | None:
    """What the method's own rules have against a refund by the way that the money came."""
    rule = context.profile.rule(payment.method.type)
    if rule is None or command.route != ORIGINAL:
        return None
    what, refunds = f"a payment by {rule.type}", rule.refunds
    if refunds is None:
        return f"{what} cannot be refunded by the way it came; use the route bank_transfer"
    if refunds.within is not None and context.wall - payment.captured_at > refunds.within:
        return f"{what} can be refunded for {refunds.within / 86_400:.0f} days; use bank_transfer"
    if not refunds.partial and amount != payment.amount_captured:
        return f"{what} is refunded as a whole or not at all"
    return None


def _known(known: Refund, command: CreateRefund) -> Decision:
    if command.amount is not None and command.amount != known.amount:
        return refused(
            Reason.STATE_FORBIDS, f"reference {command.reference} has a refund of {known.amount}"
        )
    return Decision(RefundOutcome(known))


def _give_back(payment: Payment, amount: int, command: CreateRefund, context: Context) -> Decision:
    status, after, fails = _fate(payment, command, context)
    refund = Refund(
        id=context.ids.new("re"),
        payment=payment.id,
        order=payment.order,
        channel=payment.channel,
        status=status,
        settles_at=None if after is None else context.wall + after,
        fails=fails,
        amount=amount,
        currency=payment.currency,
        reference=command.reference,
        route=command.route,
        words=command.words,
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
        (Posting(MERCHANT, _target(refund, payment), amount, payment.currency),),
        refund_events((refund,), context.ids),
        unheeded=isinstance(context.directive, FailRefund) and fails is None,
    )


def _fate(
    payment: Payment, command: CreateRefund, context: Context
) -> tuple[RefundStatus, float | None, str | None]:
    """What is told at once, when something happens by itself, and why it will fail, if so.

    A closed card or account is no obstacle to a bank transfer.
    """
    rule = context.profile.rule(payment.method.type)
    takes = rule.refunds.arrives_after if rule and rule.refunds else 0.0
    own = testcards.of_refund(payment.method) if command.route == ORIGINAL else None
    match context.directive or own:
        case SettleLater(after):
            return RefundStatus.PENDING, after, None
        case FailRefund(after, failure, told) if command.route == ORIGINAL:
            return told, after, failure
        case _ if takes:
            return RefundStatus.PENDING, takes, None
        case _:
            return RefundStatus.SUCCEEDED, None, None


def _come_back(refund: Refund, failure: str, context: Context) -> Decision:
    """A refund that was accepted fails: the money is the merchant's again, who owes it still."""
    failed = msgspec.structs.replace(
        refund,
        status=RefundStatus.FAILED,
        failure=failure,
        settles_at=None,
        updated=context.wall,
    )
    payment = context.snapshot.payment(refund.payment)
    if payment is None:
        return Decision(RefundOutcome(failed), (), (failed,))
    kept = msgspec.structs.replace(
        payment, amount_refunded=payment.amount_refunded - refund.amount, updated=context.wall
    )
    return Decision(
        RefundOutcome(failed),
        (kept,),
        (failed,),
        (Posting(_target(refund, payment), MERCHANT, refund.amount, refund.currency),),
        refund_events((failed,), context.ids),
    )


def _target(refund: Refund, payment: Payment) -> str:
    """The account that a refund goes to: what paid, or the payer's bank account."""
    return funds(payment.method) if refund.route == ORIGINAL else PAYER
