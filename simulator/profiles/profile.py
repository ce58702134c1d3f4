"""The shape of a profile: everything in which one gateway differs from the next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from simulator.errors import UsageError, did_you_mean
from simulator.failures import catalogue
from simulator.profiles.method import Kind, MethodRule, Proof
from simulator.profiles.rules import (
    Authentication,
    Capacity,
    Disputes,
    Limit,
    ProductRule,
    Risk,
    Wallet,
)
from simulator.profiles.times import Window


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One gateway as data.

    `codes` maps failures to the gateway's own numbers; several failures may share one.
    `poll_every` is the shortest time in seconds between two queries of one order; whoever asks
    faster breaks the retry rules. `idempotency_window` is how many seconds an answer is kept for
    replay. `utc_offset` is by how many seconds the gateway's own midnight is ahead of UTC.

    What is empty or None costs nothing and forbids nothing. `free` are the method types that
    nothing of `methods`, `products` and `maintenance` can refuse; it is found when the profile is
    made.
    """

    name: str
    about: str
    codes: Mapping[str, str]
    methods: tuple[MethodRule, ...]
    poll_every: float
    idempotency_window: float
    utc_offset: float = 0.0
    products: tuple[ProductRule, ...] = ()
    limits: tuple[Limit, ...] = ()
    risk: Risk | None = None
    maintenance: tuple[Window, ...] = ()
    capacity: Capacity | None = None
    wallet: Wallet | None = None
    authentication: Authentication = Authentication()
    disputes: Disputes = Disputes()
    free: frozenset[str] = frozenset()
    proofs: Mapping[str, Proof] = MappingProxyType({})

    def __post_init__(self) -> None:
        rules = () if self.products or self.maintenance else self.methods
        free = frozenset(rule.type for rule in rules if rule.is_free)
        msgspec.structs.force_setattr(self, "free", free)
        proofs = {m.type: m.authentication for m in self.methods}
        proofs = {name: proof for name, proof in proofs.items() if proof is not Proof.NONE}
        msgspec.structs.force_setattr(self, "proofs", MappingProxyType(proofs))

    def code(self, failure: str) -> str:
        """The number of a failure; one that the catalogue lacks raises UsageError.

        A failure of the catalogue that this gateway has no number for goes by its own name.
        """
        return self.codes.get(failure) or catalogue.failure(failure).name

    def failures(self, code: str) -> tuple[str, ...]:
        """All failures that this number can stand for, as `codes` lists them; none if unknown."""
        return tuple(failure for failure, number in self.codes.items() if number == code)

    def rule(self, type: str) -> MethodRule | None:  # noqa: A002 - the word of the API
        """The rule of a method type; None if it is not taken."""
        for rule in self.methods:
            if rule.type == type:
                return rule
        return None

    def method(self, type: str) -> MethodRule:  # noqa: A002 - the word of the API
        """The rule of a method type; one that is not taken raises UsageError."""
        rule = self.rule(type)
        if rule is None:
            types = [rule.type for rule in self.methods]
            raise UsageError(
                f"'{type}' is not a method of {self.name}{did_you_mean(type, types)}; "
                f"it takes {', '.join(types)}"
            )
        return rule

    def product(self, product: str | None) -> ProductRule | None:
        """The first rule that is about this product; None if it may be paid like any other."""
        if product is None:
            return None
        return next((rule for rule in self.products if rule.is_about(product)), None)

    def is_closed(self, wall: float) -> bool:
        """Whether the whole gateway is under maintenance at this wall time."""
        return any(each.holds(wall, self.utc_offset) for each in self.maintenance)

    def starting(self, wall: float) -> Profile:
        """The same gateway in a scenario that starts at this wall time: see Window."""
        windows = [*self.maintenance, *(each for m in self.methods for each in m.disabled_during)]
        if all(window.after is None for window in windows):
            return self
        methods = (
            msgspec.structs.replace(
                rule,
                disabled_during=tuple(each.starting(wall) for each in rule.disabled_during),
            )
            for rule in self.methods
        )
        return msgspec.structs.replace(
            self,
            maintenance=tuple(each.starting(wall) for each in self.maintenance),
            methods=tuple(methods),
        )


#: A gateway without any quirk, and without numbers of its own.
PLAIN: Final = Profile(
    name="plain",
    about="Cards, wallets and bank transfers, everywhere, in every currency.",
    codes={},
    methods=(
        MethodRule(type="card", title="Card", title_zh="银行卡", kind=Kind.CARD, card=True),
        MethodRule(type="wallet", title="Wallet", title_zh="电子钱包", kind=Kind.WALLET),
        MethodRule(
            type="bank_transfer",
            title="Bank transfer",
            title_zh="银行转账",
            kind=Kind.BANK_TRANSFER,
        ),
    ),
    poll_every=0.2,
    idempotency_window=24 * 3600.0,
)
