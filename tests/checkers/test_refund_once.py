"""refund_once: one reason, one refund."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

CHARGED = "0.1 charge o-1 p1 primary captured\n"
TWICE = CHARGED + "0.2 charge o-1 p2 backup captured\n"
TOO_MUCH = "0.1 charge o-1 p1 primary captured amount=2500\n"

GOOD = {
    "a duplicate refunded once": TWICE + "1.0 refund p2 r1 1999 succeeded\n 9.0 row o-1 paid 1999",
    "a failed order refunded once": CHARGED
    + "1.0 refund p1 r1 1999 pending\n 9.0 row o-1 failed 1",
    "a second refund after the first failed": (
        TWICE
        + """
        1.0  refund  p2 r1 1999 pending
        2.0  refund  p2 r1 1999 failed
        3.0  refund  p2 r2 1999 succeeded
        9.0  row     o-1 paid 1999
        """
    ),
    "two charges of a failed order, one refund each": (
        TWICE
        + """
        1.0  refund  p1 r1 1999 succeeded
        1.0  refund  p2 r2 1999 succeeded
        9.0  row     o-1 failed 1999
        """
    ),
    "an excess in two parts": (
        TOO_MUCH
        + """
        1.0  refund  p1 r1 500 succeeded
        1.1  refund  p1 r2 1 succeeded
        9.0  row     o-1 paid 1999
        """
    ),
    "two refunds of goods, and the book knows": (
        CHARGED
        + """
        1.0  refund  p1 r1 300 succeeded
        5.0  refund  p1 r2 200 succeeded
        9.0  row     o-1 paid 1999 refunded=500
        """
    ),
    "a fulfilled order that was returned": (
        CHARGED + "1.0 refund p1 r1 1999 succeeded\n 9.0 row o-1 refunded 1999 fulfilled=1"
    ),
}

BAD = {
    "both of two charges went back": (
        TWICE
        + """
        1.0  refund  p1 r1 1999 succeeded
        1.1  refund  p2 r2 1999 succeeded
        9.0  row     o-1 paid 1999
        """
    ),
    "the excess went back twice under two references": (
        TOO_MUCH
        + """
        1.0  refund  p1 r1 501 succeeded
        1.1  refund  p1 r2 501 succeeded
        9.0  row     o-1 paid 1999 refunded=501
        """
    ),
    "a cent more than the excess": (
        TOO_MUCH
        + """
        1.0  refund  p1 r1 501 succeeded
        1.1  refund  p1 r2 1 pending
        9.0  row     o-1 paid 1999
        """
    ),
    "the second refund of goods is not in the book": (
        CHARGED
        + """
        1.0  refund  p1 r1 300 succeeded
        1.1  refund  p1 r2 300 succeeded
        9.0  row     o-1 paid 1999 refunded=300
        """
    ),
}


@pytest.mark.parametrize("story", GOOD.values(), ids=GOOD)
def test_the_innocent_are_not_accused(story: str) -> None:
    """Each refund has a reason of its own."""
    finding = judge("refund_once", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert (finding.valid, finding.count) == (True, 1), finding.summary


@pytest.mark.parametrize("story", BAD.values(), ids=BAD)
def test_the_guilty_are_convicted(story: str) -> None:
    """The shop served for less than its price."""
    finding = judge("refund_once", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert finding.valid is False
    assert kinds(finding) == ["refunded more than once"]


@pytest.mark.parametrize("end", ["9.0 row o-1 paid 1999", "9.0 nobook gone"])
def test_without_refunds_or_without_a_book_it_is_unknown(end: str) -> None:
    """Nothing was examined."""
    assert judge("refund_once", f"0.0 arrive o-1 1999\n{CHARGED}{end}").valid is None
