"""What may be sent about charges."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from simulator.dialects.stripe.customers import Shipping
from simulator.dialects.stripe.listing import DatedPage
from simulator.dialects.stripe.metadata import Metadata
from simulator.dialects.stripe.params import Params


class CreateParams(Params):
    """A charge without an intent: of a token, or of a payment method of the customer's."""

    amount: int | UnsetType = UNSET
    capture: bool = True
    currency: str | UnsetType = UNSET
    customer: str | None = None
    description: str | None = None
    metadata: Metadata | UnsetType = UNSET
    receipt_email: str | None = None
    shipping: Shipping | None = None
    source: str | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    transfer_group: str | None = None


class FraudDetails(Params):
    """What the merchant thinks of it."""

    user_report: Literal["fraudulent", "safe"] | None = None


class UpdateParams(Params):
    """Only what is said of it can be changed."""

    customer: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    fraud_details: FraudDetails | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET
    receipt_email: str | UnsetType | None = UNSET
    shipping: Shipping | UnsetType | None = UNSET
    transfer_group: str | UnsetType = UNSET


class CaptureParams(Params):
    """How much of what is held is taken; the rest is released."""

    amount: int | UnsetType = UNSET
    receipt_email: str | UnsetType | None = UNSET
    statement_descriptor: str | UnsetType | None = UNSET
    statement_descriptor_suffix: str | UnsetType | None = UNSET
    transfer_group: str | UnsetType = UNSET


class ListParams(DatedPage):
    """Which charges are wanted."""

    customer: str | None = None
    payment_intent: str | None = None
    transfer_group: str | None = None
