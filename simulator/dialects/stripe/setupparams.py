"""What may be sent about setup intents."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from simulator.dialects.stripe.intentparams import AutomaticMethods, MandateData, Usage
from simulator.dialects.stripe.listing import DatedPage
from simulator.dialects.stripe.metadata import Metadata
from simulator.dialects.stripe.methodoptions import MethodOptions
from simulator.dialects.stripe.methodparams import MethodData
from simulator.dialects.stripe.params import Params


class Told(Params):
    """What may be said of a setup intent whenever it is changed."""

    allowed_payment_method_types: list[str] | UnsetType = UNSET
    customer: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    excluded_payment_method_types: list[str] | UnsetType | None = UNSET
    metadata: Metadata | UnsetType = UNSET
    payment_method: str | UnsetType | None = UNSET
    payment_method_data: MethodData | UnsetType = UNSET
    payment_method_options: MethodOptions | UnsetType | None = UNSET
    payment_method_types: list[str] | UnsetType = UNSET


class CreateParams(Told):
    """A new setup intent, confirmed at once if `confirm` says so."""

    automatic_payment_methods: AutomaticMethods | UnsetType = UNSET
    confirm: bool = False
    mandate_data: MandateData | UnsetType | None = UNSET
    return_url: str | UnsetType | None = UNSET
    usage: Usage = "off_session"
    use_stripe_sdk: bool = False


class UpdateParams(Told):
    """A change, before it has succeeded."""

    client_secret: str | None = None


class Confirmation(Params):
    """How it is to be confirmed."""

    allowed_payment_method_types: list[str] | UnsetType = UNSET
    client_secret: str | None = None
    mandate_data: MandateData | UnsetType | None = UNSET
    payment_method: str | UnsetType | None = UNSET
    payment_method_data: MethodData | UnsetType = UNSET
    payment_method_options: MethodOptions | UnsetType | None = UNSET
    return_url: str | UnsetType | None = UNSET
    use_stripe_sdk: bool = False


class CancelParams(Params):
    """Why it is canceled."""

    cancellation_reason: Literal["abandoned", "duplicate", "requested_by_customer"] | None = None


class RetrieveParams(Params):
    """Needed with a publishable key."""

    client_secret: str | None = None


class ListParams(DatedPage):
    """Which are wanted."""

    customer: str | None = None
    payment_method: str | None = None
