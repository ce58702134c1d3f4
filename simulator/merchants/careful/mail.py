"""What comes for an order while another instance works at it: kept on file until that one looks.

A webhook arrives at any instance. It is written down before it is acknowledged, under the event's
own id, so that it counts once however often and wherever it is delivered. The order's owner takes
it in, in one transaction with what the order became by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simulator.merchants.careful.database import Database


class Letter(NamedTuple):
    """An event that was not taken in yet."""

    event: str
    order: str
    body: bytes


class Mail:
    """The events of all orders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, event: str, order: str, body: bytes) -> bool:
        """Write an event down; False if it was here before."""
        return self._database.write(
            "INSERT INTO events (id, order_id, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
            event,
            order,
            body,
        )

    def knows(self, event: str) -> bool:
        """Whether this event was here before."""
        return bool(self._database.rows("SELECT 1 FROM events WHERE id = ?", event))

    def take(self, event: str) -> bool:
        """Cross an event out; False if somebody has done so before."""
        return self._database.write(
            "UPDATE events SET body = NULL WHERE id = ? AND body IS NOT NULL", event
        )

    def waiting(self, instance: str) -> Sequence[Letter]:
        """The events that this instance's orders have not taken in."""
        found = (
            "SELECT events.id, order_id, body FROM events JOIN orders ON orders.id = order_id"
            " WHERE body IS NOT NULL AND owner = ?"
        )
        return [Letter(*row) for row in self._database.rows(found, instance)]
