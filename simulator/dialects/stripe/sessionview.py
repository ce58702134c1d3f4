"""A checkout session as callers see it."""

from __future__ import annotations

from typing import Any, Final

from simulator.dialects.stripe.names import intent_of
from simulator.gateway.model import Payment, Status
from simulator.gateway.things import Resource

KIND: Final = "checkout.session"
OPEN: Final = "open"
COMPLETE: Final = "complete"
EXPIRED: Final = "expired"

#: What the page here never does.
_NEVER: Final[dict[str, Any]] = {
    "after_expiration": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": None,
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer_account": None,
    "discounts": [],
    "invoice": None,
    "livemode": False,
    "managed_payments": None,
    "mode": "payment",
    "origin_context": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": None,
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "subscription": None,
    "ui_mode": "hosted_page",
    "wallet_options": None,
}
#: What is kept of a session and shown as it is.
_SHOWN: Final = (
    "cancel_url",
    "client_reference_id",
    "currency",
    "customer",
    "customer_creation",
    "customer_email",
    "expires_at",
    "integration_identifier",
    "locale",
    "metadata",
    "payment_method_options",
    "payment_method_types",
    "status",
    "submit_type",
    "success_url",
)
#: What was said of what the page never does, if anything was.
_LEFT_OFF: Final = ("adaptive_pricing", "allow_promotion_codes", "invoice_creation")


def session_view(session: Resource, payment: Payment | None) -> dict[str, Any]:
    """A session as callers see it; `payment` is its last, None before the first."""
    fields = session.fields
    total, excluded = fields["amount"], fields["excluded_payment_method_types"]
    return {
        "id": session.id,
        "object": KIND,
        **_NEVER,
        **{name: fields[name] for name in _SHOWN},
        **{name: fields.get(name) for name in _LEFT_OFF},
        "allowed_payment_method_types": fields["payment_method_types"],
        "amount_subtotal": total,
        "amount_total": total,
        "created": int(session.created),
        "customer_details": _details(session),
        **({"excluded_payment_method_types": excluded} if excluded else {}),
        "payment_intent": intent_of(session.id) if session.payment else None,
        "payment_status": "paid" if _is_paid(session, payment) else "unpaid",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "url": fields["url"] if fields["status"] == OPEN else None,
    }


def _is_paid(session: Resource, payment: Payment | None) -> bool:
    """Whether the money is there; what is only held, or still on its way, is not."""
    complete = session.fields["status"] == COMPLETE
    return complete and payment is not None and payment.shown is Status.CAPTURED


def _details(session: Resource) -> dict[str, Any] | None:
    """Who pays, as far as it was told."""
    email = session.fields["email"]
    if email is None and session.fields["status"] != COMPLETE:
        return None
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": session.fields["name"],
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
