"""A charge as callers see it: one try of a payment intent to take money, or a charge of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.dialects.stripe import declines
from simulator.dialects.stripe.chargewords import words_of
from simulator.dialects.stripe.methodview import card_of, details_view, is_card
from simulator.dialects.stripe.names import charge_of, transaction_of
from simulator.gateway.model import Payment, Status
from simulator.gateway.statements import day_of, days_of
from simulator.gateway.things import Resource

#: What the payer reads on the statement of the bank, if nothing else is said.
DESCRIPTOR: Final = "PAYDRILL"
_LONGEST: Final = 22
_WAITS: Final = frozenset({Status.CREATED, Status.REQUIRES_ACTION})
_UNDER_WAY: Final = frozenset({Status.PROCESSING, Status.RETRYING})
_OVER: Final = frozenset({Status.FAILED, Status.EXPIRED})


def is_charge(payment: Payment) -> bool:
    """Whether a payment is one that callers are shown: its issuer or the gateway was asked.

    It is none before its payer has proved who pays, nor if that never came about; nor is one that
    was called off before anybody was asked.
    """
    if payment.shown in _WAITS or is_unproved(payment):
        return False
    untried = payment.resource is None and not payment.amount_authorized
    return payment.shown is not Status.CANCELED or not untried


def is_unproved(payment: Payment) -> bool:
    """Whether it ended at the proof of who pays, so that no charge was made."""
    proof = payment.authentication
    return proof is not None and not proof.passed


def is_reversed(payment: Payment) -> bool:
    """Whether the issuer took back what had been taken."""
    return payment.amount_reversed > 0


def is_paid(payment: Payment) -> bool:
    """Whether it took money, or holds it, and still does as far as the issuer goes."""
    return is_held(payment) or (payment.shown is Status.CAPTURED and not is_reversed(payment))


def is_held(payment: Payment) -> bool:
    """Whether money is held and not taken, or its capture is under way."""
    waits = payment.status is Status.AUTHORIZED and payment.shown in _UNDER_WAY
    return waits or payment.shown is Status.AUTHORIZED


def charge_view(payment: Payment, made_for: Resource | None, now: float) -> dict[str, Any]:
    """A charge as callers see it at a moment (wall seconds of the account's clock).

    `made_for` is its intent; or itself, if it was made without one.
    """
    words = words_of(payment, made_for)
    captured = payment.shown is Status.CAPTURED
    told = captured or payment.told is None
    decline = decline_of(payment)
    is_intent = made_for is not None and made_for.kind == "payment_intent"
    return {
        "id": charge_of(payment.id),
        "object": "charge",
        "amount": payment.amount,
        "amount_captured": payment.amount_captured if told else 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": _transaction(payment, now),
        "billing_details": words.get("billing_details") or BLANK_BILLING,
        "calculated_statement_descriptor": descriptor_of(payment, words),
        "captured": captured,
        "created": int(payment.created),
        "currency": payment.currency.lower(),
        "customer": words.get("customer"),
        "description": words.get("description"),
        "disputed": payment.dispute is not None,
        "failure_balance_transaction": transaction_of("reversal", payment.id)
        if is_reversed(payment)
        else None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": words.get("fraud_details") or {},
        "livemode": False,
        "metadata": words.get("metadata") or {},
        "on_behalf_of": None,
        "outcome": outcome_view(payment),
        "paid": is_paid(payment) or _was_held(payment),
        "payment_intent": payment.resource if is_intent else None,
        "payment_method": words.get("payment_method"),
        "payment_method_details": details_view(payment, words),
        "receipt_email": words.get("receipt_email"),
        "receipt_number": None,
        "receipt_url": words.get("receipt_url") if captured else None,
        "review": None,
        "shipping": words.get("shipping"),
        "source": words.get("source"),
        "source_transfer": None,
        "statement_descriptor": words.get("statement_descriptor"),
        "statement_descriptor_suffix": words.get("statement_descriptor_suffix"),
        "status": _status(payment),
        "transfer_data": None,
        "transfer_group": words.get("transfer_group"),
        **returned_view(payment),
    }


def given_back(payment: Payment) -> int:
    """What went back to the payer by refunds, in minor units; a hold that was released as well."""
    if payment.shown is Status.CANCELED:
        return payment.amount_authorized
    taken = payment.captured_at and payment.capture == "manual"
    released = payment.amount_authorized - payment.amount_captured if taken else 0
    return payment.amount_refunded + released


def returned_view(payment: Payment) -> dict[str, Any]:
    """What of a charge says how much of it went back."""
    told = payment.shown is Status.CAPTURED or payment.told is None
    back = given_back(payment) if told else 0
    return {"amount_refunded": back, "refunded": back >= payment.amount_authorized > 0}


def decline_of(payment: Payment) -> declines.Decline | None:
    """How it is told that a charge failed; None if it did not."""
    failed = payment.shown in _OVER or is_reversed(payment)
    return declines.of(payment.failure) if failed and payment.failure else None


def outcome_view(payment: Payment) -> dict[str, Any] | None:
    """What issuer and risk rules made of it; None as long as nobody has said anything."""
    risk = card_of(payment.method).risk if is_card(payment.method) else "not_assessed"
    decline = decline_of(payment)
    if decline is not None:
        return dict(declines.at_risk(decline.outcome, risk))
    if payment.review is not None and payment.shown is Status.PROCESSING:
        return {**declines.in_review(), "network_status": "not_sent_to_network"}
    if not payment.amount_authorized or (payment.shown in _UNDER_WAY and not is_held(payment)):
        return None
    return dict(declines.approved(risk))


def descriptor_of(payment: Payment, words: Mapping[str, Any]) -> str | None:
    """What the payer's bank writes; of a card only."""
    if not is_card(payment.method):
        return None
    own = words.get("statement_descriptor_suffix") or words.get("statement_descriptor")
    return f"{DESCRIPTOR}* {own}"[:_LONGEST] if own else DESCRIPTOR


def _transaction(payment: Payment, now: float) -> str | None:
    """Its balance transaction; None as long as nothing was taken, or by fault none is booked."""
    booked = days_of(payment)
    missing = payment.booking is not None and payment.booking.kind == "missing"
    if payment.shown is not Status.CAPTURED or missing or not booked or booked[0] > day_of(now):
        return None
    return transaction_of("charge", payment.id)


def _was_held(payment: Payment) -> bool:
    return payment.shown is Status.CANCELED and payment.amount_authorized > 0


def _status(payment: Payment) -> str:
    if is_paid(payment) or _was_held(payment):
        return "succeeded"
    return "pending" if payment.shown in _UNDER_WAY else "failed"


#: Of a payer of whom nothing is known.
BLANK_BILLING: Final[dict[str, Any]] = {
    "address": {
        "city": None,
        "country": None,
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    },
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}
