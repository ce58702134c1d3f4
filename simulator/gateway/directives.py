"""What a fault may order the decision to do. At most one directive reaches a decision."""

from __future__ import annotations

import msgspec

from simulator.gateway.model import Status


class Decline(msgspec.Struct, frozen=True, gc=False):
    """Refuse the payment with this failure of the catalogue."""

    failure: str


class ChargeTwice(msgspec.Struct, frozen=True, gc=False):
    """Take the money twice: a second payment with its own id and webhook, same order."""


class SettleLater(msgspec.Struct, frozen=True, gc=False):
    """Store as processing and capture after `after` seconds of the account's clock.

    `told` is what the caller hears meanwhile; None stands for "unknown", an answer that says
    nothing, with queries that say processing.
    """

    after: float
    told: Status | None = None


class Stale(msgspec.Struct, frozen=True, gc=False):
    """Answer a query as things stood before the last change: not found, or the state but one."""


Directive = Decline | ChargeTwice | SettleLater | Stale
