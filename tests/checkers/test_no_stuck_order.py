"""no_stuck_order: what the gateway has decided, the shop decides too."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge

GOOD = {
    "decided": "0.1 charge o-1 p1 primary captured\n 50.0 row o-1 paid 1999",
    "pending while the payment is": """
        0.1  charge  o-1 p1 primary processing
        50.0 row     o-1 pending 1999
    """,
    "pending while one of two payments is": """
        0.1  charge  o-1 p1 primary failed
        0.2  charge  o-1 p2 backup authorized
        50.0 row     o-1 pending 1999
    """,
    "decided exactly `within` before the end": """
        50.0 charge  o-1 p1 primary captured took=0
        51.0 row     o-1 pending 1999
    """,
    "could not be known before the outage ended": """
        0.1  charge  o-1 p1 primary captured reply=none
        0.2  outage  primary down
        51.0 outage  primary up
        52.0 row     o-1 pending 1999
    """,
    "a decline that falsified answers hid from it": """
        43.0 charge  o-1 p1 primary failed reply=none
        44.0 query   o-1 primary hit=stale_read
        48.0 query   o-1 primary hit=stale_read
        51.0 query   o-1 primary hit=stale_read
        52.0 row     o-1 pending 1999
    """,
    "the other try is decided too": """
        0.1  charge  o-1 p1 primary captured
        50.0 row     o-1 failed 1999
        50.0 row     o-1-2 paid 1999
    """,
    "without a payment, but an exchange just ended": """
        55.0 charge  o-1 - primary - reply=none took=5
        59.0 row     o-1 pending 1999
    """,
}

BAD = {
    "captured and pending": """
        0.1  charge  o-1 p1 primary captured
        50.0 row     o-1 pending 1999
    """,
    "declined and pending": """
        0.1  charge  o-1 p1 primary failed
        50.0 row     o-1 pending 1999
    """,
    "decided a moment longer than `within`": """
        49.9 charge  o-1 p1 primary captured took=0
        51.0 row     o-1 pending 1999
    """,
    "one of two tries": """
        0.1  charge  o-1 p1 primary captured
        50.0 row     o-1 pending 1999
        50.0 row     o-1-2 paid 1999
    """,
    "a decline, and it asked once, in vain": """
        43.0 charge  o-1 p1 primary failed reply=none
        44.0 query   o-1 primary hit=stale_read
        52.0 row     o-1 pending 1999
    """,
    "no payment was ever made": """
        5.0  charge  o-1 - primary - reply=none took=5
        50.0 row     o-1 pending 1999
    """,
    "the shop never reached the gateway": """
        0.2  tell    o-1 pending
        50.0 row     o-1 pending 1999
    """,
    "a shop without a book is taken at its last word": """
        0.1  charge  o-1 p1 primary captured
        0.2  tell    o-1 paid
        0.3  tell    o-1 pending request=poll
        50.0 nobook  unreachable
    """,
}


@pytest.mark.parametrize("story", GOOD.values(), ids=GOOD)
def test_the_innocent_are_not_accused(story: str) -> None:
    """Waiting is right while there is something to wait for."""
    assert judge("no_stuck_order", f"0.0 arrive o-1 1999\n{story}\n60.0 end").valid is True


@pytest.mark.parametrize("story", BAD.values(), ids=BAD)
def test_the_guilty_are_convicted(story: str) -> None:
    """An order must not wait for ever."""
    finding = judge("no_stuck_order", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert finding.valid is False
    assert "o-1 is pending" in finding.summary


def test_the_limit_is_a_parameter() -> None:
    """A scenario may be more patient."""
    story = (
        "0.0 arrive o-1 5\n 0.1 charge o-1 p1 primary captured\n 9.0 row o-1 pending 5\n 20.0 end"
    )
    assert judge("no_stuck_order", story, within="30s").valid is True
    assert judge("no_stuck_order", story, within="5s").valid is False


def test_with_nobody_s_word_it_is_unknown() -> None:
    """No book, no answers: nothing to examine."""
    assert judge("no_stuck_order", "0.0 arrive o-1 5\n 9.0 nobook gone\n 20.0 end").valid is None
