"""What a decision looks at, and what it is."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.gateway.directives import Directive
from simulator.gateway.model import Booking, Event, Payment, Posting, Refund
from simulator.gateway.outcomes import Outcome, Reason, Refused
from simulator.gateway.ports import UNUSED, Ids, Snapshot, Usage
from simulator.gateway.things import Thing
from simulator.profiles.profile import PLAIN, Profile


class Context(msgspec.Struct, frozen=True, gc=False):
    """All that a decision may look at.

    `wall` is the account clock's wall time in seconds; `seed` is that of the scenario that plays.
    `pages` is the address under which this account's pages lie, without a slash at its end.
    `booking` is how the daily statement will misstate what is charged now. `key_order` turns an
    order's reference into the order as fates know it: all draws are keyed by that.
    `account` is the name of the account. `operation` and `attempt` are those of the charge.
    `charge` is what a scenario orders for the charge itself where `directive` is about its
    authentication, or about the exchange that ends one.
    """

    snapshot: Snapshot
    directive: Directive | None
    wall: float
    ids: Ids
    profile: Profile = PLAIN
    usage: Usage = UNUSED
    seed: int = 0
    pages: str = ""
    booking: Booking | None = None
    key_order: Callable[[str], str] = str
    operation: str = "authorize"
    attempt: int = 1
    charge: Directive | None = None
    account: str = ""


class Decision(msgspec.Struct, frozen=True, gc=False):
    """The outcome, and the whole change of state that it means; nothing has happened yet.

    `closed` is an order that takes no further charge on this channel; `unheeded` says that the
    directive could not be carried out here, and all went as if there were none; `charged`, that the
    context's `charge` was carried out. `advance` is by how many seconds the account's clock moves
    forward once this is true.
    """

    outcome: Outcome
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    postings: tuple[Posting, ...] = ()
    events: tuple[Event, ...] = ()
    things: tuple[Thing, ...] = ()
    closed: str | None = None
    unheeded: bool = False
    charged: bool = False
    advance: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether there is anything to commit."""
        return bool(self.payments or self.refunds or self.things or self.closed)


def refused(reason: Reason, message: str, payment: Payment | None = None) -> Decision:
    """A decision that changes nothing."""
    return Decision(Refused(reason, message, payment))
