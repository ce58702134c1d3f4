"""What befalls a payment when it seems to be over: reversed, disputed, a hold that lingers."""

from __future__ import annotations

import msgspec

from simulator.gateway import disputes
from simulator.gateway.decision import Context, Decision
from simulator.gateway.ledger import HOLD, MERCHANT, funds
from simulator.gateway.model import Event, Payment, Posting, Status
from simulator.gateway.outcomes import PaymentOutcome
from simulator.gateway.transitions import move


def befall(payment: Payment, context: Context) -> Decision:
    """What was in store for a payment that took money, or holds it, happens now."""
    is_held = payment.status is Status.AUTHORIZED
    calm = msgspec.structs.replace(
        payment,
        aftermath=None,
        settles_at=(payment.held_until or None) if is_held else None,
        updated=context.wall,
    )
    fate = payment.aftermath
    if is_held and fate is not None and fate.kind == "reversal":
        return _release(calm, context)
    if payment.status is not Status.CAPTURED or fate is None or payment.left <= 0:
        return Decision(PaymentOutcome(calm), (calm,))  # nothing is left that could be taken back
    if fate.kind == "early_fraud_warning":
        return _suspect(calm, context)
    if fate.kind in ("dispute", "inquiry"):
        if payment.dispute is not None:  # somebody was quicker, and a payment is disputed once
            return Decision(PaymentOutcome(calm), (calm,))
        return disputes.open_by_itself(calm, fate, context)
    return _reverse(calm, context)


def fade(payment: Payment, context: Context) -> Decision:
    """A hold that lingered on at the payer's bank is gone there, too."""
    gone = msgspec.structs.replace(payment, lingers=0, settles_at=None, updated=context.wall)
    back = Posting(HOLD, funds(payment.method), payment.lingers, payment.currency)
    return Decision(PaymentOutcome(gone), (gone,), postings=(back,))


def _release(payment: Payment, context: Context) -> Decision:
    """The issuer takes an authorization back."""
    void = move(payment, Status.CANCELED, settles_at=None, failure="reversed_after_approval")
    back = Posting(HOLD, funds(payment.method), payment.amount_authorized, payment.currency)
    return _reversed(void, back, context)


def _reverse(payment: Payment, context: Context) -> Decision:
    """The issuer takes back what is left of a payment."""
    amount = payment.left
    bare = msgspec.structs.replace(
        payment,
        amount_reversed=payment.amount_reversed + amount,
        reversed_at=context.wall,
        failure="reversed_after_approval",
    )
    back = Posting(MERCHANT, funds(payment.method), amount, payment.currency)
    return _reversed(bare, back, context)


def _suspect(payment: Payment, context: Context) -> Decision:
    """The issuer warns that it is likely fraud. No money moves: a dispute may follow, or not."""
    warned = msgspec.structs.replace(payment, suspected_at=context.wall)
    event = _event("payment.suspected", warned, context)
    return Decision(PaymentOutcome(warned), (warned,), events=(event,))


def _reversed(payment: Payment, back: Posting, context: Context) -> Decision:
    event = _event("payment.reversed", payment, context)
    return Decision(PaymentOutcome(payment), (payment,), postings=(back,), events=(event,))


def _event(type: str, payment: Payment, context: Context) -> Event:  # noqa: A002 - its word
    return Event(context.ids.new("evt"), type, payment.channel, payment.order, payment.id)
