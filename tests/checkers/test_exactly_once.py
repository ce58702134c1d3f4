"""exactly_once: nobody is charged more than the price of the order."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

GOOD = {
    "paid once": """
        0.1  charge  o-1 p1 primary captured
    """,
    "not charged at all": "0.1  charge  o-1 p1 primary failed",
    "split tender over two channels": """
        0.1  charge  o-1 p1 primary captured amount=1000
        0.2  charge  o-1 p2 backup captured amount=999
    """,
    "an authorization beside a capture is no charge": """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 backup authorized
    """,
    "a duplicate that was refunded in time": """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured
        9.0  refund  p2 r1 1999 succeeded
    """,
    "exactly at refund_within": """
        0.1  charge  o-1 p1 primary captured
        1.1  charge  o-1 p2 primary captured took=0
        16.1 refund  p2 r1 1999 succeeded
    """,
    "an accepted refund that stays pending": """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured
        9.0  refund  p2 r1 1999 pending
    """,
    "a failed refund starts the clock again": """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured
        10.0 refund  p2 r1 1999 pending
        20.0 refund  p2 r1 1999 failed
        34.0 refund  p2 r2 1999 succeeded
    """,
    "the clock waits for the end of an outage": """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured took=0 reply=none
        0.3  outage  primary down
        20.3 outage  primary up
        35.1 refund  p2 r1 1999 succeeded
    """,
    "a second order of a second try, and one charge": """
        0.1  charge  o-1 p1 primary failed
        0.5  charge  o-1 p2 primary captured ref=o-1-2
        50.0 row     o-1 failed 1999 ids=p1
        50.0 row     o-1-2 paid 1999 ids=p2
    """,
    "booked in another currency, and charged as ordered": """
        0.1  charge  o-1 p1 primary captured
        50.0 row     o-1 paid 1800 cur=EUR
    """,
    "a refund that was refused from the start is no charge": """
        0.1  charge  o-1 p1 primary captured
        1.0  refund  p1 r1 1999 failed
    """,
    "blinded by falsified answers while it looked": """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured took=0 reply=none
        3.2  query   o-1 primary hit=stale_read took=3
        8.2  query   o-1 primary hit=stale_read took=3
        23.1 refund  p2 r1 1999 succeeded
    """,
    "a late capture is known only when it happens": """
        0.1  charge  o-1 p1 primary processing
        0.2  charge  o-1 p2 backup captured
        30.0 settle  p1 captured
        44.0 refund  p1 r1 1999 succeeded
    """,
}

BAD = {
    "charged twice and kept": (
        """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 backup captured
        """,
        "charged too much at the end",
    ),
    "one minor unit too much": (
        "0.1  charge  o-1 p1 primary captured amount=2000",
        "charged too much at the end",
    ),
    "charged in another currency": (
        "0.1  charge  o-1 p1 primary captured amount=1 cur=EUR",
        "charged too much at the end",
    ),
    "charged for as many orders as there were tries": (
        """
        0.1  charge  o-1 p1 primary captured
        0.5  charge  o-1 p2 primary captured ref=o-1-2
        50.0 row     o-1 paid 1999 ids=p1
        50.0 row     o-1-2 paid 1999 ids=p2
        """,
        "charged too much at the end",
    ),
    "the same, under references of the merchant's own": (
        """
        0.1  charge  o-1 p1 primary captured ref=abc
        0.5  charge  o-1 p2 primary captured ref=def
        50.0 row     o-1 paid 1999 ids=p1
        50.0 row     o-1_2 paid 1999 ids=p2
        """,
        "charged too much at the end",
    ),
    "charged and booked in another currency": (
        """
        0.1  charge  o-1 p1 primary captured amount=1800 cur=EUR
        50.0 row     o-1 paid 1800 cur=EUR
        """,
        "charged too much at the end",
    ),
    "idle, but for one question at the end that a fault hid": (
        """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured took=0 reply=none
        40.0 query   o-1 primary hit=stale_read
        41.0 refund  p2 r1 1999 succeeded
        """,
        "refunded too late",
    ),
    "idle, and its one question was slow": (
        """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured took=0 reply=none
        12.0 query   o-1 primary hit=slow took=9
        24.0 refund  p2 r1 1999 succeeded
        """,
        "refunded too late",
    ),
    "a gateway that started again was not down any more": (
        """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured took=0
        0.3  outage  primary down
        5.0  boot
        30.0 refund  p2 r1 1999 succeeded
        """,
        "refunded too late",
    ),
    "the channel of a payment that failed was down": (
        """
        0.1  charge  o-1 p0 backup failed
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured took=0
        0.3  outage  backup down
        30.0 outage  backup up
        31.0 refund  p2 r1 1999 succeeded
        """,
        "refunded too late",
    ),
    "refunded a moment too late": (
        """
        0.1  charge  o-1 p1 primary captured
        1.1  charge  o-1 p2 primary captured took=0
        16.2 refund  p2 r1 1999 succeeded
        """,
        "refunded too late",
    ),
    "the only refund failed": (
        """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured
        9.0  refund  p2 r1 1999 pending
        9.5  refund  p2 r1 1999 failed
        """,
        "charged too much at the end",
    ),
    "refunded in part": (
        """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured
        1.0  refund  p2 r1 1998 succeeded
        """,
        "charged too much at the end",
    ),
    "a changed reference hides nothing": (
        """
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured ref=o-1_2
        """,
        "charged too much at the end",
    ),
}


@pytest.mark.parametrize("story", GOOD.values(), ids=GOOD)
def test_the_innocent_are_not_accused(story: str) -> None:
    """Money counts, not payments; limits are inclusive."""
    finding = judge("exactly_once", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert (finding.valid, finding.count, finding.examples) == (True, 1, ())


@pytest.mark.parametrize(("story", "kind"), BAD.values(), ids=BAD)
def test_the_guilty_are_convicted(story: str, kind: str) -> None:
    """Each with the order and what happened to it."""
    finding = judge("exactly_once", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert finding.valid is False
    assert kinds(finding) == [kind]
    assert finding.examples[0]["order"] == "o-1"
    assert finding.examples[0]["timeline"]


def test_the_limit_is_a_parameter() -> None:
    """A scenario may ask for faster refunds."""
    story = """
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 primary captured
        9.0  refund  p2 r1 1999 succeeded
        60.0 end
    """
    assert judge("exactly_once", story, refund_within="10s").valid is True
    assert judge("exactly_once", story, refund_within="5s").valid is False


def test_money_that_moves_after_judge_time_does_not_count() -> None:
    """J is when the order book was read."""
    story = """
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured
        60.0 end
        61.0 charge  o-1 p2 primary captured
    """
    assert judge("exactly_once", story).valid is True


def test_without_orders_nothing_is_known() -> None:
    """Zero orders examined is unknown, never true."""
    finding = judge("exactly_once", "0.0 phase baseline\n9.0 end")
    assert (finding.valid, finding.count) == (None, 0)


def test_the_worst_order_comes_first() -> None:
    """A reader sees the largest sum at once."""
    story = """
        0.0  arrive  o-1 100
        0.0  arrive  o-2 100
        0.1  charge  o-1 p1 primary captured amount=150
        0.1  charge  o-2 p2 primary captured amount=900
        60.0 end
    """
    finding = judge("exactly_once", story)
    assert [example["order"] for example in finding.examples] == ["o-2", "o-1"]
    assert "2 charged too much at the end (of 2 examined)" in finding.summary
    assert "8.00 USD" in finding.summary
