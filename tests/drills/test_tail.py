"""Tests of following the load generator's journal while it is written."""

from __future__ import annotations

from pathlib import Path

import msgspec

from simulator.drills.tail import Tail, Tally
from simulator.journal.entry import Arrival, Dropped, Generator, Place, Scan, Shopper


def _at(mono: float) -> dict[str, object]:
    return {"source": "client", "wall": mono, "mono": mono}


def _arrival(order: str, mono: float) -> Arrival:
    return Arrival(**_at(mono), order=order, intended=mono, amount=1, currency="USD", method="card")


def _shopper(order: str, intended: float, result: str) -> Shopper:
    return Shopper(**_at(intended + 1), order=order, intended=intended, result=result)


def test_lines_come_once_and_whole(tmp_path: Path) -> None:
    """A line that is half written is given when its other half has come."""
    path = tmp_path / "client.jsonl"
    tail = Tail(path)
    assert list(tail.lines()) == []
    first, second = (msgspec.json.encode(_arrival(name, 1.0)) + b"\n" for name in ("a", "b"))
    path.write_bytes(first + second[:20])
    assert [line.order for line in tail.lines() if isinstance(line, Arrival)] == ["a"]
    assert list(tail.lines()) == []
    with path.open("ab") as file:
        file.write(second[20:])
    assert [line.order for line in tail.lines() if isinstance(line, Arrival)] == ["b"]


def test_every_line_of_a_load_generator_is_read(tmp_path: Path) -> None:
    """What it saw of card data is no count, and no trouble either."""
    path = tmp_path / "client.jsonl"
    scan = Scan(**_at(9.0), place=Place.MESSAGES, looked=3)
    path.write_bytes(msgspec.json.encode(scan) + b"\n")
    (line,) = Tail(path).lines()
    assert line == scan
    tally = Tally()
    tally.take(line)
    assert (tally.arrivals, tally.waiting) == (0, 0)


def test_tally_counts_by_result() -> None:
    """Who came, who left and how, and who is still there."""
    tally = Tally()
    for name in ("a", "b", "c"):
        tally.take(_arrival(name, 1.0))
    tally.take(_shopper("a", 1.0, "paid"))
    tally.take(_shopper("b", 1.0, "error"))
    tally.take(Dropped(**_at(2.0), intended=2.0))
    said = Generator(**_at(9.0), arrivals=3, dropped=1, lateness_p50_ms=1.0, lateness_p99_ms=2.0)
    tally.take(said)
    assert (tally.arrivals, tally.waiting, tally.dropped) == (3, 1, 1)
    assert (tally.results["paid"], tally.results["error"]) == (1, 1)


def test_failures_count_by_the_moment_at_which_shoppers_were_due() -> None:
    """Declines and patience are no technical failures; who could not be sent is one."""
    tally = Tally(window=5.0)
    for second, result in enumerate(["error", "paid", "failed", "pending", "error"]):
        tally.take(_shopper(f"o{second}", float(second), result))
    tally.take(Dropped(**_at(5.0), intended=5.0))
    assert tally.failures(0.0) == (3, 6)
    assert tally.failures(4.0) == (2, 2)
    tally.take(_shopper("late", 100.0, "paid"))
    assert tally.failures(0.0) == (0, 1)
