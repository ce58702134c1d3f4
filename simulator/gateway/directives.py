"""What a fault may order the decision to do. At most one directive reaches a decision."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from simulator.gateway.model import Status


class Decline(msgspec.Struct, frozen=True, gc=False):
    """Refuse the payment with this failure of the catalogue."""

    failure: str


class ChargeTwice(msgspec.Struct, frozen=True, gc=False):
    """Take the money twice: a second payment with its own id and webhook, same order."""


class SettleLater(msgspec.Struct, frozen=True, gc=False):
    """Take the money after `after` seconds of the account's clock, or let a refund arrive then.

    `told` is what the caller hears meanwhile; None stands for "unknown", an answer that says
    nothing, with queries that say processing. A refund is told as what it is: pending.
    """

    after: float
    told: Status | None = None


class Stale(msgspec.Struct, frozen=True, gc=False):
    """Answer a query as things stood before the last change: not found, or the state but one."""


class TakePart(msgspec.Struct, frozen=True, gc=False):
    """Take only a part of what was asked and say so: `amount` in minor units, else `share`."""

    share: Fraction
    amount: int | None = None

    def of(self, asked: int) -> int:
        """The part, in minor units: at least 1 and at most `asked`."""
        part = self.amount
        if part is None:
            part = asked * self.share.numerator // self.share.denominator
        return max(1, min(part, asked))


Directive = Decline | ChargeTwice | SettleLater | Stale | TakePart
