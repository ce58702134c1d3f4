"""What may be sent about payment methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from simulator.dialects.stripe.listing import Page
from simulator.dialects.stripe.metadata import Metadata
from simulator.dialects.stripe.methodtypes import named
from simulator.dialects.stripe.params import Params

Redisplay = Literal["always", "limited", "unspecified"]


class Address(Params):
    """A postal address; `country` by ISO 3166-1."""

    city: str | None = None
    country: str | None = None
    line1: str | None = None
    line2: str | None = None
    postal_code: str | None = None
    state: str | None = None


class BillingDetails(Params):
    """Who pays, as the payer says."""

    address: Address | None = None
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    tax_id: str | None = None


class Networks(Params):
    """The network that a card of two is to be paid by."""

    preferred: str | None = None


class CardData(Params):
    """A card by its test number, or by a token of one."""

    number: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    cvc: str | None = None
    token: str | None = None
    networks: Networks | None = None


class MethodSent(Params):
    """A payment method as it is sent. What goes with a type stands under its name."""

    type: str
    billing_details: BillingDetails | None = None
    card: CardData | None = None
    metadata: Metadata | UnsetType = UNSET
    allow_redisplay: Redisplay | None = None


if TYPE_CHECKING:

    class MethodData(MethodSent):
        """The same, with a field for each type beside `card`: its own parameters, or a token."""

else:
    MethodData = msgspec.defstruct(
        "MethodData",
        [(name, dict[str, Any] | None, None) for name in sorted(named() - {"card"})],
        bases=(MethodSent,),
        kw_only=True,
        forbid_unknown_fields=True,
    )


class CreateParams(MethodData):
    """A new payment method."""


class CardUpdate(Params):
    """What can be told anew of a card."""

    exp_month: int | UnsetType = UNSET
    exp_year: int | UnsetType = UNSET
    networks: Networks | None = None


class UpdateParams(Params):
    """A change: a card itself cannot be changed, only what is said of it."""

    allow_redisplay: Redisplay | UnsetType = UNSET
    billing_details: BillingDetails | UnsetType = UNSET
    card: CardUpdate | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET


class ListParams(Page):
    """Whose, and of which type."""

    customer: str | None = None
    type: str | None = None
    allow_redisplay: Redisplay | None = None


class AttachParams(Params):
    """To whom."""

    customer: str


def token_in(data: MethodSent) -> str | None:
    """The token that goes with a type other than card: that of a wallet, say."""
    own: dict[str, Any] | None = getattr(data, data.type, None)
    token = own.get("token") if isinstance(own, dict) else None
    return token if isinstance(token, str) else None
