"""K: the first moment at which a merchant could know of a capture."""

from __future__ import annotations

from math import inf

import pytest

from simulator.journal.entry import Outage
from simulator.journal.knowledge import Outages
from tests.journal.story import ZERO, history

STORIES = [
    pytest.param(
        """
        0.1  charge   o-1 p1 primary captured took=0.1
        """,
        0.0,
        id="a query would have shown it at once",
    ),
    pytest.param(
        """
        0.0  outage   primary down
        0.1  charge   o-1 p1 primary captured took=0.05 reply=none
        7.0  outage   primary up
        """,
        7.0,
        id="not before the outage ends",
    ),
    pytest.param(
        """
        0.0  outage   primary down
        0.1  charge   o-1 p1 primary captured took=0.05
        7.0  outage   primary up
        """,
        0.1,
        id="a whole reply that says captured",
    ),
    pytest.param(
        """
        0.0  outage   primary down
        0.1  charge   o-1 p1 primary captured took=0.05 told=processing
        7.0  outage   primary up
        """,
        7.0,
        id="a whole reply that says something else proves nothing",
    ),
    pytest.param(
        """
        0.0  outage   primary down
        0.1  charge   o-1 p1 primary captured took=0.05 reply=none
        3.0  webhook  p1 captured status=200
        7.0  outage   primary up
        """,
        3.0,
        id="an acknowledged webhook",
    ),
    pytest.param(
        """
        0.0  outage   primary down
        0.1  charge   o-1 p1 primary captured took=0.05 reply=none
        3.0  webhook  p1 captured status=500
        3.5  webhook  p1 captured status=200 forged
        4.0  webhook  p1 captured status=200 stale
        4.5  webhook  p1 processing status=200
        7.0  outage   primary up
        """,
        7.0,
        id="unacknowledged, forged, stale and other webhooks prove nothing",
    ),
    pytest.param(
        """
        0.0  outage   backup down
        0.1  charge   o-1 p1 primary captured took=0.05 reply=none
        """,
        0.05,
        id="another channel's outage does not matter",
    ),
    pytest.param(
        """
        0.1  charge   o-1 p1 primary captured took=0.1 reply=none
        1.0  query    o-1 primary hit=stale_read
        4.0  query    o-1 primary hit=stale_read
        6.0  query    o-1 primary p1:captured
        """,
        0.0,
        id="falsified queries do not move it; they stop the clock",
    ),
    pytest.param(
        """
        0.1  charge   o-1 p1 primary captured took=0.1 reply=none
        1.0  query    o-1 primary hit=stale_read
        2.0  query    o-1 primary p1:captured
        4.0  query    o-1 primary hit=stale_read
        """,
        0.0,
        id="falsified queries around one that told the truth do not move it either",
    ),
    pytest.param(
        """
        0.1  charge   o-1 p1 primary captured took=0.1 reply=none
        4.0  query    o-1 primary hit=slow p1:captured
        """,
        0.0,
        id="a slow query that showed it was not falsified",
    ),
    pytest.param(
        """
        0.1  charge   o-1 p1 primary captured took=0.1 reply=none
        4.0  query    o-1 primary hit=stale_read pay=p0
        5.0  query    o-1 backup hit=stale_read
        6.0  query    o-1 primary
        """,
        0.0,
        id="queries about other things, and empty ones that nothing hit, hide nothing",
    ),
    pytest.param(
        """
        0.0  outage   primary down
        0.1  charge   o-1 p1 primary captured took=0.05 reply=none
        2.0  refund   p1 r1 500 succeeded
        7.0  outage   primary up
        """,
        2.0,
        id="who refunds it knows of it",
    ),
    pytest.param(
        """
        0.0  outage   primary down
        0.1  charge   o-1 p1 primary captured took=0.05 reply=none
        """,
        inf,
        id="never, if the channel stays down",
    ),
    pytest.param(
        """
        0.1  charge   o-1 p1 primary processing took=0.1 told=failed
        6.0  settle   p1 captured
        """,
        6.0,
        id="a late capture not before it happens",
    ),
]


@pytest.mark.parametrize(("story", "seconds"), STORIES)
def test_k_of_a_capture(story: str, seconds: float) -> None:
    """Reply, webhook, or a query that need not have been made: the earliest counts."""
    read = history(f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    (capture,) = read.orders["o-1"].payments[0].captures
    assert capture.known == pytest.approx(ZERO + seconds)


CAPTURED = "0.1 charge o-1 p1 primary captured took=0.1 reply=none\n"

BLIND = [
    pytest.param("", [], id="nobody asked"),
    pytest.param(
        "1.0 query o-1 primary hit=stale_read took=0.5", [(0.5, 1.0)], id="a falsified answer"
    ),
    pytest.param(
        "1.0 query o-1 primary hit=hang reply=none took=1\n"
        "2.0 query o-1 primary hit=rate_limited reply=429 took=0.5\n",
        [(0.0, 2.0)],
        id="two answers kept back, the second soon after the first",
    ),
    pytest.param(
        "1.0 query o-1 primary hit=stale_read took=0.5\n"
        "6.4 query o-1 primary hit=stale_read took=0.5\n"
        "12.0 query o-1 primary hit=stale_read took=0.5\n",
        [(0.5, 6.4), (11.5, 12.0)],
        id="five seconds are looking in vain, more are idleness",
    ),
    pytest.param(
        "1.0 query o-1 primary hit=slow took=0.9 reply=none\n 2.0 query o-1 primary hit=slow",
        [],
        id="a delay hides nothing",
    ),
    pytest.param(
        "1.0 query o-1 primary hit=stale_read took=0.5\n"
        "2.0 query o-1 primary p1:captured\n"
        "3.0 query o-1 primary hit=stale_read took=0.5\n",
        [(0.5, 2.0)],
        id="not after the merchant was told",
    ),
    pytest.param(
        "1.0 query o-1 primary\n 2.0 query o-1 backup hit=stale_read\n"
        "3.0 query o-1 primary hit=stale_read pay=p0\n",
        [],
        id="queries about other things, and those that nothing hit",
    ),
]


@pytest.mark.parametrize(("story", "spans"), BLIND)
def test_stretches_in_which_a_merchant_was_blinded(
    story: str, spans: list[tuple[float, float]]
) -> None:
    """Faults excuse who looked, and only for as long as they hid what was to be seen."""
    read = history(f"0.0 arrive o-1 1999\n{CAPTURED}{story}\n60.0 end")
    found = read.orders["o-1"].payments[0].blind
    seconds = [(start - ZERO, end - ZERO) for start, end in found]
    assert seconds == [pytest.approx(span) for span in spans]


def test_k_of_a_terminal_state_that_is_no_capture() -> None:
    """A decline that nobody was told is known once a query would show it."""
    read = history("""
        0.0  arrive   o-1 1999
        0.0  outage   primary down
        0.1  charge   o-1 p1 primary failed took=0.05 reply=none
        4.0  outage   primary up
        60.0 end
    """)
    assert read.orders["o-1"].payments[0].settled_known == ZERO + 4.0


def _outages(*spans: tuple[str, float, str]) -> Outages:
    outages = Outages()
    for channel, at, state in spans:
        line = Outage(source="gateway", wall=0.0, mono=at, channel=channel, state=state, rule="r")
        outages.add(line)
    return outages


def test_the_clock_stands_still_while_a_channel_is_down() -> None:
    """Overlapping outages of several channels count once; an open one lasts."""
    outages = _outages(
        ("primary", 10.0, "down"),
        ("backup", 12.0, "down"),
        ("primary", 15.0, "up"),
        ("backup", 18.0, "up"),
        ("primary", 30.0, "down"),
    )
    assert outages.running(["primary"], 0.0, 20.0) == 15.0
    assert outages.running(["primary", "backup"], 0.0, 20.0) == 12.0
    assert outages.running(["backup", "backup"], 13.0, 20.0) == 2.0
    assert outages.running(["primary"], 11.0, 14.0) == 0.0
    assert outages.running(["primary"], 20.0, 100.0) == 10.0
    assert outages.running(["other"], 5.0, 8.0) == 3.0
    assert outages.running(["primary"], 8.0, 5.0) == 0.0
    assert outages.running(["primary"], 0.0, 20.0, but=[(1.0, 3.0), (14.0, 16.0)]) == 12.0


def test_a_second_down_line_does_not_cut_an_outage_short() -> None:
    """Two rules may hold one channel down; it is up when the gateway says so."""
    outages = _outages(("primary", 1.0, "down"), ("primary", 2.0, "down"), ("primary", 5.0, "up"))
    assert outages.of("primary") == ((1.0, 5.0),)
    assert (outages.reachable("primary", 3.0), outages.reachable("primary", 5.0)) == (5.0, 5.0)
