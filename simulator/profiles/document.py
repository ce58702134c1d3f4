"""The profile document, as it is written. `Profile.value()` is the profile itself.

Field names are those of the plain structs in `profile`, `method` and `rules`; where people write a
thing differently (`max: 500 EUR`, `refunds: none`), a class says how.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from simulator.money import Money
from simulator.profiles import method, rules
from simulator.profiles.parts import (
    Authentication,
    Brand,
    Capacity,
    Disputes,
    Failure,
    Limit,
    Part,
    Purse,
    Risk,
    Wallet,
    Word,
    Words,
    one_is_a_list,
    one_or_many,
    plain,
)
from simulator.profiles.profile import Profile as Made
from simulator.profiles.windows import Offset, OneWindow
from simulator.units import Cash, Country, Currency, Duration


class Amounts(Part):
    """The smallest and the largest payment: `{min: 1 EUR, max: 14000 EUR, countries: [NL]}`."""

    makes = method.Amounts

    min: Cash | None = None
    max: Cash | None = None
    countries: frozenset[Country] = frozenset()

    @model_validator(mode="after")
    def _in_one_currency(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("bounds nothing; write 'min', 'max' or both")
        if self.min and self.max:
            if self.min.currency != self.max.currency:
                raise ValueError("'min' and 'max' are not in one currency; write two rows")
            if self.min.amount > self.max.amount:
                raise ValueError("'min' is more than 'max'")
        return self

    def value(self) -> method.Amounts:
        """Bounds in minor units."""
        one = self.min or self.max or Money(0, "XXX")
        return method.Amounts(
            currency=one.currency,
            min=self.min.amount if self.min else 0,
            max=self.max.amount if self.max else None,
            countries=self.countries,
        )


class Refunds(Part):
    """What can be given back, until when, and how long the payer waits for it."""

    makes = method.RefundRule

    partial: bool = True
    within: Duration | None = None
    arrives_after: Duration = 0.0


def _refunds(value: object) -> object:
    return None if value == "none" else value


class Method(Part):
    """A way of paying. In a profile, only what differs from the method's usual self is written."""

    makes = method.MethodRule

    type: Word
    title: str = ""
    title_zh: str = ""
    kind: method.Kind = method.Kind.WALLET
    card: bool = False
    brands: frozenset[Brand] = frozenset()
    countries: frozenset[Country] = frozenset()
    currencies: frozenset[Currency] = frozenset()
    amounts: tuple[Amounts, ...] = ()
    disabled: bool = False
    disabled_during: tuple[OneWindow, ...] = ()
    time_limit: Duration | None = None
    refunds: Annotated[
        Refunds | None,
        BeforeValidator(_refunds),
        WithJsonSchema({"anyOf": [{"const": "none"}, {"type": "object"}]}),
    ] = Refunds()
    authentication: method.Proof = method.Proof.NONE
    source: str = ""
    note: str = ""


class Product(Part):
    """How one product may be paid: `{products: vn-*, methods: [card], brands: [visa]}`."""

    makes = rules.ProductRule

    products: Words
    methods: frozenset[Word] = frozenset()
    brands: frozenset[Brand] = frozenset()
    max: Purse = Field(default_factory=dict)


def _version(value: object) -> object:
    if value != 1 or isinstance(value, bool):
        raise ValueError(f"'{value}' is not a version that is known here; write profile: 1")
    return value


_Codes = Annotated[
    tuple[Failure, ...],
    BeforeValidator(one_is_a_list),
    Field(min_length=1),
    one_or_many({"type": "string"}),
]


class Profile(Part):
    """A gateway. Made by `reading`, which has filled in what the document takes from elsewhere.

    `codes` lists the gateway's numbers, each with the failure or failures that it stands for;
    `methods` the ways of paying, by type.
    """

    makes = Made

    profile: Annotated[Literal[1], BeforeValidator(_version)] = 1
    base: str | None = None
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)]
    about: str = ""
    codes: Mapping[str, _Codes] = Field(default_factory=dict)
    methods: Annotated[dict[str, Method], Field(min_length=1)]
    products: tuple[Product, ...] = ()
    limits: tuple[Limit, ...] = ()
    risk: Risk | None = None
    maintenance: tuple[OneWindow, ...] = ()
    capacity: Capacity | None = None
    wallet: Wallet | None = None
    authentication: Authentication = Authentication()
    disputes: Disputes = Field(default_factory=Disputes)
    poll_every: Duration = 0.2
    idempotency_window: Annotated[Duration, Field(gt=0)] = 86_400.0
    utc_offset: Offset = 0.0

    def value(self) -> Made:
        """The profile; its codes are turned round, from failure to number."""
        parts = {
            name: plain(getattr(self, name))
            for name in type(self).model_fields
            if name not in ("profile", "base", "codes", "methods")
        }
        return Made(
            **parts,
            codes=_numbers(self.codes),
            methods=tuple(each.value() for each in self.methods.values()),
        )


def _numbers(codes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {failure: code for code, meant in codes.items() for failure in meant}
