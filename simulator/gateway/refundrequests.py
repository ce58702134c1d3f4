"""Refunds that a payer asks for in the wallet, and that the merchant's policy decides.

    ask ──> open ──> accepted   a refund of the payment answers it, whether it names it or not
              ├────> declined   the merchant says no, and why
              └────> expired    nobody answered

A payment has one request at most, and a request one answer.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from simulator.gateway import refunds
from simulator.gateway.commands import (
    CreateRefund,
    DeclineRefundRequest,
    FindRefundRequests,
    RetrieveRefundRequest,
)
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.events import thing_event
from simulator.gateway.model import RefundStatus, Status
from simulator.gateway.outcomes import Reason, RefundOutcome, ThingList, ThingOutcome
from simulator.gateway.things import RefundRequest

#: How long the merchant has to answer, in seconds, unless it is said otherwise: three days.
ANSWER_WITHIN_S: Final = 3 * 86_400.0


class AskRefund(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Ask for money back: all that is left, or `amount` of it."""

    payment: str
    reason: str
    amount: int | None = None
    within: float = ANSWER_WITHIN_S


def ask(command: AskRefund, context: Context) -> Decision:
    """A payer asks; asking again for the same payment changes nothing."""
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return refused(Reason.NOT_FOUND, f"no payment {command.payment}")
    known = context.snapshot.thing(_name(payment.id))
    if known is not None:
        return Decision(ThingOutcome(known))
    left = payment.amount_captured - payment.amount_refunded - payment.amount_reversed
    if payment.shown is not Status.CAPTURED or not left:
        return refused(Reason.STATE_FORBIDS, f"{payment.id} holds no money that could go back")
    amount = left if command.amount is None else command.amount
    if amount > left:
        return refused(Reason.AMOUNT_TOO_LARGE, f"only {left} of {payment.id} is left")
    request = RefundRequest(
        id=_name(payment.id),
        payment=payment.id,
        order=payment.order,
        channel=payment.channel,
        amount=amount,
        currency=payment.currency,
        reason=command.reason,
        settles_at=context.wall + command.within,
        expires=context.wall + command.within,
        created=context.wall,
        updated=context.wall,
    )
    event = thing_event("refund.requested", payment, request.id, context.ids)
    return Decision(
        ThingOutcome(request, created=True), (payment,), things=(request,), events=(event,)
    )


def refund(command: CreateRefund, context: Context) -> Decision:
    """Make a refund; it answers the payer's open request for as much or less."""
    if command.request is None:
        return _answered(refunds.create(command, context), context)
    request = _find(command.request, context)
    if request is None or request.payment != command.payment:
        return refused(
            Reason.NOT_FOUND, f"no request {command.request} for a refund of {command.payment}"
        )
    given = context.snapshot.refund(request.refund) if request.refund else None
    if given is not None and given.status is not RefundStatus.FAILED:
        return Decision(RefundOutcome(given))
    if given is None and request.status != "open":
        return refused(Reason.STATE_FORBIDS, f"{request.id} is {request.status}")
    amount = request.amount if command.amount is None else command.amount
    made = refunds.create(replace(command, amount=amount), context)
    return _answered(made, context, whole=False)


def decline(command: DeclineRefundRequest, context: Context) -> Decision:
    """The merchant says no; saying it again changes nothing."""
    request = _find(command.request, context)
    if request is None:
        return _none(command.request)
    if request.status == "declined":
        return Decision(ThingOutcome(request))
    if request.status != "open":
        return refused(Reason.STATE_FORBIDS, f"{request.id} is {request.status}")
    closed = replace(
        request,
        status="declined",
        answer=command.reason,
        settles_at=None,
        updated=context.wall,
    )
    return Decision(ThingOutcome(closed), things=(closed,))


def expire(request: RefundRequest, context: Context) -> Decision:
    """Nobody answered in time."""
    over = replace(request, status="expired", settles_at=None, updated=context.wall)
    return Decision(ThingOutcome(over), things=(over,))


def retrieve(command: RetrieveRefundRequest, context: Context) -> Decision:
    """Look one up."""
    request = _find(command.request, context)
    if request is None:
        return _none(command.request)
    return Decision(ThingOutcome(request), unheeded=context.directive is not None)


def find(command: FindRefundRequests, context: Context) -> Decision:
    """Those for the payments of an order, in the order of the payments."""
    payments = context.snapshot.payments_of(command.order)
    found = (_find(_name(payment.id), context) for payment in payments)
    requests = tuple(request for request in found if request is not None)
    return Decision(ThingList(requests), unheeded=context.directive is not None)


def _answered(decision: Decision, context: Context, *, whole: bool = True) -> Decision:
    """The decision with the request that its refund answers; `whole`: only by all it asked for."""
    outcome = decision.outcome
    if not isinstance(outcome, RefundOutcome) or not outcome.created:
        return decision
    made = outcome.refund
    request = _find(_name(made.payment), context)
    if request is None or not _waits(request, context) or made.status is RefundStatus.FAILED:
        return decision
    if whole and made.amount < request.amount:
        return decision
    accepted = replace(
        request, status="accepted", refund=made.id, settles_at=None, updated=context.wall
    )
    return replace(decision, things=(*decision.things, accepted))


def _waits(request: RefundRequest, context: Context) -> bool:
    """Whether a refund would answer it: nobody has, or the refund that did has failed."""
    given = context.snapshot.refund(request.refund) if request.refund else None
    if given is not None:
        return given.status is RefundStatus.FAILED
    return request.status == "open"


def _find(name: str, context: Context) -> RefundRequest | None:
    known = context.snapshot.thing(name)
    here = isinstance(known, RefundRequest) and known.channel == context.snapshot.channel
    return known if isinstance(known, RefundRequest) and here else None


def _name(payment: str) -> str:
    """A payment's request is found by the payment."""
    return f"rr_{payment.removeprefix('pay_')}"


def _none(name: str) -> Decision:
    return refused(Reason.NOT_FOUND, f"no refund request {name} on this channel")
