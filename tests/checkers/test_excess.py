"""Stretches of known money above a limit."""

from __future__ import annotations

import pytest

from simulator.checkers.excess import longest
from tests.journal.story import ZERO, history


def test_the_longest_stretch_is_found_with_its_peak() -> None:
    """Two stretches: one of five seconds, one of eight that peaks at two payments."""
    read = history("""
        0.0  arrive  o-1 1999
        1.0  charge  o-1 p1 primary captured took=0
        6.0  refund  p1 r1 1999 succeeded
        10.0 charge  o-1 p2 primary captured took=0
        12.0 charge  o-1 p3 backup captured took=0
        14.0 refund  p3 r2 1999 succeeded
        18.0 refund  p2 r3 1999 succeeded
        60.0 end
    """)
    found = longest(read, read.orders["o-1"], "USD", 0)
    assert (found.start, found.seconds, found.amount) == (ZERO + 10.0, 8.0, 3998)
    assert found.longer_than(7.99)
    assert not found.longer_than(8.0)


def test_money_up_to_the_limit_is_no_excess() -> None:
    """The limit itself is allowed."""
    read = history("0.0 arrive o-1 1999\n1.0 charge o-1 p1 primary captured\n60.0 end")
    assert longest(read, read.orders["o-1"], "USD", 1999).seconds == 0.0
    assert longest(read, read.orders["o-1"], "USD", 1998).amount == 1
    assert longest(read, read.orders["o-1"], "EUR", 0).seconds == 0.0


def test_a_refund_that_was_refused_from_the_start_moves_nothing() -> None:
    """It is no new charge; one that was accepted and failed later brings the money back."""
    story = """
        0.0  arrive  o-1 1999
        1.0  charge  o-1 p1 primary captured took=0
        2.0  refund  p1 r1 1999 {}
        4.0  refund  p1 r1 1999 failed
        11.0 end
    """
    refused, failed = history(story.format("failed")), history(story.format("pending"))
    never = longest(refused, refused.orders["o-1"], "USD", 0)
    again = longest(failed, failed.orders["o-1"], "USD", 0)
    assert (never.seconds, never.amount) == (10.0, 1999)
    assert (again.seconds, again.amount) == (7.0, 1999)
    assert longest(refused, refused.orders["o-1"], "USD", 1999).seconds == 0.0


def test_the_clock_stops_for_channels_that_hold_its_money_only() -> None:
    """An outage of a channel that the order never used gives no time."""
    read = history("""
        0.0  arrive  o-1 1999
        1.0  charge  o-1 p1 primary captured took=0
        2.0  outage  primary down
        3.0  outage  backup down
        5.0  outage  primary up
        9.0  outage  backup up
        11.0 end
    """)
    assert longest(read, read.orders["o-1"], "USD", 0).seconds == pytest.approx(7.0)


def test_a_payment_that_took_nothing_has_no_say_in_the_clock() -> None:
    """Nothing can be given back on the channel where it failed."""
    read = history("""
        0.0  arrive  o-1 1999
        0.5  charge  o-1 p0 backup failed
        1.0  charge  o-1 p1 primary captured took=0
        3.0  outage  backup down
        9.0  outage  backup up
        11.0 end
    """)
    assert longest(read, read.orders["o-1"], "USD", 0).seconds == pytest.approx(10.0)
