"""What the domain needs of the outside: a store to read, and fresh ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from simulator.gateway.model import Payment, Refund
from simulator.gateway.things import Dispute, Happening, Resource, Thing


class Ids(Protocol):
    """A source of fresh identifiers."""

    def new(self, prefix: str) -> str:
        """An id never handed out before, such as `pay_…` for the prefix `pay`."""
        ...


class Snapshot(Protocol):
    """One channel of one account, as it stands: all that a decision may look at.

    `worked_out` is what somebody has worked out of it and keeps for the next time, by a name of its
    own. It is no state: whoever finds nothing there works it out anew.
    """

    channel: str
    worked_out: dict[str, object]

    def payment(self, payment: str) -> Payment | None:
        """The payment with this id on this channel."""
        ...

    def payments_of(self, order: str) -> tuple[Payment, ...]:
        """All payments of an order on this channel, oldest first."""
        ...

    def before(self, payment: str) -> Payment | None:
        """The payment as it stood before its last change; None if it did not exist."""
        ...

    def refund(self, refund: str) -> Refund | None:
        """The refund with this id on this channel."""
        ...

    def refund_by_reference(self, payment: str, reference: str) -> Refund | None:
        """The refund of this payment that carries this reference."""
        ...

    def refunds_of(self, payment: str) -> tuple[Refund, ...]:
        """The refunds of a payment, oldest first."""
        ...

    def disputes(self) -> tuple[Dispute, ...]:
        """All disputes of this channel, oldest first."""
        ...

    def payments(self) -> Iterator[Payment]:
        """All payments on this channel, oldest first."""
        ...

    def refunds(self) -> Iterator[Refund]:
        """All refunds on this channel, oldest first."""
        ...

    def resource(self, resource: str) -> Resource | None:
        """The resource with this id on this channel."""
        ...

    def resources(self, kind: str) -> Iterator[Resource]:
        """All resources of a kind on this channel, newest first."""
        ...

    def resources_of(self, kind: str, order: str) -> tuple[Resource, ...]:
        """The resources of a kind that are about an order, oldest first."""
        ...

    def happening(self, event: str) -> Happening | None:
        """The event with this id, if it has a name of its own in its dialect."""
        ...

    def happenings(self) -> Iterator[Happening]:
        """All events on this channel that have such a name, newest first."""
        ...

    def undelivered(self, event: str) -> int:
        """How many addresses were to be told of this event and have not acknowledged it."""
        ...

    def active(self, day: int) -> Iterator[Payment]:
        """The payments that may have rows on the statement of a day (see gateway.statements)."""
        ...

    def moved(self, since: int) -> list[str]:
        """The payments whose rows on statements may have changed, after so many changes."""
        ...

    def is_closed(self, order: str) -> bool:
        """Whether the order takes no further charge on this channel."""
        ...

    def thing(self, thing: str) -> Thing | None:
        """The checkout or other thing with this id, of whatever channel."""
        ...


class Usage(Protocol):
    """What a gateway remembers of cards and payers; `who` is a name that `who.of` gives.

    One channel of one account: another gateway would not know either. Times are wall seconds of the
    account's clock.
    """

    def tries(self, who: str, since: float) -> int:
        """How many charges were tried after this moment."""
        ...

    def failures(self, who: str, since: float) -> int:
        """How many charges failed after this moment, refused by whomever."""
        ...

    def latest(self, of: str, who: str, n: int) -> float | None:
        """When the `n`th latest of the `tries` or `failures` was, from 1; None if it is too old."""
        ...

    def spent(self, who: str, currency: str, since: float) -> int:
        """How much was taken or held since a midnight of the gateway, in minor units."""
        ...

    def paid(self, who: str, since: float) -> int:
        """How many payments took or held money since a midnight of the gateway."""
        ...

    def turned_away(self, who: str, rule: str) -> float | None:
        """When this rule last refused somebody; None if it never did."""
        ...

    def cleared_until(self, who: str) -> float:
        """Until when documents that were submitted speak for somebody; 0 if none were."""
        ...


class Unused:
    """Usage of an account in which nobody has ever paid."""

    def tries(self, who: str, since: float) -> int:  # noqa: ARG002 - whoever it is
        """None."""
        return 0

    failures = paid = tries

    def latest(self, of: str, who: str, n: int) -> float | None:  # noqa: ARG002 - the same
        """There is none."""
        return None

    def spent(self, who: str, currency: str, since: float) -> int:  # noqa: ARG002 - the same
        """Nothing."""
        return 0

    def turned_away(self, who: str, rule: str) -> float | None:  # noqa: ARG002 - the same
        """Never."""
        return None

    def cleared_until(self, who: str) -> float:  # noqa: ARG002 - the same
        """Nobody is."""
        return 0.0


#: Nobody remembers anything. One is enough.
UNUSED: Final[Usage] = Unused()
