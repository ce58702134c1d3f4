"""Disputes: the payer's bank wants the money back, and the merchant may answer.

At its opening the bank withdraws what is left of the payment, and the gateway charges a fee if its
profile has one. Until a deadline the merchant may send evidence, once, or accept. Without either
the dispute is lost at the deadline. With evidence the bank decides after a while. What was
withdrawn comes back when the dispute is won; the fee never does.

An inquiry is what may come first: the bank asks, and withdraws nothing. It is over without a word
when nobody goes on with it, or becomes a dispute, as it would have been from the start.
"""

from __future__ import annotations

from typing import Final

import msgspec

from simulator.gateway.commands import (
    AcceptDispute,
    FindDisputes,
    RetrieveDispute,
    SubmitEvidence,
)
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.events import thing_event
from simulator.gateway.ledger import DISPUTE, FEES, MERCHANT, funds
from simulator.gateway.model import Aftermath, Payment, Posting, Status
from simulator.gateway.outcomes import Reason, ThingList, ThingOutcome
from simulator.gateway.things import Dispute, DisputeStatus

#: Why a payer disputes, in the words that card networks and wallets share.
REASONS: Final = (
    "product_not_received", "product_unacceptable", "fraudulent", "duplicate", "unrecognized",
    "credit_not_processed", "subscription_canceled", "general",
)  # fmt: skip


class OpenDispute(msgspec.Struct, frozen=True, gc=False):
    """The payer of this payment disputes it, and this is what comes of it."""

    payment: str
    fate: Aftermath


class CloseDispute(msgspec.Struct, frozen=True, gc=False):
    """The bank has decided."""

    dispute: str
    won: bool


def open_by_itself(payment: Payment, fate: Aftermath, context: Context) -> Decision:
    """The payer disputes, as was in store for the payment."""
    return _open(payment, fate, context)


def open_by_hand(command: OpenDispute, context: Context) -> Decision:
    """Somebody says that the payer disputes a payment; refused if nothing can be disputed."""
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return refused(Reason.NOT_FOUND, f"no payment {command.payment} on this channel")
    if payment.status is not Status.CAPTURED or payment.left <= 0:
        return refused(
            Reason.STATE_FORBIDS,
            f"{payment.id} holds no money that could be disputed: it is {payment.status}",
            payment,
        )
    if payment.dispute is not None:
        return refused(
            Reason.STATE_FORBIDS, f"{payment.id} was disputed before, by {payment.dispute}", payment
        )
    return _open(payment, command.fate, context)


def close_by_hand(command: CloseDispute, context: Context) -> Decision:
    """Somebody says what the bank has decided."""
    dispute = _found(command.dispute, context)
    if dispute is None:
        return _none(command.dispute)
    return close(dispute, context, won=command.won)


def find(command: FindDisputes, context: Context) -> Decision:
    """The disputes of this channel, oldest first: all, or those of an order or a payment."""
    found = tuple(
        dispute
        for dispute in context.snapshot.disputes()
        if command.order in (None, dispute.order) and command.of in (None, dispute.payment)
    )
    return Decision(ThingList(found))


def retrieve(command: RetrieveDispute, context: Context) -> Decision:
    """Look one dispute up."""
    dispute = _found(command.dispute, context)
    return Decision(ThingOutcome(dispute)) if dispute else _none(command.dispute)


def submit(command: SubmitEvidence, context: Context) -> Decision:
    """Take evidence, once, while the dispute waits for it."""
    dispute = _found(command.dispute, context)
    if dispute is None:
        return _none(command.dispute)
    if dispute.status is not DisputeStatus.OPENED:
        return refused(
            Reason.STATE_FORBIDS,
            f"{dispute.id} takes no evidence: it is {dispute.status}",
            context.snapshot.payment(dispute.payment),
        )
    # It may be sent in the last moment: the bank takes its time from now on.
    under_review = msgspec.structs.replace(
        dispute,
        status=DisputeStatus.UNDER_REVIEW,
        evidence=command.evidence,
        submitted=context.wall,
        settles_at=context.wall + _decided_after(dispute, context),
        updated=context.wall,
    )
    return Decision(ThingOutcome(under_review), things=(under_review,))


def accept(command: AcceptDispute, context: Context) -> Decision:
    """The merchant does not defend itself: lost."""
    dispute = _found(command.dispute, context)
    if dispute is None:
        return _none(command.dispute)
    return close(dispute, context, won=False)


def close(dispute: Dispute, context: Context, *, won: bool) -> Decision:
    """The bank has decided; refused for a dispute that is over."""
    payment = context.snapshot.payment(dispute.payment)
    if dispute.over or payment is None:
        return refused(Reason.STATE_FORBIDS, f"{dispute.id} is over: {dispute.status}", payment)
    status = DisputeStatus.WON if won else DisputeStatus.LOST
    over = msgspec.structs.replace(
        dispute, status=status, settles_at=None, closed=context.wall, updated=context.wall
    )
    back = dispute.amount if won and not dispute.inquiry else 0
    after = msgspec.structs.replace(
        payment, amount_disputed=payment.amount_disputed - back, updated=context.wall
    )
    to = MERCHANT if won else funds(payment.method)
    return Decision(
        ThingOutcome(over),
        (after,),
        postings=()
        if dispute.inquiry
        else (Posting(DISPUTE, to, dispute.amount, dispute.currency),),
        events=(thing_event(f"dispute.{status}", after, over.id, context.ids),),
        things=(over,),
    )


def decide(dispute: Dispute, context: Context) -> Decision:
    """The deadline for evidence, or for the bank's word on it, has come."""
    if dispute.inquiry:
        return _settle_inquiry(dispute, context)
    answered = dispute.status is DisputeStatus.UNDER_REVIEW
    won = dispute.wins == "always" or (dispute.wins == "with_evidence" and answered)
    return close(dispute, context, won=won)


def escalate(dispute: Dispute, context: Context) -> Decision:
    """An inquiry becomes a dispute: the bank withdraws what is left of what it is about."""
    payment = context.snapshot.payment(dispute.payment)
    if dispute.over or payment is None or not dispute.inquiry or payment.left <= 0:
        return refused(
            Reason.STATE_FORBIDS, f"{dispute.id} is no inquiry that could go on", payment
        )
    rules = context.profile.disputes
    due = context.wall + rules.evidence_within
    real = msgspec.structs.replace(
        dispute,
        inquiry=False,
        escalated=context.wall,
        amount=min(dispute.amount, payment.left),
        fee=rules.fee.get(payment.currency, 0),
        status=DisputeStatus.OPENED,
        evidence_due=due,
        settles_at=due,
        updated=context.wall,
    )
    return _opened(real, payment, context)


def _settle_inquiry(inquiry: Dispute, context: Context) -> Decision:
    """Its time is over: a bank that never lets the merchant win goes on with it, if it can."""
    payment = context.snapshot.payment(inquiry.payment)
    if inquiry.wins == "never" and payment is not None and payment.left > 0:
        return escalate(inquiry, context)
    return close(inquiry, context, won=True)


def _open(payment: Payment, fate: Aftermath, context: Context) -> Decision:
    rules = context.profile.disputes
    inquiry = fate.kind == "inquiry"
    due = context.wall + rules.evidence_within
    if fate.decided_after is not None:
        due = min(due, context.wall + fate.decided_after)
    dispute = Dispute(
        id=context.ids.new("dp"),
        channel=payment.channel,
        payment=payment.id,
        order=payment.order,
        amount=payment.left,
        currency=payment.currency,
        reason=fate.reason or "general",
        inquiry=inquiry,
        fee=0 if inquiry else rules.fee.get(payment.currency, 0),
        wins=fate.wins,
        decided_after=fate.decided_after,
        evidence_due=due,
        settles_at=due,
        created=context.wall,
        updated=context.wall,
    )
    return _opened(dispute, payment, context)


def _opened(dispute: Dispute, payment: Payment, context: Context) -> Decision:
    """The decision that a dispute is open now; unless it only asks, it withdraws its amount."""
    withdrawn = 0 if dispute.inquiry else dispute.amount
    disputed = msgspec.structs.replace(
        payment,
        amount_disputed=payment.amount_disputed + withdrawn,
        dispute=dispute.id,
        updated=context.wall,
    )
    postings: tuple[Posting, ...] = ()
    if withdrawn:
        postings = (Posting(MERCHANT, DISPUTE, withdrawn, payment.currency),)
    if dispute.fee:
        postings += (Posting(MERCHANT, FEES, dispute.fee, payment.currency),)
    return Decision(
        ThingOutcome(dispute, created=not dispute.escalated),
        (disputed,),
        postings=postings,
        events=(thing_event("dispute.opened", disputed, dispute.id, context.ids),),
        things=(dispute,),
    )


def _decided_after(dispute: Dispute, context: Context) -> float:
    """Seconds from the evidence to the bank's decision."""
    if dispute.decided_after is not None:
        return dispute.decided_after
    return context.profile.disputes.decided_after


def _found(dispute: str, context: Context) -> Dispute | None:
    thing = context.snapshot.thing(dispute)
    own = isinstance(thing, Dispute) and thing.channel == context.snapshot.channel
    return thing if own and isinstance(thing, Dispute) else None


def _none(dispute: str) -> Decision:
    return refused(Reason.NOT_FOUND, f"no dispute {dispute} on this channel")
