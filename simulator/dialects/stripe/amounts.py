"""How much may be charged, in minor units: Stripe's own bounds.

Figures: docs.stripe.com/currencies#minimum-and-maximum-charge-amounts. The minimum there is that of
the currency in which the merchant is paid out; here it is that of the charge, as if both were one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import UnsetType

from simulator import cards
from simulator.dialects.stripe.objection import Objection, absent, invalid
from simulator.gateway.model import Method
from simulator.money import Money, currencies

_LEAST: Final[Mapping[str, int]] = MappingProxyType(
    {
        "AED": 200, "ARS": 50, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "COP": 50, "CZK": 1500,
        "DKK": 250, "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "IDR": 50, "ILS": 50,
        "INR": 50, "JPY": 50, "KRW": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50,
        "PHP": 50, "PLN": 200, "RON": 200, "RUB": 50, "SEK": 300, "SGD": 50, "THB": 1000,
        "USD": 50, "ZAR": 50,
    }
)  # fmt: skip
#: Methods that take less than that: down to one minor unit.
_SMALL: Final = frozenset({"ideal"})
#: Digits that an amount may have: of most cards, of one brand, and of what is no card.
_DIGITS: Final = 12
_BRANDS: Final[Mapping[str, int]] = MappingProxyType({"amex": 9})
_OTHERS: Final[Mapping[str, int]] = MappingProxyType({"IDR": 12, "COP": 10, "INR": 9})
_OTHER: Final = 8


def currency_in(sent: str | UnsetType) -> str:
    """The currency that was sent, in small letters; raises Objection."""
    if isinstance(sent, UnsetType):
        raise absent("currency")
    if sent.upper() not in currencies():
        raise invalid(
            f"Invalid currency: {cards.mask(sent)[:20]}. Currencies are ISO 4217 codes, such as "
            "usd",
            "currency",
        )
    return sent.lower()


def amount_in(sent: int | UnsetType, currency: str, types: Iterable[str] = ("card",)) -> int:
    """The amount that was sent, to be paid by one of these method types; raises Objection."""
    if isinstance(sent, UnsetType):
        raise absent("amount")
    if sent < 1:
        raise invalid(
            "This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer"
        )
    least = 1 if _SMALL.issuperset(types) else _LEAST.get(currency.upper(), 1)
    if sent < least:
        raise invalid(
            f"Amount must be at least {Money(least, currency.upper())}.",
            "amount",
            "amount_too_small",
        )
    if sent >= 10**_DIGITS:
        raise _too_large(_DIGITS, currency)
    return sent


def check_for(method: Method, amount: int, currency: str) -> None:
    """Raise Objection for an amount that is more than can be paid by this method at once."""
    if method.brand is not None:
        digits = _BRANDS.get(method.brand, _DIGITS)
    else:
        digits = _OTHERS.get(currency.upper(), _OTHER)
    if amount >= 10**digits:
        raise _too_large(digits, currency)


def _too_large(digits: int, currency: str) -> Objection:
    most = Money(10**digits - 1, currency.upper())
    return invalid(f"Amount must be no more than {most}.", "amount", "amount_too_large", kept=True)
