"""What the domain needs of the outside: a store to read, and fresh ids."""

from __future__ import annotations

from typing import Protocol

from simulator.gateway.model import Payment, Refund


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
