"""What may be sent about payment intents."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from simulator.dialects.stripe.customers import Shipping
from simulator.dialects.stripe.listing import DatedPage
from simulator.dialects.stripe.metadata import Metadata
from simulator.dialects.stripe.methodoptions import MethodOptions
from simulator.dialects.stripe.methodparams import MethodData
from simulator.dialects.stripe.params import Params

Usage = Literal["on_session", "off_session"]
Capture = Literal["automatic", "automatic_async", "manual"]
CancelReason = Literal["duplicate", "fraudulent", "requested_by_customer", "abandoned"]


class AutomaticMethods(Params):
    """Let the gateway choose which methods are offered."""

    enabled: bool
    allow_redirects: Literal["always", "never"] = "always"


class Online(Params):
    """Whence a payer agreed."""

    ip_address: str | None = None
    user_agent: str | None = None


class Acceptance(Params):
    """How a payer agreed."""

    type: Literal["online", "offline"]
    accepted_at: int | None = None
    offline: dict[str, Any] | None = None
    online: Online | None = None


class MandateData(Params):
    """That a payer agreed to be debited."""

    customer_acceptance: Acceptance


class Told(Params):
    """What may be said of an intent whenever it is changed."""

    allowed_payment_method_types: list[str] | UnsetType = UNSET
    customer: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    excluded_payment_method_types: list[str] | UnsetType | None = UNSET
    metadata: Metadata | UnsetType = UNSET
    payment_method: str | UnsetType | None = UNSET
    payment_method_data: MethodData | UnsetType = UNSET
    payment_method_options: MethodOptions | UnsetType | None = UNSET
    payment_method_types: list[str] | UnsetType = UNSET
    receipt_email: str | UnsetType | None = UNSET
    setup_future_usage: Usage | UnsetType | None = UNSET
    shipping: Shipping | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET
    statement_descriptor: str | UnsetType | None = UNSET
    statement_descriptor_suffix: str | UnsetType | None = UNSET
    transfer_group: str | UnsetType | None = UNSET


class Confirmation(Params):
    """How an intent is to be confirmed."""

    allowed_payment_method_types: list[str] | UnsetType = UNSET
    capture_method: Capture | UnsetType = UNSET
    client_secret: str | None = None
    error_on_requires_action: bool = False
    excluded_payment_method_types: list[str] | UnsetType | None = UNSET
    mandate_data: MandateData | UnsetType | None = UNSET
    off_session: bool | Literal["one_off", "recurring"] = False
    payment_method: str | UnsetType | None = UNSET
    payment_method_data: MethodData | UnsetType = UNSET
    payment_method_options: MethodOptions | UnsetType | None = UNSET
    payment_method_types: list[str] | UnsetType = UNSET
    receipt_email: str | UnsetType | None = UNSET
    return_url: str | UnsetType | None = UNSET
    setup_future_usage: Usage | UnsetType | None = UNSET
    shipping: Shipping | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET
    use_stripe_sdk: bool = False


class CreateParams(Told):
    """A new intent, confirmed at once if `confirm` says so."""

    amount: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    automatic_payment_methods: AutomaticMethods | UnsetType = UNSET
    capture_method: Capture = "automatic_async"
    confirm: bool = False
    confirmation_method: Literal["automatic", "manual"] = "automatic"
    error_on_requires_action: bool = False
    mandate_data: MandateData | UnsetType | None = UNSET
    off_session: bool | Literal["one_off", "recurring"] = False
    return_url: str | UnsetType | None = UNSET
    use_stripe_sdk: bool = False

    @property
    def stray(self) -> str | None:
        """A parameter that goes with a confirmation, where there is none."""
        if self.confirm:
            return None
        names = ("error_on_requires_action", "mandate_data", "off_session", "return_url")
        return next(
            (each for each in names if getattr(self, each) not in (UNSET, None, False)), None
        )


class UpdateParams(Told):
    """A change, before the intent is confirmed."""

    amount: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    capture_method: Capture | UnsetType = UNSET
    client_secret: str | None = None


class CaptureParams(Params):
    """How much of what is held is taken; the rest is released."""

    amount_to_capture: int | UnsetType = UNSET
    final_capture: bool = True
    metadata: Metadata | UnsetType = UNSET
    statement_descriptor: str | UnsetType | None = UNSET
    statement_descriptor_suffix: str | UnsetType | None = UNSET


class CancelParams(Params):
    """Why it is canceled."""

    cancellation_reason: CancelReason | None = None


class IncrementParams(Params):
    """To how much the hold is to grow, in all."""

    amount: int
    description: str | None = None
    metadata: Metadata | UnsetType = UNSET
    statement_descriptor: str | None = None


class ListParams(DatedPage):
    """Which intents are wanted."""

    customer: str | None = None


class RetrieveParams(Params):
    """Needed with a publishable key."""

    client_secret: str | None = None
