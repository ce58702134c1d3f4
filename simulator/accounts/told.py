"""What a commit holds beside what has changed: what its answer tells, for replays."""

from __future__ import annotations

from simulator.gateway.decision import Decision
from simulator.gateway.model import Payment, Refund
from simulator.gateway.outcomes import (
    Answered,
    Declined,
    OrderClosed,
    Outcome,
    PaymentOutcome,
    RefundOutcome,
    ThingOutcome,
    Unknown,
)
from simulator.gateway.things import Thing


def things_told(decision: Decision) -> tuple[Thing, ...]:
    """The changed things, before all the one that the answer tells, so that it can be replayed."""
    if not isinstance(decision.outcome, ThingOutcome):
        return decision.things
    told = decision.outcome.thing
    named = next((thing for thing in decision.things if thing.id == told.id), told)
    return (named, *(thing for thing in decision.things if thing.id != told.id))


def objects_told(
    outcome: Outcome, decision: Decision
) -> tuple[tuple[Payment, ...], tuple[Refund, ...]]:
    """The changed objects and those that the answer tells, so that it can be replayed."""
    match outcome:
        case OrderClosed(_, payments):
            return payments, decision.refunds
        case RefundOutcome(refund, _) if not decision.refunds:
            return decision.payments, (refund,)
        case PaymentOutcome(payment, _) if not decision.payments:
            return (payment,), decision.refunds
        case Answered(_, _, tells) if tells is not None:
            return _answer_told(tells, decision)
        case _:
            return decision.payments, decision.refunds


def _answer_told(
    tells: Outcome, decision: Decision
) -> tuple[tuple[Payment, ...], tuple[Refund, ...]]:
    """The same, with what an answer tells in the first place."""
    payments, refunds = decision.payments, decision.refunds
    match tells:
        case PaymentOutcome(payment) | Declined(payment) | Unknown(payment):
            if not payments or payments[0].id != payment.id:
                payments = (payment, *(each for each in payments if each.id != payment.id))
        case RefundOutcome(refund):
            if not refunds or refunds[0].id != refund.id:
                refunds = (refund, *(each for each in refunds if each.id != refund.id))
    return payments, refunds
