"""Documents: what a payer submits to lift a block for risk, and what an analyst makes of it.

The text of a document never gets here; only that there is one, and of which kind. It is accepted at
once. A payment that is under review will then be approved. One that was blocked stays as it is, for
it has failed; but for a day, or as the profile says, no risk rule blocks, doubts or reviews what
the same card or the same payer pays. Velocity rules are not lifted: time alone does that.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from simulator.failures.catalogue import failure as look_up
from simulator.failures.failure import Category
from simulator.gateway import reviews, stops, wallets, who
from simulator.gateway.commands import SubmitDocument
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import PaymentOutcome, Reason, ThingOutcome
from simulator.gateway.things import Document
from simulator.profiles.rules import Risk

_USUAL: Final = Risk()
#: The kind that stands for the word of an analyst.
REVIEW: Final = "review"


def submit(command: SubmitDocument, context: Context) -> Decision:
    """Take a document for a payment that risk has stopped."""
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return refused(Reason.NOT_FOUND, f"no payment {command.payment} on this channel")
    if not (reviews.is_open(payment) or is_blocked(payment)):
        return refused(
            Reason.STATE_FORBIDS,
            f"{payment.id} is {payment.shown}, and not for risk: nobody asks for documents",
            payment,
        )
    document = _document(payment, command.kind, context)
    changed: tuple[Payment, ...] = ()
    if reviews.is_open(payment):
        changed = (msgspec.structs.replace(payment, review=stops.APPROVE),)
    return Decision(ThingOutcome(document, created=True), changed, things=(document,))


def review(payment: Payment, context: Context, *, approve: bool) -> Decision:
    """An analyst decides on a payment under review, or lifts the block of one that was blocked."""
    if approve and is_blocked(payment):
        document = _document(payment, REVIEW, context)
        return Decision(PaymentOutcome(payment), things=(document,))
    return wallets.carry(reviews.decide(payment, context, approve=approve), context)


def is_blocked(payment: Payment) -> bool:
    """Whether a payment failed for risk."""
    return payment.status is Status.FAILED and _is_for_risk(payment.failure or "")


def _document(payment: Payment, kind: str, context: Context) -> Document:
    names = (who.of(payment, "card"), who.of(payment, "payer"))
    risk = context.profile.risk or _USUAL
    return Document(
        id=context.ids.new("doc"),
        channel=payment.channel,
        order=payment.order,
        payment=payment.id,
        kind=kind,
        speaks_for=tuple(name for name in names if name is not None),
        until=context.wall + risk.cleared_for,
        created=context.wall,
    )


@lru_cache(maxsize=128)
def _is_for_risk(failure: str) -> bool:
    return bool(failure) and look_up(failure).category is Category.RISK
