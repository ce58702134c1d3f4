"""Reviews: people look at a payment before any money is taken, and decide.

A payment under review is processing. It is decided at the end of its time by itself, or earlier by
whoever speaks for the gateway's analysts; either way once. What was approved still needs the
issuer, whose own refusal (a test card's fate) can follow; the scenario's rules were asked when the
payment was made, and are not asked again.
"""

from __future__ import annotations

import msgspec

from simulator.gateway import charges, stops
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.directives import Decline
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import Reason


def is_open(payment: Payment) -> bool:
    """Whether a payment waits for the decision of people."""
    return payment.review is not None and payment.status is Status.PROCESSING


def settle(payment: Payment, context: Context) -> Decision:
    """The moment of a payment that is processing has come: of its review, or of its money."""
    if not is_open(payment):
        return charges.settle(payment, context)
    return conclude(payment, context, approve=payment.review == stops.APPROVE)


def decide(payment: Payment, context: Context, *, approve: bool) -> Decision:
    """An analyst decides now; a payment that is not under review is left as it is."""
    if not is_open(payment):
        return refused(
            Reason.STATE_FORBIDS, f"{payment.id} is {payment.shown} and not under review", payment
        )
    return conclude(payment, context, approve=approve)


def conclude(payment: Payment, context: Context, *, approve: bool) -> Decision:
    """The end of a review: charged, or refused with the text that gives no reason."""
    decided = msgspec.structs.replace(payment, review=None, settles_at=None)
    if not approve:
        return stops.decline(decided, Decline("risk_blocked"), context)
    if payment.method.failure is not None:
        return stops.decline(decided, Decline(payment.method.failure), context)
    return charges.take_now(decided, context)
