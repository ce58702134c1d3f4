"""What keeps a charge from going on to the issuer: a refusal, or a review by people."""

from __future__ import annotations

from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import Decline, Review
from simulator.gateway.events import payment_events
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import Declined, PaymentOutcome
from simulator.gateway.transitions import move

#: How a review ends by itself.
APPROVE = "approve"
REJECT = "reject"


def stop(
    payment: Payment, verdict: Decline | Review, context: Context, *, created: bool
) -> Decision:
    """The payment does not go on, for now or for good."""
    if isinstance(verdict, Decline):
        return decline(payment, verdict, context)
    return hand_over(payment, verdict, context, created=created)


def decline(payment: Payment, refusal: Decline, context: Context) -> Decision:
    """The payment refused, and so told."""
    failed = move(
        payment,
        Status.FAILED,
        failure=refusal.failure,
        rule=refusal.rule or payment.rule,
        retry_at=None if refusal.wait is None else context.wall + refusal.wait,
        updated=context.wall,
    )
    return Decision(
        Declined(failed, refusal.failure), (failed,), events=payment_events((failed,), context.ids)
    )


def hand_over(payment: Payment, review: Review, context: Context, *, created: bool) -> Decision:
    """The payment waits for the decision of people; the caller hears that it is processing."""
    waiting = move(
        payment,
        Status.PROCESSING,
        settles_at=context.wall + review.lasts,
        review=APPROVE if review.approves else REJECT,
        rule=review.rule,
        updated=context.wall,
    )
    return Decision(
        PaymentOutcome(waiting, created),
        (waiting,),
        events=payment_events((waiting,), context.ids),
    )
