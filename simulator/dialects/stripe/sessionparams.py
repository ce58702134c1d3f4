"""What may be sent about checkout sessions."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import UNSET, UnsetType, field

from simulator.dialects.stripe.customers import Shipping
from simulator.dialects.stripe.intentparams import Capture, Usage
from simulator.dialects.stripe.lineitems import LineItem
from simulator.dialects.stripe.listing import DatedPage
from simulator.dialects.stripe.metadata import Metadata
from simulator.dialects.stripe.objection import unsupported
from simulator.dialects.stripe.params import Params

#: Parameters that turn something on which is not here; to say that it stays off changes nothing.
_SWITCHES: Final = (
    "adaptive_pricing",
    "automatic_tax",
    "invoice_creation",
    "managed_payments",
    "phone_number_collection",
    "tax_id_collection",
)
#: All that can be named only to say that it is not wanted.
LEFT_OFF: Final = (
    *_SWITCHES,
    "allow_promotion_codes",
    "billing_address_collection",
    "customer_creation",
)


class Switch(Params):
    """What can be turned on."""

    enabled: bool = False


class CardOptions(Params):
    """How cards are taken."""

    request_three_d_secure: Literal["automatic", "any", "challenge"] = "automatic"


class MethodOptions(Params):
    """How payments are taken, by method."""

    card: CardOptions | None = None


class IntentData(Params):
    """What the payment intent is made with."""

    capture_method: Capture = "automatic_async"
    description: str | None = None
    metadata: Metadata | UnsetType = UNSET
    receipt_email: str | None = None
    setup_future_usage: Usage | None = None
    shipping: Shipping | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    transfer_group: str | None = None


class CreateParams(Params):
    """A new session."""

    adaptive_pricing: Switch | None = None
    allow_promotion_codes: bool | None = None
    allowed_payment_method_types: list[str] | None = None
    automatic_tax: Switch | None = None
    billing_address_collection: Literal["auto", "required"] = "auto"
    cancel_url: str | None = None
    client_reference_id: str | None = None
    currency: str | None = None
    customer: str | None = None
    customer_creation: Literal["if_required", "always"] | None = None
    customer_email: str | None = None
    excluded_payment_method_types: list[str] | None = None
    expires_at: int | None = None
    integration_identifier: str | None = None
    invoice_creation: Switch | None = None
    line_items: list[LineItem] | None = None
    locale: str | None = None
    managed_payments: Switch | None = None
    metadata: Metadata | UnsetType = UNSET
    mode: Literal["payment", "setup", "subscription"] | None = None
    payment_intent_data: IntentData = field(default_factory=IntentData)
    payment_method_options: MethodOptions | None = None
    payment_method_types: list[str] | None = None
    phone_number_collection: Switch | None = None
    submit_type: Literal["auto", "book", "donate", "pay"] | None = None
    success_url: str | None = None
    tax_id_collection: Switch | None = None
    ui_mode: str = "hosted_page"


class UpdateParams(Params):
    """What may still be said of one."""

    metadata: Metadata | UnsetType = UNSET


class Whose(Params):
    """Of which payer."""

    email: str


class ListParams(DatedPage):
    """Which sessions are wanted."""

    customer: str | None = None
    customer_details: Whose | None = None
    payment_intent: str | None = None
    status: Literal["open", "complete", "expired"] | None = None


def refuse_unsupported(params: CreateParams) -> None:
    """Raise Objection for what Stripe has and the page here has not."""
    for name in _SWITCHES:
        switch: Switch | None = getattr(params, name)
        if switch is not None and switch.enabled:
            raise unsupported(f"{name}[enabled]")
    if params.mode != "payment":
        raise unsupported("mode", "Only sessions of the mode payment are here.")
    if params.ui_mode not in ("hosted", "hosted_page"):
        raise unsupported("ui_mode", "Sessions have a page of their own (hosted_page).")
    refused: dict[str, Any] = {
        "allow_promotion_codes": params.allow_promotion_codes,
        "billing_address_collection": params.billing_address_collection == "required",
        "customer_creation": params.customer_creation == "always",
    }
    for name, asked in refused.items():
        if asked:
            raise unsupported(name)
