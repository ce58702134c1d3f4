"""The journal read back while it is written: pages of one account's lines, and single events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

import msgspec

from simulator.accounts.restore import RESET, Owed, event_of
from simulator.errors import UsageError
from simulator.journal.entry import Line
from simulator.journal.writer import Writer

_CHUNK: Final = 256 * 1024
#: How much of the file one page may look through, so that nobody waits long for the event loop.
_REACH: Final = 4 * 1024 * 1024


class _Head(msgspec.Struct):
    kind: str
    account: str = "default"


class Page(msgspec.Struct, frozen=True):
    """Lines as they stand in the file, and the cursor after the last that was looked at."""

    lines: list[msgspec.Raw]
    cursor: int


class Lookback:
    """Reads what a writer has written. A cursor is a position in the file; 0 is its beginning."""

    def __init__(self, journal: Writer) -> None:
        self._journal = journal
        self._head = msgspec.json.Decoder(_Head)
        self._line = msgspec.json.Decoder(Line)

    def page(self, account: str, after: int, limit: int, kind: str | None = None) -> Page:
        """At most `limit` lines of an account (of one kind) after a cursor.

        A page may be empty though more follows: the end is reached when the cursor stays.

        Raises:
            UsageError: `after` is not a cursor that a page gave out.
        """
        self._check(after)
        lines: list[msgspec.Raw] = []
        cursor = after
        for line in self._raw(after, after + _REACH):
            if len(lines) == limit:
                break
            cursor += len(line) + 1
            head = self._head.decode(line)
            if head.account == account and kind in (None, head.kind):
                lines.append(msgspec.Raw(line))
        return Page(lines, cursor)

    async def event(self, account: str, event: str, endpoint: str | None = None) -> Owed | None:
        """An event of an account as it was born, with the number of its next try at an address."""
        names = (msgspec.json.encode(event), msgspec.json.encode(RESET))
        found: list[Line] = []
        cursor = 0
        while chunk := self._whole_lines(cursor, _REACH):
            cursor += len(chunk)
            if any(name in chunk for name in names):
                found += self._naming(names, chunk, account)
            await asyncio.sleep(0)  # a long journal must not hold up payments
        return event_of(found, event, endpoint)

    def _naming(self, names: tuple[bytes, ...], chunk: bytes, account: str) -> Iterator[Line]:
        for line in chunk.splitlines():
            if any(name in line for name in names) and self._head.decode(line).account == account:
                yield self._line.decode(line)

    def _check(self, after: int) -> None:
        if after and self._journal.read(after - 1, 1) != b"\n":
            raise UsageError(
                f"after: {after} is not a cursor; use `next` of an earlier answer, or 0"
            )

    def _raw(self, cursor: int, until: int) -> Iterator[bytes]:
        while cursor < until and (chunk := self._whole_lines(cursor, _CHUNK)):
            cursor += len(chunk)
            yield from chunk.splitlines()

    def _whole_lines(self, cursor: int, size: int) -> bytes:
        """Whole lines from a cursor, of about `size` bytes, at least one if there is one."""
        chunk = self._journal.read(cursor, size)
        end = chunk.rfind(b"\n") + 1
        while not end and len(chunk) == size:
            size *= 2
            chunk = self._journal.read(cursor, size)
            end = chunk.rfind(b"\n") + 1
        return chunk[:end]
