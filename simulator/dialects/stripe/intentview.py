"""A payment intent as callers see it: what it is doing is worked out from its last payment."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from simulator.dialects.stripe import declines
from simulator.dialects.stripe.chargeview import is_charge, is_reversed
from simulator.dialects.stripe.names import charge_of
from simulator.dialects.stripe.objection import doc_url
from simulator.gateway.model import Payment, Status
from simulator.gateway.things import Resource

KIND: Final = "payment_intent"
#: What is kept of an intent of which nothing was said.
BLANK: Final[dict[str, Any]] = {
    "automatic_payment_methods": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "customer": None,
    "description": None,
    "excluded_payment_method_types": None,
    "metadata": {},
    "payment_method": None,
    "payment_method_options": None,
    "payment_method_types": ["card"],
    "receipt_email": None,
    "renewed": False,
    "return_url": None,
    "setup_future_usage": None,
    "shipping": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "transfer_group": None,
}
#: How cards are taken, as long as nothing else was said.
_CARD_OPTIONS: Final[dict[str, Any]] = {
    "installments": None,
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}

_STATES: Final = MappingProxyType(
    {
        Status.REQUIRES_ACTION: "requires_action",
        Status.PROCESSING: "processing",
        Status.RETRYING: "processing",
        Status.AUTHORIZED: "requires_capture",
        Status.CAPTURED: "succeeded",
        Status.FAILED: "requires_payment_method",
        Status.EXPIRED: "requires_payment_method",
        Status.CANCELED: "canceled",
    }
)


#: After these something else may be tried.
_OVER: Final = frozenset({Status.FAILED, Status.EXPIRED, Status.CANCELED})


def state_of(intent: Resource, payment: Payment | None) -> str:
    """What an intent is doing, as callers are told."""
    fields = intent.fields
    if fields["canceled_at"] is not None:
        return "canceled"
    if payment is None or (fields["renewed"] and _is_over(payment)):
        known = fields["payment_method"] is not None
        return "requires_confirmation" if known else "requires_payment_method"
    if is_reversed(payment):
        return "requires_payment_method"
    return "requires_confirmation" if is_proved(payment) else _STATES[payment.shown]


def _is_over(payment: Payment) -> bool:
    """Whether a try has failed, at once or when the issuer took its money back."""
    return payment.shown in _OVER or is_reversed(payment)


def is_proved(payment: Payment) -> bool:
    """Whether its payer has proved who pays, and it waits for the merchant to go on."""
    proof = payment.authentication
    return payment.shown is Status.REQUIRES_ACTION and proof is not None and proof.passed


def intent_view(intent: Resource, payment: Payment | None) -> dict[str, Any]:
    """A payment intent as callers see it; `payment` is its last, None before the first."""
    fields, state = intent.fields, state_of(intent, payment)
    hidden = payment is not None and payment.told is not None
    taken = payment is not None and not hidden and not is_reversed(payment)
    captured = payment.amount_captured if payment is not None and taken else 0
    held = payment.amount_authorized if payment and state == "requires_capture" else 0
    needs = state in ("requires_payment_method", "requires_confirmation")
    failed = needs and payment is not None and payment.failure is not None
    called_off = state == "canceled" and fields["canceled_at"] is None and payment is not None
    return {
        "id": intent.id,
        "object": KIND,
        "allowed_payment_method_types": fields.get("allowed_payment_method_types"),
        "amount": fields["amount"],
        "amount_capturable": held,
        "amount_details": {"tip": {}},
        "amount_received": captured,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": fields["automatic_payment_methods"],
        "canceled_at": int(payment.updated) if called_off and payment else fields["canceled_at"],
        "cancellation_reason": "automatic" if called_off else fields["cancellation_reason"],
        "capture_method": fields["capture_method"],
        "client_secret": fields["client_secret"],
        "confirmation_method": fields["confirmation_method"],
        "created": int(intent.created),
        "currency": fields["currency"],
        "customer": fields["customer"],
        "customer_account": None,
        "description": fields["description"],
        "excluded_payment_method_types": fields.get("excluded_payment_method_types"),
        "last_payment_error": failure_view(payment, fields) if payment and failed else None,
        "latest_charge": _latest_charge(fields, payment),
        "livemode": False,
        "managed_payments": None,
        "metadata": fields["metadata"],
        "next_action": next_action(intent, payment) if state == "requires_action" else None,
        "on_behalf_of": None,
        "payment_method": None if state == "requires_payment_method" else fields["payment_method"],
        "payment_method_configuration_details": None,
        "payment_method_options": _options(fields),
        "payment_method_types": fields["payment_method_types"],
        "payment_record": None,
        "processing": None,
        "receipt_email": fields["receipt_email"],
        "review": None,
        "setup_future_usage": fields["setup_future_usage"],
        "shipping": fields["shipping"],
        "source": None,
        "statement_descriptor": fields["statement_descriptor"],
        "statement_descriptor_suffix": fields["statement_descriptor_suffix"],
        "status": state,
        "transfer_data": None,
        "transfer_group": fields["transfer_group"],
    }


def _latest_charge(fields: dict[str, Any], payment: Payment | None) -> str | None:
    """The charge of the last try; of the one before it, as long as that has made none."""
    if payment is not None and is_charge(payment):
        return charge_of(payment.id)
    earlier: str | None = fields.get("charged")
    return earlier


def _options(fields: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = fields["payment_method_options"] or {}
    if "card" not in fields["payment_method_types"]:
        return told
    return {**told, "card": {**_CARD_OPTIONS, **(told.get("card") or {})}}


def failure_view(payment: Payment, fields: dict[str, Any]) -> dict[str, Any]:
    """`last_payment_error`: how the last try failed."""
    decline = declines.of(payment.failure or "generic_decline")
    unhandled = payment.failure == "authentication_required" and fields.get("unhandled", False)
    told: dict[str, Any] = {
        "advice_code": decline.advice_code,
        "charge": charge_of(payment.id) if is_charge(payment) else None,
        "code": decline.code,
        "decline_code": "authentication_not_handled" if unhandled else decline.decline_code,
        "doc_url": doc_url(decline.code) if decline.code else None,
        "message": decline.message,
        "network_advice_code": decline.network_advice_code,
        "network_decline_code": decline.network_decline_code,
        "param": decline.param,
        "payment_method": fields.get("tried"),
        "type": decline.type or "api_error",
    }
    return {name: value for name, value in told.items() if value is not None}


def next_action(intent: Resource, payment: Payment | None) -> dict[str, Any] | None:
    """What the payer has to do: go to the page of the challenge, or let Stripe.js show it."""
    proof = payment.authentication if payment is not None else None
    if payment is None or proof is None or proof.url is None:
        return None
    return where_to(proof.url, proof.id, intent.fields, payment.method.type)


def where_to(url: str, name: str | None, fields: dict[str, Any], type: str) -> dict[str, Any]:  # noqa: A002 - its word
    """The same, for the page at `url` of the authentication of this `name`."""
    back = fields["return_url"]
    if type == "alipay":
        here = {"native_data": None, "native_url": None, "return_url": back, "url": url}
        return {"type": "alipay_handle_redirect", "alipay_handle_redirect": here}
    if back is not None and not fields.get("use_stripe_sdk", False):
        where = {"return_url": back, "url": url}
        return {"type": "redirect_to_url", "redirect_to_url": where}
    shown = {"type": "three_d_secure_redirect", "stripe_js": url, "source": name}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": shown}
