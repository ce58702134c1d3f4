"""The file that all instances of the shop have in common: SQLite, made for several processes.

Write-ahead log with synchronous NORMAL: a commit is handed to the operating system and survives
the death of this process, at the price of some tens of microseconds. It does not survive the loss
of power within the last moments; a shop that needs that too pays for FULL. Readers never wait.
Writers wait for each other, so every transaction is short and nothing in it waits for a network.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

#: `version` counts an order's changes; nobody changes what somebody else has changed meanwhile.
#: `owner` is the instance that works at it, NULL while there is nothing to do; `wanted_by` the one
#: that would like to have it. An event's `body` is NULL once its order has taken it in.
_SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS orders (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL,
        owner TEXT,
        wanted_by TEXT,
        doc BLOB NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS owned ON orders (owner) WHERE owner IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS wanted ON orders (owner) WHERE wanted_by IS NOT NULL",
    """CREATE TABLE IF NOT EXISTS events (
        id TEXT PRIMARY KEY,
        order_id TEXT NOT NULL,
        body BLOB
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS untaken ON events (order_id) WHERE body IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS instances (name TEXT PRIMARY KEY, until REAL NOT NULL)",
)
_WAIT: Final = 10.0  # seconds to wait for another writer
_TRIES: Final = 100


class Database:
    """One connection. Statements are transactions of their own, except within `together`."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, timeout=_WAIT)
        self._write_ahead()
        self._db.execute("PRAGMA synchronous = NORMAL")
        # A checkpoint waits for the disk, so it should be rare; 10,000 pages are 40 MB of log.
        self._db.execute("PRAGMA wal_autocheckpoint = 10000")
        with self.together():
            for statement in _SCHEMA:
                self._db.execute(statement)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def write(self, statement: str, *values: Any) -> bool:
        """Change something; whether any row was changed."""
        return self._db.execute(statement, values).rowcount > 0

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """What a statement returns, read to its end: only then is it committed."""
        return self._db.execute(statement, values).fetchall()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is written inside happens, or nothing of it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _write_ahead(self) -> None:
        """Change the file's mode. SQLite does not wait for others here, as it does elsewhere."""
        for left in reversed(range(_TRIES)):
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if not left:
                    raise
                time.sleep(_WAIT / _TRIES)
            else:
                return
