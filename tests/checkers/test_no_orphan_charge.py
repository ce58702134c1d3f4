"""no_orphan_charge: money that came for nothing goes back in time."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

ARRIVE = "0.0 arrive o-1 1999\n"

GOOD = {
    "fulfilled": """
        0.1  charge  o-1 p1 primary captured
        50.0 row     o-1 paid 1999
    """,
    "fulfilled late is fulfilled": """
        0.1  charge  o-1 p1 primary captured reply=none
        50.0 row     o-1 paid 1999
    """,
    "failed and never charged": """
        0.1  charge  o-1 p1 primary failed
        50.0 row     o-1 failed 1999
    """,
    "refunded exactly in time": """
        1.0  charge  o-1 p1 primary captured took=0
        16.0 refund  p1 r1 1999 succeeded
        50.0 row     o-1 failed 1999
    """,
    "a pending refund discharges": """
        1.0  charge  o-1 p1 primary captured
        9.0  refund  p1 r1 1999 pending
        50.0 row     o-1 failed 1999
    """,
    "a failed refund starts the clock again": """
        1.0  charge  o-1 p1 primary captured
        9.0  refund  p1 r1 1999 pending
        20.0 refund  p1 r1 1999 failed
        35.0 refund  p1 r2 1999 pending
        50.0 row     o-1 failed 1999
    """,
    "a late charge counts from when it happened": """
        0.1  charge  o-1 p1 primary processing told=failed
        40.0 settle  p1 captured
        54.0 refund  p1 r1 1999 succeeded
        55.0 row     o-1 failed 1999
    """,
    "an outage stops the clock": """
        0.1  charge  o-1 p1 primary captured reply=none
        0.5  outage  primary down
        30.0 outage  primary up
        43.0 refund  p1 r1 1999 succeeded
        50.0 row     o-1 failed 1999
    """,
    "charged so shortly before the end that there is still time": """
        50.0 charge  o-1 p1 primary captured
        59.0 row     o-1 pending 1999
    """,
    "a second order of a second try that was fulfilled": """
        0.1  charge  o-1 p1 primary captured ref=o-1-2
        50.0 row     o-1 failed 1999
        50.0 row     o-1-2 paid 1999
    """,
    "an order that nobody placed and nobody was charged for": """
        0.1  charge  o-1 p1 primary captured
        50.0 row     o-1 paid 1999
        50.0 row     o-7 paid 1999
    """,
    "an authorization is no charge": """
        0.1  charge  o-1 p1 primary authorized
        50.0 row     o-1 pending 1999
    """,
}

BAD = {
    "charged and told failed": (
        """
        0.1  charge  o-1 p1 primary captured reply=none
        50.0 row     o-1 failed 1999
        """,
        "charged and never fulfilled",
    ),
    "paid and never fulfilled": (
        """
        0.1  charge  o-1 p1 primary captured
        50.0 row     o-1 paid 1999 fulfilled=0
        """,
        "charged and never fulfilled",
    ),
    "refunded a moment too late": (
        """
        1.0  charge  o-1 p1 primary captured took=0
        16.1 refund  p1 r1 1999 succeeded
        50.0 row     o-1 failed 1999
        """,
        "unfulfilled and refunded too late",
    ),
    "refunded, all but one cent": (
        """
        1.0  charge  o-1 p1 primary captured
        2.0  refund  p1 r1 1998 succeeded
        50.0 row     o-1 failed 1999
        """,
        "charged and never fulfilled",
    ),
    "the refund failed and none came after it": (
        """
        1.0  charge  o-1 p1 primary captured
        2.0  refund  p1 r1 1999 pending
        3.0  refund  p1 r1 1999 failed
        50.0 row     o-1 failed 1999
        """,
        "charged and never fulfilled",
    ),
    "missing from the order book": (
        """
        0.1  charge  o-1 p1 primary captured
        50.0 row     o-2 failed 5
        """,
        "charged and missing from the order book",
    ),
    "without any order": (
        """
        0.1  charge  - p1 primary captured ref=o-12
        50.0 row     o-1 failed 1999
        """,
        "charged without any order",
    ),
    "for an order that no shopper placed, however fulfilled": (
        """
        0.1  charge  - p1 primary captured ref=o-12
        50.0 row     o-1 failed 1999
        50.0 row     o-12 paid 1999 ids=p1
        """,
        "charged for an order that nobody placed",
    ),
    "a late charge that nobody looked for": (
        """
        0.1  charge  o-1 p1 primary processing told=failed
        6.0  settle  p1 captured
        50.0 row     o-1 failed 1999
        """,
        "charged and never fulfilled",
    ),
}


@pytest.mark.parametrize("story", GOOD.values(), ids=GOOD)
def test_the_innocent_are_not_accused(story: str) -> None:
    """What was fulfilled, refunded in time, or is still in time is no orphan."""
    assert judge("no_orphan_charge", f"{ARRIVE}{story}\n60.0 end").valid is True


@pytest.mark.parametrize(("story", "kind"), BAD.values(), ids=BAD)
def test_the_guilty_are_convicted(story: str, kind: str) -> None:
    """The kind says where the money was left."""
    finding = judge("no_orphan_charge", f"{ARRIVE}{story}\n60.0 end")
    assert finding.valid is False
    assert kinds(finding) == [kind]


def test_without_an_order_book_it_is_unknown() -> None:
    """Nobody knows what was fulfilled."""
    story = f"{ARRIVE}0.1 charge o-1 p1 primary captured\n50.0 nobook unreachable\n60.0 end"
    finding = judge("no_orphan_charge", story)
    assert finding.valid is None
    assert "unreachable" in finding.summary
