"""Pace: how long a merchant waited before it tried or asked again."""

from __future__ import annotations

from simulator.checkers.pacing import ignored_retry_after, quick_polls, retries
from tests.journal.story import history


def test_waits_run_from_the_answer_or_from_the_start_of_what_was_cut() -> None:
    """Only the merchant knows when it gave up on a request that was never answered."""
    order = history("""
        0.0  arrive  o-1 1999
        1.0  charge  o-1 - primary - reply=503 took=0.5 key=k1
        3.0  charge  o-1 - primary - reply=none took=1.0 key=k1
        3.5  charge  o-1 p1 primary captured took=0.25 key=k1
        9.0  charge  o-1 p2 primary captured took=0.25 key=k2
    """).orders["o-1"]
    waits = [(retry.kind, round(retry.waited, 3)) for retry in retries(order)]
    assert waits == [("503", 1.0), ("cut", 1.25)]


def test_a_longer_life_on_another_channel_is_no_retry() -> None:
    """Changing the channel at once is what a failover is."""
    order = history("""
        0.0  arrive  o-1 1999
        1.0  charge  o-1 - primary - reply=503 key=k1
        1.1  charge  o-1 p1 backup captured key=k2
    """).orders["o-1"]
    assert list(retries(order)) == []


def test_retry_after_binds_the_next_request_of_its_kind() -> None:
    """Nine tenths of the wait count as kept; timers are not exact."""
    order = history("""
        0.0  arrive  o-1 1999
        1.0  charge  o-1 - primary - reply=429 after=1 took=0 key=k1
        1.95 charge  o-1 - primary - reply=429 after=1 took=0 key=k1
        2.5  charge  o-1 p1 primary captured took=0 key=k1
    """).orders["o-1"]
    assert [round(waited, 3) for _, waited in ignored_retry_after(order)] == [0.55]


def test_queries_are_counted_by_subject() -> None:
    """Webhooks are taken off: each may prompt one look."""
    order = history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured
        1.0  query   o-1 primary
        1.1  query   o-1 primary
        1.2  query   o-1 primary
        1.2  query   o-1 backup
        1.3  query   o-1 primary refund=r1
    """).orders["o-1"]
    assert quick_polls(order, 0.2) == 2
    assert quick_polls(order, 0.05) == 0
