"""The JSON bodies of the native dialect, typed; unknown fields and wrong types are refused."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

#: ISO 4217 amounts in this dialect end at 12 digits, as in ISO 8583 field 4.
Amount = Annotated[int, Meta(ge=1, le=999_999_999_999)]
Reference = Annotated[str, Meta(min_length=1, max_length=120)]
Text = Annotated[str, Meta(max_length=500)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all bodies."""


class CardBody(_Body, frozen=True):
    """A card in the clear; only documented test numbers are taken."""

    number: Annotated[str, Meta(min_length=12, max_length=23)]
    exp_month: Annotated[int, Meta(ge=1, le=12)]
    exp_year: Annotated[int, Meta(ge=2000, le=2100)]
    cvc: Annotated[str, Meta(pattern="^[0-9]{3,4}$")] | None = None


class MethodBody(_Body, frozen=True):
    """How the payer pays: a card by token or number, a wallet, a bank transfer."""

    type: Annotated[str, Meta(min_length=1, max_length=40)]
    token: Annotated[str, Meta(min_length=1, max_length=120)] | None = None
    card: CardBody | None = None


class AddressBody(_Body, frozen=True):
    """Where the bill goes; all optional."""

    country: Country | None = None
    line: Text | None = None
    city: Text | None = None
    postcode: Text | None = None

    @property
    def text(self) -> str:
        """The whole address in one line."""
        parts = (self.line, self.city, self.postcode, self.country)
        return ", ".join(part for part in parts if part)


class PayerBody(_Body, frozen=True):
    """Who pays; all optional. `device` is a fingerprint of it, `ip` its network address.

    Nothing of this is kept but countries, and traces by which the gateway knows a payer again.
    """

    country: Country | None = None
    name: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    device: Text | None = None
    ip: Text | None = None
    address: AddressBody | None = None


class PaymentBody(_Body, frozen=True):
    """POST /v1/payments."""

    order_id: Reference
    amount: Amount
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    method: MethodBody
    confirm: bool = True
    capture: Literal["automatic", "manual"] = "automatic"
    payer: PayerBody | None = None
    product: Text | None = None
    return_url: Text | None = None
    authentication: Literal["automatic", "required"] = "automatic"


class CaptureBody(_Body, frozen=True):
    """POST /v1/payments/{id}/capture."""

    amount: Amount | None = None


class EmptyBody(_Body, frozen=True):
    """POST /v1/payments/{id}/confirm and /cancel."""


class OrderBody(_Body, frozen=True):
    """POST /v1/payments/cancel."""

    order_id: Reference


class RefundBody(_Body, frozen=True):
    """POST /v1/refunds. `route` is the way back: that of the payment, or to a bank account."""

    payment: Reference
    amount: Amount | None = None
    reference: Reference | None = None
    route: Literal["original", "bank_transfer"] = "original"
    request: Reference | None = None
