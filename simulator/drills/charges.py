"""What the gateway took for each order, against its price, while a drill goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from simulator.gateway.model import Payment
from simulator.journal.entry import Arrival, Commit
from simulator.journal.joining import owner

#: Seconds for which a payment waits for word of the order that it belongs to: the load generator
#: writes its lines with some delay.
_WAIT: Final = 5.0


@dataclass(slots=True)
class _Account:
    """One order: its price, what stands against it, and since when that is too much."""

    amount: int
    currency: str
    net: int = 0
    over_since: float | None = None

    def move(self, change: int, at: float) -> None:
        """Money moved at a moment."""
        self.net += change
        if self.net <= self.amount:
            self.over_since = None
        elif self.over_since is None:
            self.over_since = at


class Charges:
    """Fed with arrivals and commits as they are recorded, it knows which orders paid too much."""

    def __init__(self) -> None:
        self._orders: dict[str, _Account] = {}
        self._held: dict[str, int] = {}
        self._unplaced: list[tuple[float, Payment]] = []

    def arrive(self, line: Arrival) -> None:
        """A shopper was told a price."""
        self._orders.setdefault(line.order, _Account(line.amount, line.currency))

    def commit(self, lines: Iterable[Commit]) -> None:
        """Payments changed."""
        changes = [(line.mono, payment) for line in lines for payment in line.payments]
        newest = changes[-1][0] if changes else 0.0
        waiting, self._unplaced = self._unplaced, []
        for at, payment in (*waiting, *changes):
            self._place(at, payment, newest)

    def too_much(self, before: float) -> list[str]:
        """The orders that have been charged too much since that moment or longer."""
        return [
            name
            for name, account in self._orders.items()
            if account.over_since is not None and account.over_since <= before
        ]

    def _place(self, at: float, payment: Payment, newest: float) -> None:
        account = owner(payment.order, self._orders)
        if account is None:
            if newest - at < _WAIT:
                self._unplaced.append((at, payment))
            return
        if account.currency == payment.currency:
            net = max(0, payment.left)
            account.move(net - self._held.get(payment.id, 0), at)
            self._held[payment.id] = net
