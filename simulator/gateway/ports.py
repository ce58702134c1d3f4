"""What the domain needs of the outside: a store to read, and fresh ids."""

from __future__ import annotations

from typing import Protocol

from simulator.gateway.model import Payment, Refund
from simulator.gateway.things import Thing


class Ids(Protocol):
    """A source of fresh identifiers."""

    def new(self, prefix: str) -> str:
        """An id never handed out before, such as `pay_…` for the prefix `pay`."""
        ...


class Snapshot(Protocol):
    """One channel of one account, as it stands: all that a decision may look at."""

    channel: str

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

    def is_closed(self, order: str) -> bool:
        """Whether the order takes no further charge on this channel."""
        ...

    def thing(self, thing: str) -> Thing | None:
        """The checkout or other thing with this id, of whatever channel."""
        ...


class Usage(Protocol):
    """What was lately tried and spent; a `who` is such as `card:tok_visa_DE_1`, `payer:a@b.c`.

    Times are wall seconds of the account's clock.
    """

    def tries(self, who: str, since: float) -> int:
        """How many charges were tried after this moment."""
        ...

    def spent(self, who: str, currency: str, since: float) -> int:
        """How much was authorized or captured after this moment, in minor units."""
        ...


class Unused:
    """Usage of an account in which nobody has ever paid."""

    def tries(self, who: str, since: float) -> int:  # noqa: ARG002 - whoever it is
        """None."""
        return 0

    def spent(self, who: str, currency: str, since: float) -> int:  # noqa: ARG002 - the same
        """Nothing."""
        return 0
