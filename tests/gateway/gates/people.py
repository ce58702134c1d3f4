"""Payments, contexts and a memory that says what it is told, for tests of gates."""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.gateway.decision import Context
from simulator.gateway.model import Method, Payer, Payment, Status
from simulator.gateway.ports import Unused
from simulator.ids import IdSource
from simulator.profiles.profile import PLAIN, Profile
from simulator.stores.memory import MemoryStore

NOW = 1_700_000_000.0
CARD = Method("card", "tok_visa_DE_1", "visa", "DE", "0001")
PAYER = Payer(country="DE", id="p1", device="d1", address="a1", billing="DE")


class Told(Unused):
    """A memory with these moments, money, refusals and clearances."""

    def __init__(self, **known: Any) -> None:
        self.moments: dict[str, list[float]] = known.get("moments", {})
        self.money: dict[str, int] = known.get("money", {})
        self.counts: dict[str, int] = known.get("counts", {})
        self.refused: dict[str, float] = known.get("refused", {})
        self.cleared: dict[str, float] = known.get("cleared", {})

    def tries(self, who: str, since: float) -> int:
        """How many are later."""
        return sum(moment > since for moment in self.moments.get(who, ()))

    failures = tries

    def latest(self, of: str, who: str, n: int) -> float | None:
        """The nth from the end."""
        moments = self.moments.get(who, [])
        return moments[-n] if n <= len(moments) else None

    def spent(self, who: str, currency: str, since: float) -> int:
        """All of it."""
        return self.money.get(who, 0)

    def paid(self, who: str, since: float) -> int:
        """All of them."""
        return self.counts.get(who, 0)

    def turned_away(self, who: str, rule: str) -> float | None:
        """By whichever rule is meant."""
        return self.refused.get(f"{who} {rule}")

    def cleared_until(self, who: str) -> float:
        """Until then."""
        return self.cleared.get(who, 0.0)


def payment(amount: int = 1_000, **changes: Any) -> Payment:
    """A payment that is about to be charged."""
    fields: dict[str, Any] = {"method": CARD, "payer": PAYER, "order": "r1-7", **changes}
    return Payment(
        id="pay_1",
        channel="primary",
        status=Status.CREATED,
        amount=amount,
        currency="EUR",
        **fields,
    )


def context(profile: dict[str, Any], usage: Told | None = None, **changes: Any) -> Context:
    """The moment of a charge at a gateway that is plain but for this."""
    made: Profile = msgspec.structs.replace(PLAIN, **profile)
    return Context(
        MemoryStore().channel("primary"),
        changes.pop("directive", None),
        NOW,
        IdSource("t"),
        profile=made,
        usage=usage or Told(),
        seed=changes.pop("seed", 7),
        key_order=changes.pop("key_order", str),
    )
