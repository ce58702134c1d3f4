"""Follows the load generator's journal while it is written, and counts."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from simulator.journal.entry import Answer, Arrival, Dropped, Generator, Note, Scan, Shopper

_CHUNK: Final = 1 << 20

ClientLine = Arrival | Answer | Dropped | Generator | Note | Scan | Shopper


class Tail:
    """The lines of a growing file, each given once, and only when it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._rest = b""
        self._decoder = msgspec.json.Decoder(ClientLine)

    def lines(self) -> Iterator[ClientLine]:
        """What was added since the last call; nothing if the file is not there yet."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._at)
            while chunk := file.read(_CHUNK):
                self._at += len(chunk)
                *whole, self._rest = (self._rest + chunk).split(b"\n")
                for line in whole:
                    yield self._decoder.decode(line)


class Tally:
    """Counts of shoppers, and of those who came of late: the input of an abort condition.

    Those who were due longer ago than twice the `window` (seconds) are forgotten.
    """

    def __init__(self, window: float = 0.0) -> None:
        self.arrivals = 0
        self.dropped = 0
        self.results: Counter[str] = Counter()
        self._window = window
        self._ended: deque[tuple[float, bool]] = deque()

    def take(self, line: ClientLine) -> None:
        """Count one line."""
        match line:
            case Arrival():
                self.arrivals += 1
            case Dropped(intended=intended):
                self.dropped += 1
                self._keep(intended, failed=True)
            case Shopper(result=result, intended=intended):
                self.results[result] += 1
                self._keep(intended, failed=result == "error")

    @property
    def waiting(self) -> int:
        """Shoppers who came and have not left."""
        return self.arrivals - self.results.total()

    def failures(self, since: float) -> tuple[int, int]:
        """Technical failures among the shoppers who were due from `since` on and have left.

        A shopper who could not be sent counts as a failure; one who left while pending does not.
        """
        recent = [failed for intended, failed in self._ended if intended >= since]
        return sum(recent), len(recent)

    def _keep(self, intended: float, *, failed: bool) -> None:
        if not self._window:
            return
        self._ended.append((intended, failed))
        while self._ended[0][0] < intended - 2 * self._window:
            self._ended.popleft()
