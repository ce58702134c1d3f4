"""What came after the payments, counted."""

from __future__ import annotations

from simulator.drills.report.aftermath import Line, lines
from tests.journal.story import history

STORY = """
    0.0  arrive  o-1 1999
    0.1  charge  o-1 p1 primary captured
    0.2  charge  o-1 p2 primary captured
    1.0  refund  p2 r1 1999 pending
    2.0  refund  p2 r1 1999 failed
    3.0  refund  p2 r2 1999 pending
    4.0  lose    p1 1999
    5.0  notice  o-1 duplicate_charge follow_refund
    5.1  notice  o-1 duplicate_charge follow_refund lost
    6.0  charge  o-2 p3 primary captured amount=500
    6.5  lose    p3 500
    7.0  lose    p3 -500
    9.0  found   p1 missing
    9.0  found   p3 missing status=resolved
    9.0  end
"""


def test_everything_is_counted() -> None:
    """Refunds by how they stand, losses, messages, differences."""
    assert lines(history(STORY)) == [
        Line("refunds accepted", 2),
        Line("refunds that came back", 1),
        Line("refunds still on their way", 1),
        Line("payments reversed or disputed", 2, "lost so far: 19.99 USD"),
        Line("disputes won", 1),
        Line("notices to payers", 1, "1 duplicate_charge"),
        Line("notices that did not arrive", 1),
        Line("differences that the shop found in the statement", 2, "1 missing; 1 more cleared up"),
    ]


def test_what_never_happened_is_left_out() -> None:
    """A quiet drill has no such table."""
    assert lines(history("0.1 charge o-1 p1 primary captured\n9.0 end")) == []
