"""Looks for card data where none may stand, and writes down what it saw, masked."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from simulator.cards import traces
from simulator.journal.entry import Place, Scan, Sighting

#: Sightings that are kept of one place; all are counted.
KEPT: Final = 20
#: A longer log is looked at up to here: some seconds of work.
LOG_MAX: Final = 64 * 1024 * 1024
#: A longer line is looked at in pieces.
_LINE_MAX: Final = 1024 * 1024


class CardScan:
    """The search of one place."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._looked = 0
        self._found = 0
        self._sightings: list[Sighting] = []
        self.problem: str | None = None

    def look(self, text: str | bytes, where: str, order: str | None = None) -> None:
        """Look at one thing: a row, an answer, a line."""
        if isinstance(text, bytes):
            text = text.decode(errors="replace")
        self._looked += 1
        seen = traces(text)
        self._found += len(seen)
        left = KEPT - len(self._sightings)
        self._sightings += [Sighting(what, where, order) for what in seen[:left]]

    def line(self, source: str, *, wall: float, mono: float, account: str) -> Scan:
        """The journal's line for it."""
        return Scan(
            source=source,
            wall=wall,
            mono=mono,
            account=account,
            place=self._place,
            looked=self._looked,
            found=self._found,
            sightings=tuple(self._sightings),
            problem=self.problem,
        )


def scan_log(*paths: Path) -> CardScan:
    """Look at a merchant's log, line by line: one for each instance, none if it is not here."""
    scan = CardScan(Place.LOG)
    if not paths:
        scan.problem = "the drill did not start it"
    for path in paths:
        where = "" if path == paths[0] else f"{path.name}, "
        try:
            _look_at(path, scan, where)
        except OSError as error:
            scan.problem = error.strerror or str(error)
    return scan


def _look_at(path: Path, scan: CardScan, where: str) -> None:
    with path.open("rb") as file:
        number = 0
        while (line := file.readline(_LINE_MAX)) and file.tell() <= LOG_MAX:
            number += 1
            scan.look(line, f"{where}line {number}")
        if line:
            scan.problem = f"after the first {LOG_MAX // 1024**2} MB"
