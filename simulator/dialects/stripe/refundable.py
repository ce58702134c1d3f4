"""Which charges can be refunded, and why others cannot."""

from __future__ import annotations

from typing import Protocol

from msgspec import UnsetType

from simulator.dialects.stripe import intentview
from simulator.dialects.stripe.chargeview import given_back, is_charge, is_held
from simulator.dialects.stripe.desk import Desk
from simulator.dialects.stripe.names import charge_of, payment_of
from simulator.dialects.stripe.objection import Objection, absent, invalid, missing
from simulator.gateway.model import Payment, Status
from simulator.gateway.things import Dispute, DisputeStatus
from simulator.money import Money


class Wish(Protocol):
    """What is to be refunded: a charge, or that of an intent; and how much of it."""

    amount: int | UnsetType
    charge: str | None
    payment_intent: str | None


def refundable(desk: Desk, wish: Wish) -> Payment:
    """The charge that a request wants to refund; raises Objection if that cannot be."""
    payment = _named(desk, wish)
    _object_to_dispute(desk, payment)
    if is_held(payment):
        return payment
    name = charge_of(payment.id)
    if payment.shown is not Status.CAPTURED or payment.amount_reversed:
        if payment.resource and payment.resource.startswith("pi_"):
            raise unsuccessful(payment.resource)
        why = "has already been refunded" if given_back(payment) else "did not succeed"
        code = "charge_already_refunded" if given_back(payment) else None
        raise invalid(f"Charge {name} {why}.", "charge", code, kept=True)
    left = payment.amount_captured - payment.amount_refunded
    if not left:
        raise invalid(
            f"Charge {name} has already been refunded.", None, "charge_already_refunded", kept=True
        )
    if isinstance(wish.amount, int) and wish.amount > left:
        wanted, kept = (Money(each, payment.currency) for each in (wish.amount, left))
        raise invalid(
            f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({kept})",
            "amount",
            kept=True,
        )
    return payment


def _named(desk: Desk, wish: Wish) -> Payment:
    """The charge that a request names, by itself or by its intent."""
    if wish.charge is None and wish.payment_intent is None:
        raise absent("charge")
    payment = None
    if wish.payment_intent is not None:
        intent = desk.get(intentview.KIND, wish.payment_intent, "payment_intent")
        payment = desk.payment(intent.payment or "")
        if payment is None or payment.shown is not Status.CAPTURED:
            raise unsuccessful(intent.id)
    if wish.charge is not None:
        own = desk.payment(payment_of(wish.charge))
        if own is None or not is_charge(own):
            raise missing("charge", wish.charge, "charge")
        if payment is not None and own.resource != payment.resource:
            raise invalid(
                f"Charge {wish.charge} does not belong to PaymentIntent {wish.payment_intent}.",
                "charge",
            )
        payment = own
    if payment is None:
        raise absent("charge")
    return payment


def unsuccessful(intent: str) -> Objection:
    """This intent (its id) has no charge that took money."""
    return invalid(
        f"This PaymentIntent ({intent}) does not have a successful charge to refund. One that only "
        "holds money is canceled instead.",
        "payment_intent",
        kept=True,
    )


def _object_to_dispute(desk: Desk, payment: Payment) -> None:
    """What a dispute took cannot be given back as well; an inquiry took nothing."""
    dispute = desk.thing(payment.dispute) if payment.dispute else None
    if not isinstance(dispute, Dispute) or dispute.inquiry or dispute.status is DisputeStatus.WON:
        return
    raise invalid(
        f"Charge {charge_of(payment.id)} has been charged back; cannot issue a refund.",
        None,
        "charge_disputed",
        kept=True,
    )
