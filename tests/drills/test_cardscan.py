"""Tests of the search for card data."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.drills import cardscan
from simulator.drills.cardscan import KEPT, CardScan, scan_log
from simulator.journal.entry import Place, Scan

NUMBER = "4242424242424242"


def line(scan: CardScan) -> Scan:
    """Its line."""
    return scan.line("merchant", wall=1.0, mono=2.0, account="drill")


def test_what_is_seen_is_counted_and_masked() -> None:
    """Where, in which order, and the last four digits."""
    scan = CardScan(Place.BOOK)
    scan.look('{"order_id": "r1-1"}', "its row", "r1-1")
    scan.look(f'{{"card": "{NUMBER}", "cvc": "123"}}'.encode(), "its row", "r1-2")
    found = line(scan)
    assert (found.place, found.looked, found.found, found.problem) == (Place.BOOK, 2, 2, None)
    assert [(each.what, each.where, each.order) for each in found.sightings] == [
        ("card number ****4242", "its row", "r1-2"),
        ("security code", "its row", "r1-2"),
    ]
    assert NUMBER not in str(found)


def test_many_sightings_are_counted_and_some_kept() -> None:
    """A journal does not grow with the size of the mess."""
    scan = CardScan(Place.MESSAGES)
    for _ in range(100):
        scan.look(NUMBER, "an answer")
    assert (line(scan).found, len(line(scan).sightings)) == (100, KEPT)


def test_a_log_is_read_line_by_line(tmp_path: Path) -> None:
    """Each sighting has its line; what is no text does not matter."""
    log = tmp_path / "merchant.log"
    log.write_bytes(b"started\n\xff\xfe\npaid with 4242 4242 4242 4242\n")
    found = line(scan_log(log))
    assert (found.looked, found.found, found.problem) == (3, 1, None)
    assert found.sightings[0].where == "line 3"


def test_each_instance_has_a_log(tmp_path: Path) -> None:
    """All are looked at, and a sighting says in which."""
    logs = [tmp_path / "merchant.log", tmp_path / "merchant-2.log"]
    for log in logs:
        log.write_text(f"started\n{NUMBER}\n")
    found = line(scan_log(*logs))
    assert (found.looked, found.found) == (4, 2)
    assert [each.where for each in found.sightings] == ["line 2", "merchant-2.log, line 2"]


def test_a_clean_log(tmp_path: Path) -> None:
    """Tokens, times and masked numbers are what should be there."""
    log = tmp_path / "merchant.log"
    log.write_text("1700000000.123 tok_visa_DE_000123 ****4242\n" * 10)
    assert (line(scan_log(log)).looked, line(scan_log(log)).found) == (10, 0)


def test_a_log_that_is_too_long_is_read_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says so."""
    monkeypatch.setattr(cardscan, "LOG_MAX", 1024**2)
    log = tmp_path / "merchant.log"
    log.write_text("nothing to see here\n" * 60_000)
    found = line(scan_log(log))
    assert found.problem == "after the first 1 MB"
    assert 0 < found.looked < 60_000


@pytest.mark.parametrize("path", [None, Path("/nowhere/merchant.log")])
def test_a_log_that_is_not_there(path: Path | None) -> None:
    """Nothing was looked at, and why."""
    found = line(scan_log(*filter(None, [path])))
    assert found.looked == 0
    assert found.problem in {"the drill did not start it", "No such file or directory"}
