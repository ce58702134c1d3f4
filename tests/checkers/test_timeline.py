"""Timelines: what happened to one order, as people read it."""

from __future__ import annotations

from simulator.checkers.timeline import LENGTH, timeline
from tests.journal.story import history


def test_all_sources_stand_in_the_order_of_time() -> None:
    """Seconds from the start of the run, who says it, and what."""
    read = history("""
        1.0  phase    baseline
        2.0  arrive   o-1 1999
        2.5  charge   o-1 p1 primary captured reply=none took=0.4 key=k1 hit=lost_reply
        3.0  query    o-1 primary p1:captured
        3.2  tell     o-1 paid
        3.5  webhook  p1 captured
        3.6  webhook  p9 captured forged order=o-1 status=0
        4.0  refund   p1 r1 500 pending
        5.0  leave    o-1 paid
        8.0  row      o-1 paid 1999 refunded=500
    """)
    rows = timeline(read.orders["o-1"], read)
    assert [(row["at"], row["source"]) for row in rows] == [
        (1.0, "client"),
        (1.1, "gateway"),
        (1.5, "gateway"),
        (2.0, "gateway"),
        (2.2, "client"),
        (2.5, "gateway"),
        (2.6, "gateway"),
        (3.0, "gateway"),
        (4.0, "client"),
        (7.0, "merchant"),
    ]
    assert [row["what"] for row in rows] == [
        "shopper orders for 19.99 USD",
        "p1 on primary: captured, 19.99 USD",
        "authorize on primary -> no answer key k1 [lost_reply: lost_reply] took 0.400 s",
        "query on primary -> 200 (p1:captured) took 0.010 s",
        "shop answers create: paid",
        "webhook payment.captured try 1 -> HTTP 200",
        "forged webhook payment.captured try 1 -> not sent",
        "refund r1 of p1: pending, 5.00 USD",
        "shopper leaves: paid",
        "book: paid, 19.99 USD, fulfilled 1, refunded 5.00 USD",
    ]


def test_of_a_long_life_the_middle_is_left_out() -> None:
    """A report must stay readable, and both ends matter."""
    queries = "".join(f"{at}.0 query o-1 primary\n" for at in range(1, 100))
    read = history(f"0.0 arrive o-1 5\n{queries}")
    rows = timeline(read.orders["o-1"], read)
    assert len(rows) == LENGTH + 1
    assert rows[LENGTH // 2]["what"] == "40 more lines"
    assert rows[0]["what"].startswith("shopper")
    assert rows[-1]["at"] == 99.0
