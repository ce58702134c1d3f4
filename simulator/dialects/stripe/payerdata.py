"""Who pays, as far as an intent, its payment method and its customer tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.dialects import paying

_NOTHING: Final[Mapping[str, Any]] = {}
#: The parts of an address that tell one from another.
_PARTS: Final = ("line1", "city", "postal_code", "country")


def person_of(
    fields: Mapping[str, Any],
    billing: Mapping[str, Any] | None,
    customer: Mapping[str, Any] | None,
) -> paying.Person | None:
    """Who pays an intent with these fields; None if nothing of that is known.

    `billing` are the billing details of the payment method, `customer` the fields of a customer.
    What the payment method says counts before what the customer says.
    """
    own, known = billing or _NOTHING, customer or _NOTHING
    address = own.get("address") or _NOTHING
    home = known.get("address") or _NOTHING
    shipping = (fields.get("shipping") or _NOTHING).get("address") or _NOTHING
    country = address.get("country")
    place = ", ".join(part for name in _PARTS if (part := address.get(name)))
    person = paying.Person(
        country=_code(country or home.get("country") or shipping.get("country")),
        email=own.get("email") or fields.get("receipt_email") or known.get("email"),
        phone=own.get("phone") or known.get("phone"),
        where=fields.get("ip") or place or None,
        billing=_code(country),
    )
    return None if person == _NOBODY else person


def _code(country: str | None) -> str | None:
    return country.upper() if country else None


_NOBODY: Final = paying.Person()
