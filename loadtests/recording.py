"""The history file that a run writes: journal lines with source `client`, one JSON object each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import gevent
import msgspec

if TYPE_CHECKING:
    from simulator.journal.entry import Line

FLUSH_EVERY: Final = 0.25  # seconds; a killed generator loses no more than this


class Recording:
    """Lines gathered in memory, written out by a greenlet of its own and at the end.

    The file is opened for appending and a journal is never rewritten. Without a path nothing is
    kept: a run alone may have no use for a history.
    """

    def __init__(self, path: str) -> None:
        self._encode = msgspec.json.Encoder().encode
        self._waiting: list[bytes] = []
        self._file: int | None = None
        if path:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._flusher = gevent.spawn(self._flush_forever)

    def write(self, line: Line) -> None:
        """Keep a line; it reaches the file within FLUSH_EVERY."""
        if self._file is not None:
            self._waiting.append(self._encode(line))

    def flush(self) -> None:
        """Write out what waits."""
        if self._file is None or not self._waiting:
            return
        block = memoryview(b"\n".join(self._waiting) + b"\n")
        self._waiting.clear()
        while block:
            block = block[os.write(self._file, block) :]

    def close(self) -> None:
        """Write out what waits and let the file go; lines that come later are not kept."""
        self._flusher.kill()
        self.flush()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _flush_forever(self) -> None:
        while True:
            gevent.sleep(FLUSH_EVERY)
            self.flush()
