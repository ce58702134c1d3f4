"""The order book, in SQLite. Everything is written down before the gateway hears of it.

Write-ahead log with synchronous NORMAL: a commit is handed to the operating system and survives
the death of this process, at the price of some tens of microseconds. It does not survive the loss
of power within the last moments; a shop that needs that too pays for FULL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import msgspec

from simulator.merchants.careful.records import Order

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    resting INTEGER NOT NULL,
    doc BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS unfinished ON orders (place) WHERE resting = 0;
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class OrderStore:
    """All orders, and the ids of the webhook events that were taken in."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        # A checkpoint waits for the disk, so it should be rare; 10,000 pages are 40 MB of log.
        self._db.execute("PRAGMA wal_autocheckpoint = 10000")
        self._db.executescript(_SCHEMA)
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(Order).decode

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def add(self, order: Order) -> None:
        """Write a new order down."""
        self._db.execute(
            "INSERT INTO orders (id, resting, doc) VALUES (?, 0, ?)",
            (order.id, self._encode(order)),
        )

    def save(self, order: Order, *, resting: bool = False) -> None:
        """Write an order's facts down. `resting` means that there is nothing left to do."""
        self._db.execute(
            "UPDATE orders SET resting = ?, doc = ? WHERE id = ?",
            (resting, self._encode(order), order.id),
        )

    def find(self, order: str) -> Order | None:
        """The order of this id."""
        row = self._db.execute("SELECT doc FROM orders WHERE id = ?", (order,)).fetchone()
        return None if row is None else self._decode(row[0])

    def unfinished(self) -> Iterator[Order]:
        """All orders that something may still be done about: what a restart goes on with."""
        rows = self._db.execute("SELECT doc FROM orders WHERE resting = 0 ORDER BY place")
        return (self._decode(row[0]) for row in rows.fetchall())

    def page(self, after: int, limit: int) -> tuple[list[Order], int | None]:
        """Orders in the order in which they came, after a place; and the next place, or None."""
        rows = self._db.execute(
            "SELECT place, doc FROM orders WHERE place > ? ORDER BY place LIMIT ?",
            (after, limit + 1),
        ).fetchall()
        orders = [self._decode(doc) for _, doc in rows[:limit]]
        return orders, rows[limit - 1][0] if len(rows) > limit else None

    def has_event(self, event: str) -> bool:
        """Whether this webhook event was taken in before."""
        row = self._db.execute("SELECT 1 FROM events WHERE id = ?", (event,)).fetchone()
        return row is not None

    def add_event(self, event: str) -> None:
        """Remember a webhook event, after what it said was written down."""
        self._db.execute("INSERT OR IGNORE INTO events (id) VALUES (?)", (event,))
