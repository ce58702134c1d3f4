"""A run of a usual size is folded and judged in a moment."""

from __future__ import annotations

from time import process_time

from simulator.checkers.audit import audit
from simulator.checkers.catalogue import defaults
from simulator.journal.history import History
from tests.journal.story import Teller

ORDERS = 3000


def test_three_thousand_orders_are_judged_in_seconds() -> None:
    """Some ten lines each; the limit is wide, for machines differ."""
    teller = Teller()
    for number in range(ORDERS):
        order, at = f"r1-{number}", number / 60
        teller.take(at, "arrive", [order, "1999"])
        teller.take(at + 0.1, "charge", [order, f"p{number}", "primary", "captured", "key=k"])
        teller.take(at + 0.2, "webhook", [f"p{number}", "captured"])
        for poll in range(4):
            teller.take(at + 1 + poll, "query", [order, "primary", f"p{number}:captured"])
        teller.take(at + 1.5, "tell", [order, "paid"])
        teller.take(at + 1.6, "leave", [order, "paid"])
        teller.take(80.0, "row", [order, "paid", "1999"])
    teller.take(90.0, "end", [])
    lines = teller.finish()
    began = process_time()
    history = History.from_lines(lines)
    verdicts = {checker.judge(history).valid for checker in defaults()}
    assert verdicts == {True}
    assert audit(history).valid is True
    assert process_time() - began < 5.0
