"""The shape of a profile: everything in which one gateway differs from the next."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from simulator.errors import UsageError, did_you_mean
from simulator.failures import catalogue


class MethodRule(msgspec.Struct, frozen=True, kw_only=True):
    """A method type that the gateway takes, and for whom.

    `countries` are those of the payer (ISO 3166-1, two letters), `currencies` those of the payment
    (ISO 4217); an empty set takes them all. `card` tells whether the method is paid with a card
    number or card token.
    """

    type: str
    card: bool = False
    countries: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()

    def serves(self, country: str | None) -> bool:
        """Whether payers of this country may use it; None (not known) may use whatever any may."""
        return country is None or not self.countries or country in self.countries

    def pays_in(self, currency: str) -> bool:
        """Whether it can pay in this currency."""
        return not self.currencies or currency in self.currencies


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One gateway as data.

    `codes` maps failures to the gateway's own numbers; several failures may share one.
    `poll_every` is the shortest time in seconds between two queries of one order; whoever asks
    faster breaks the retry rules. `idempotency_window` is how many seconds an answer is kept for
    replay.
    """

    name: str
    about: str
    codes: Mapping[str, str]
    methods: tuple[MethodRule, ...]
    poll_every: float
    idempotency_window: float

    def code(self, failure: str) -> str:
        """The number of a failure; one that the catalogue lacks raises UsageError.

        A failure of the catalogue that this gateway has no number for goes by its own name.
        """
        return self.codes.get(failure) or catalogue.failure(failure).name

    def failures(self, code: str) -> tuple[str, ...]:
        """All failures that this number can stand for, as `codes` lists them; none if unknown."""
        return tuple(failure for failure, number in self.codes.items() if number == code)

    def method(self, type: str) -> MethodRule:  # noqa: A002 - the word of the API
        """The rule of a method type; one that is not taken raises UsageError."""
        for rule in self.methods:
            if rule.type == type:
                return rule
        types = [rule.type for rule in self.methods]
        raise UsageError(
            f"'{type}' is not a method of {self.name}{did_you_mean(type, types)}; "
            f"it takes {', '.join(types)}"
        )
