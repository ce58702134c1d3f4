"""The order book. Everything is written down before the gateway hears of it.

Several instances of the shop share it, and an order belongs to one of them at a time: its owner
works at it, and nobody else changes it. Every change names the version that it changes, so an
instance that was asleep while another took its order over changes nothing: it finds out instead.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simulator.merchants.careful.database import Database
from simulator.merchants.careful.errors import LostOrder
from simulator.merchants.careful.records import Order


class OrderStore:
    """All orders, as the instance of this name sees them."""

    def __init__(self, database: Database, instance: str) -> None:
        self.database = database
        self._me = instance
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(Order).decode

    def add(self, order: Order) -> bool:
        """Write a new order down, as ours; False if an order of this id is known already."""
        order.version = 1
        return self.database.write(
            "INSERT INTO orders (id, version, owner, doc) VALUES (?, 1, ?, ?)"
            " ON CONFLICT (id) DO NOTHING",
            order.id,
            self._me,
            self._encode(order),
        )

    def save(self, order: Order, *, resting: bool = False) -> None:
        """Write down what happened to an order of ours. One that rests belongs to nobody.

        Raises LostOrder if it is not ours any more: then nothing was written.
        """
        owner = None if resting else self._me
        self._change("owner = ?, doc = ?", order, owner, self._encode(order))

    def find(self, order: str) -> Order | None:
        """The order of this id, whoever has it."""
        rows = self.database.rows("SELECT doc, version FROM orders WHERE id = ?", order)
        return self._read(*rows[0]) if rows else None

    def take(self, order: str) -> Order | None:
        """The order, ours from now on; None if it is another's, or there is none."""
        rows = self.database.rows(
            "UPDATE orders SET owner = ?, wanted_by = NULL, version = version + 1"
            " WHERE id = ? AND (owner IS NULL OR owner = ?) RETURNING doc, version",
            self._me,
            order,
            self._me,
        )
        return self._read(*rows[0]) if rows else None

    def take_all(self, owner: str) -> list[Order]:
        """All orders of an instance that is gone, ours from now on; the oldest first."""
        rows = self.database.rows(
            "UPDATE orders SET owner = ?, wanted_by = NULL, version = version + 1"
            " WHERE owner = ? RETURNING place, doc, version",
            self._me,
            owner,
        )
        return [self._read(doc, version) for _, doc, version in sorted(rows)]

    def ask_for(self, order: str) -> None:
        """Let its owner know that we would like to have the order."""
        self.database.write(
            "UPDATE orders SET wanted_by = ? WHERE id = ? AND owner != ?", self._me, order, self._me
        )

    def wanted(self) -> Sequence[str]:
        """The orders of ours that another instance asks for."""
        found = "SELECT id FROM orders WHERE owner = ? AND wanted_by IS NOT NULL"
        return [order for (order,) in self.database.rows(found, self._me)]

    def pass_on(self, order: Order) -> None:
        """Give an order to the instance that asks for it; LostOrder if it was not ours to give."""
        self._change("owner = wanted_by, wanted_by = NULL", order)

    def keep(self, order: str) -> None:
        """Do not give the order away now."""
        self.database.write(
            "UPDATE orders SET wanted_by = NULL WHERE id = ? AND owner = ?", order, self._me
        )

    def whose(self, handle: str) -> str | None:
        """The order of an attempt that the gateway calls so, for news that do not say whose it is.

        They are rare enough for a look through the whole book.
        """
        mark = b'"handle":' + msgspec.json.encode(handle)
        rows = self.database.rows("SELECT id FROM orders WHERE instr(doc, ?) > 0", mark)
        return rows[0][0] if rows else None

    def page(self, after: int, limit: int) -> tuple[list[Order], int | None]:
        """Orders in the order in which they came, after a place; and the next place, or None."""
        rows = self.database.rows(
            "SELECT place, doc, version FROM orders WHERE place > ? ORDER BY place LIMIT ?",
            after,
            limit + 1,
        )
        orders = [self._read(doc, version) for _, doc, version in rows[:limit]]
        return orders, rows[limit - 1][0] if len(rows) > limit else None

    def versions(self) -> Sequence[tuple[str, int]]:
        """Every order, with the number of its last change."""
        return self.database.rows("SELECT id, version FROM orders")

    def _change(self, what: str, order: Order, *values: object) -> None:
        """Change a row if it is still the one that we know, and ours."""
        statement = (
            f"UPDATE orders SET {what}, version = version + 1"  # noqa: S608 - our own words
            " WHERE id = ? AND version = ? AND owner = ?"
        )
        if not self.database.write(statement, *values, order.id, order.version, self._me):
            raise LostOrder(f"order {order.id} belongs to another instance now")
        order.version += 1

    def _read(self, doc: bytes, version: int) -> Order:
        order = self._decode(doc)
        order.version = version
        return order
