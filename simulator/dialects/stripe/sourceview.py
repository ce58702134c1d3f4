"""A card as the older parts of the API show it: in a token, as the source of a charge."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator.dialects.stripe.methodview import card_of, checks_view, fingerprint_of
from simulator.gateway.model import Method
from simulator.gateway.things import Resource

#: Brands in words.
_BRANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "amex": "American Express",
        "diners": "Diners Club",
        "discover": "Discover",
        "jcb": "JCB",
        "mastercard": "MasterCard",
        "unionpay": "UnionPay",
        "visa": "Visa",
    }
)


def card_id(made: Resource) -> str:
    """The id of the card in a token or payment method."""
    return "card_" + made.id.partition("_")[2]


def card_view(made: Resource) -> dict[str, Any]:
    """The card in a token or payment method, as callers see it."""
    fields = made.fields
    method = msgspec.convert(fields["method"], Method)
    month, year = fields["expires"]
    card = card_of(method)
    billing = fields.get("billing_details") or {}
    address = billing.get("address") or {}
    unchecked = checks_view(card, billing, cvc=fields["cvc"])
    told = {name: said and "unchecked" for name, said in unchecked.items()}
    return {
        "id": card_id(made),
        "object": "card",
        "address_city": address.get("city"),
        "address_country": address.get("country"),
        "address_line1": address.get("line1"),
        "address_line1_check": told["address_line1_check"],
        "address_line2": address.get("line2"),
        "address_state": address.get("state"),
        "address_zip": address.get("postal_code"),
        "address_zip_check": told["address_postal_code_check"],
        "brand": _BRANDS.get(method.brand or "", "Unknown"),
        "country": method.country,
        "cvc_check": told["cvc_check"],
        "dynamic_last4": None,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": fingerprint_of(method),
        "funding": card.funding,
        "last4": method.last4 or "",
        "metadata": {},
        "name": billing.get("name"),
        "regulated_status": "unregulated",
        "tokenization_method": None,
    }
