"""retry_rules: try again only when, and only as, it is safe."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

#: The first charge left the merchant in doubt; nothing was charged, but how could it know.
DOUBT = "1.0 charge o-1 - primary - reply=none took=0.9 key=k1\n"
#: The same, and a payment was made.
MADE = "1.0 charge o-1 p1 primary failed reply=none took=0.9 key=k1\n"

SAFE = {
    "one charge": "0.1 charge o-1 p1 primary captured key=k1",
    "a payer presses the button of the gateway's page once more": """
        1.0  charge  o-1 - primary - reply=none took=0.9 page
        2.0  charge  o-1 p1 primary captured page
    """,
    "the same key again": DOUBT + "2.0 charge o-1 p1 primary captured key=k1",
    "the same key again and again": (
        DOUBT
        + """
        2.0  charge  o-1 - primary - reply=504 key=k1
        3.0  charge  o-1 p1 primary captured key=k1
        """
    ),
    "the other channel after an answered replay": (
        MADE
        + """
        2.0  charge  o-1 p1 primary failed replay key=k1 retry=soft
        3.0  charge  o-1 p2 backup captured key=k2
        """
    ),
    "the other channel after a query that showed the end": (
        MADE
        + """
        2.0  query   o-1 primary p1:failed
        3.0  charge  o-1 p2 backup captured key=k2
        """
    ),
    "after a query by payment": (
        MADE
        + """
        2.0  query   o-1 primary p1:failed pay=p1
        3.0  charge  o-1 p2 backup captured key=k2
        """
    ),
    "after the order was closed on that channel": (
        DOUBT
        + """
        2.0  cancel  o-1 primary
        3.0  charge  o-1 p2 backup captured key=k2
        """
    ),
    "after the payment was canceled": (
        "1.0 charge o-1 p1 primary processing took=0.9 key=k1\n"
        """
        2.0  cancel  o-1 primary canceled pay=p1
        3.0  charge  o-1 p2 backup captured key=k2
        """
    ),
    "after a genuine webhook that showed the end": (
        MADE
        + """
        2.0  webhook p1 failed
        2.1  charge  o-1 p2 backup captured key=k2
        """
    ),
    "while that webhook is still being answered": (
        MADE
        + """
        2.2  charge  o-1 p2 backup captured key=k2
        2.5  webhook p1 failed took=0.4
        """
    ),
    "the other channel at once after 503": (
        "0.1 charge o-1 - primary - reply=503 key=k1\n 0.2 charge o-1 p2 backup captured key=k2"
    ),
    "another key after 429": (
        "0.1 charge o-1 - primary - reply=429 key=k1\n 0.9 charge o-1 p2 primary captured key=k2"
    ),
    "parts of a split payment at once": """
        1.0  charge  o-1 p1 primary captured amount=1000 took=0.9 key=k1
        1.0  charge  o-1 p2 backup captured amount=999 took=0.8 key=k2
    """,
    "a confirmation sent again under another key": """
        1.0  charge  o-1 p1 primary failed reply=none took=0.9 key=k1 operation=confirm
        2.0  charge  o-1 p1 primary failed key=k2 operation=confirm retry=soft
    """,
    "a payment that was not confirmed": """
        0.1  charge  o-1 p1 primary created key=k1
        5.0  charge  o-1 p2 primary captured key=k2
    """,
    "a challenge that was canceled first": """
        0.1  charge  o-1 p1 primary requires_action key=k1
        4.0  cancel  o-1 primary closed
        5.0  charge  o-1 p2 backup captured key=k2
    """,
    "a challenge that its payer did not pass": """
        0.1  charge  o-1 p1 primary requires_action key=k1
        3.0  settle  p1 failed
        3.1  webhook p1 failed
        5.0  charge  o-1 p2 primary captured key=k2
    """,
}

UNSAFE = {
    "while the payer may still pass the challenge": """
        0.1  charge  o-1 p1 primary requires_action key=k1
        5.0  charge  o-1 p2 primary captured key=k2
    """,
    "a new key": DOUBT + "2.0 charge o-1 p1 primary captured key=k2",
    "no key": (
        "1.0 charge o-1 - primary - reply=none took=0.9\n 2.0 charge o-1 p1 primary captured"
    ),
    "another channel": DOUBT + "2.0 charge o-1 p1 backup captured key=k1",
    "another channel, and it was refused": DOUBT + "2.0 charge o-1 - backup - reply=503 key=k2",
    "after 500": (
        "0.1 charge o-1 - primary - reply=500 key=k1\n 0.9 charge o-1 p2 backup captured key=k2"
    ),
    "after 502": (
        "0.1 charge o-1 - primary - reply=502 key=k1\n 0.9 charge o-1 p2 backup captured key=k2"
    ),
    "after 504": (
        "0.1 charge o-1 - primary - reply=504 key=k1\n 0.9 charge o-1 p2 backup captured key=k2"
    ),
    "after half an answer": (
        "0.1 charge o-1 p1 primary captured reply=partial key=k1\n"
        "0.9 charge o-1 p2 backup captured key=k2"
    ),
    "after a whole answer that makes no sense": (
        "0.1 charge o-1 p1 primary captured told=- key=k1\n0.9 charge o-1 p2 backup captured key=k2"
    ),
    "after a decline that says to ask first": (
        "0.1 charge o-1 p1 primary failed retry=query key=k1\n"
        "0.9 charge o-1 p2 backup captured key=k2"
    ),
    "while the payment is processing": (
        "0.1 charge o-1 p1 primary processing key=k1\n 0.9 charge o-1 p2 backup captured key=k2"
    ),
    "while the first request is on its way": (
        "5.0 charge o-1 p1 primary captured took=4.9 key=k1\n"
        "2.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a query that found nothing": (
        DOUBT + "2.0 query o-1 primary\n 3.0 charge o-1 p1 backup captured key=k2"
    ),
    "after a query that showed it under way": (
        "1.0 charge o-1 p1 primary processing reply=none took=0.9 key=k1\n"
        "2.0 query o-1 primary p1:processing\n 3.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a query on the other channel": (
        MADE + "2.0 query o-1 backup p1:failed\n 3.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a query whose answer was lost": (
        MADE
        + "2.0 query o-1 primary p1:failed reply=none\n 3.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a cancel that was refused": (
        DOUBT + "2.0 cancel o-1 primary reply=409\n 3.0 charge o-1 p1 backup captured key=k2"
    ),
    "after a cancel on the other channel": (
        DOUBT + "2.0 cancel o-1 backup\n 3.0 charge o-1 p1 backup captured key=k2"
    ),
    "after a forged webhook": (
        MADE + "2.0 webhook p1 failed forged\n 3.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a webhook that ends nothing": (
        MADE + "2.0 webhook p1 processing\n 3.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a replay that was refused": (
        DOUBT
        + """
        2.0  charge  o-1 - primary - reply=409 key=k1
        3.0  charge  o-1 p1 backup captured key=k2
        """
    ),
    "two charges that together are one cent too much": """
        1.0  charge  o-1 p1 primary captured amount=1000 took=0.9 key=k1
        1.0  charge  o-1 p2 backup captured amount=1000 took=0.8 key=k2
    """,
}


@pytest.mark.parametrize("story", SAFE.values(), ids=SAFE)
def test_the_careful_are_not_accused(story: str) -> None:
    """What is conclusive ends the doubt."""
    finding = judge("retry_rules", f"0.0 arrive o-1 1999\n0.0 tell o-1 pending\n{story}\n60.0 end")
    assert finding.valid is True, finding.summary


@pytest.mark.parametrize("story", UNSAFE.values(), ids=UNSAFE)
def test_charging_in_doubt_is_convicted(story: str) -> None:
    """Luck is no excuse."""
    finding = judge("retry_rules", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert finding.valid is False
    assert kinds(finding) == ["charged while an attempt was open"]


def test_without_a_charge_or_a_query_it_is_unknown() -> None:
    """Nobody tried, so nobody retried."""
    assert judge("retry_rules", "0.0 arrive o-1 1999\n60.0 end").valid is None
