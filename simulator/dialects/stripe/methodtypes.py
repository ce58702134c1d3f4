"""Ways of paying by the names that Stripe has for them, where it has other ones than we."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from simulator.dialects.stripe import facts
from simulator.profiles.catalogue import types

_OURS: Final[Mapping[str, str]] = MappingProxyType(
    {"p24": "przelewy24", "us_bank_account": "ach_debit"}
)
_STRIPES: Final[Mapping[str, str]] = MappingProxyType({ours: name for name, ours in _OURS.items()})
#: Parameters of a new payment method that are not named like a type.
_OTHERS: Final = frozenset(
    {
        "allow_redisplay", "billing_details", "customer", "customer_account", "expand", "metadata",
        "payment_method", "radar_options", "type",
    }
)  # fmt: skip


def here(name: str) -> str | None:
    """Our type of this name of Stripe's, or of our own; None if it cannot be paid with here."""
    ours = _OURS.get(name, name)
    return ours if ours in types() else None


def wire(type: str) -> str:  # noqa: A002 - its word
    """What our type is called in Stripe's API; one that Stripe lacks keeps its name."""
    return _STRIPES.get(type, type)


@cache
def named() -> frozenset[str]:
    """All names of types: those that Stripe has, and those that are paid with here."""
    theirs = facts.parameters("POST", "/v1/payment_methods") - _OTHERS
    return theirs | {wire(each) for each in types()}
