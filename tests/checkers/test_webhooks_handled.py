"""webhooks_handled: what a merchant did on events that were false, old, late or there before."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

PAID = "0.0 arrive o-1 1999\n 0.1 charge o-1 p1 primary captured\n"
FAILED = "0.0 arrive o-1 1999\n 0.1 charge o-1 p1 primary failed\n"
LOST = "0.0 arrive o-1 1999\n 0.1 charge o-1 p1 primary captured reply=none told=-\n"
LIE = "0.5 webhook lie captured forged order=o-1\n"
ONCE = "0.5 webhook p1 captured\n"
TWICE = ONCE + "0.6 webhook p1 captured\n"
LATE = "0.0 arrive o-1 1999\n 0.1 charge o-1 p1 primary processing\n 1.0 settle p1 captured\n"
ROW = "20.0 row o-1 paid 1999\n"


def found(story: str, **parameters: object) -> bool | None:
    """What the checker says."""
    return judge("webhooks_handled", f"{story}30.0 end", **parameters).valid


@pytest.mark.parametrize(
    ("story", "valid"),
    [
        pytest.param(PAID + ONCE + ROW, True, id="a plain event"),
        pytest.param(PAID + ROW, None, id="no event"),
        pytest.param(PAID + "0.5 webhook p1 captured refused\n" + ROW, None, id="nobody listened"),
        pytest.param(PAID + ONCE, None, id="no order book"),
        pytest.param(PAID + ONCE + "20.0 nobook unreachable\n", None, id="unreadable order book"),
    ],
)
def test_something_has_to_be_delivered_and_seen(story: str, valid: bool | None) -> None:
    """Without an event, or without the orders, nothing is known."""
    assert found(story) is valid


@pytest.mark.parametrize(
    ("story", "valid"),
    [
        pytest.param(FAILED + LIE + "20.0 row o-1 failed 1999\n", True, id="not believed"),
        pytest.param(FAILED + LIE + ROW, False, id="believed"),
        pytest.param(
            FAILED + LIE + "20.0 row o-1 refunded 1999 fulfilled=1\n", False, id="fulfilled by it"
        ),
        pytest.param(
            FAILED + "0.2 tell o-1 paid\n" + LIE + ROW, True, id="told paid before it came"
        ),
        pytest.param(FAILED + LIE + "0.9 tell o-1 paid\n" + ROW, False, id="told paid after it"),
        pytest.param(PAID + LIE + ROW, True, id="there is real money"),
        pytest.param(PAID + LIE + "20.0 row o-1 paid 1999 ids=p1\n", True, id="lists the real one"),
        pytest.param(
            PAID + LIE + "20.0 row o-1 paid 1999 ids=p1,lie\n", False, id="lists the forged one"
        ),
        pytest.param(
            FAILED + LIE.replace("captured", "captured refused") + ROW + "5.0 webhook p1 failed\n",
            True,
            id="a forgery that nobody took",
        ),
    ],
)
def test_forged_events(story: str, valid: bool) -> None:
    """A signature that does not fit proves nothing, whatever the event says."""
    assert found(story) is valid


@pytest.mark.parametrize(
    ("story", "valid"),
    [
        pytest.param(PAID + TWICE + ROW, True, id="once"),
        pytest.param(PAID + TWICE + "20.0 row o-1 paid 1999 fulfilled=2\n", False, id="twice"),
        pytest.param(
            PAID + ONCE + "20.0 row o-1 paid 1999 fulfilled=2\n", True, id="for another reason"
        ),
        pytest.param(
            PAID
            + "0.3 charge o-1 p2 backup captured\n"
            + TWICE
            + "20.0 row o-1 paid 1999 fulfilled=2\n",
            True,
            id="once for each payment",
        ),
        pytest.param(PAID + TWICE + "20.0 row o-1 paid 1999 ids=p1\n", True, id="listed once"),
        pytest.param(PAID + TWICE + "20.0 row o-1 paid 1999 ids=p1,p1\n", False, id="listed twice"),
        pytest.param(
            PAID + "0.5 webhook p1 captured stale\n0.6 webhook p1 captured\n"
            "20.0 row o-1 paid 1999 fulfilled=2\n",
            False,
            id="one of the two is stale",
        ),
    ],
)
def test_repeated_events_and_fulfilment(story: str, valid: bool) -> None:
    """Delivered at least once, acted upon once."""
    assert found(story) is valid


EXTRA = (
    "0.0 arrive o-1 1999\n 0.1 charge o-1 p1 primary captured\n"
    "0.2 charge o-1 p2 primary captured amount=3000\n"
)
BACK = "0.55 refund p2 f1 1500 succeeded\n {at} refund p2 f2 1500 succeeded\n"
KEPT = "20.0 row o-1 paid 1999 refunded=3000\n"


@pytest.mark.parametrize(
    ("story", "valid"),
    [
        pytest.param(EXTRA + BACK.format(at=0.7), True, id="all that was owed"),
        pytest.param(
            EXTRA + BACK.format(at=0.7) + "0.8 refund p1 f3 500 succeeded\n", False, id="too much"
        ),
        pytest.param(
            EXTRA + BACK.format(at=0.56) + "0.57 refund p1 f3 500 succeeded\n",
            True,
            id="too much, before the second copy came",
        ),
    ],
)
def test_repeated_events_and_refunds(story: str, valid: bool) -> None:
    """What is given back too much after the second copy is its doing."""
    copies = "0.5 webhook p2 captured\n 0.6 webhook p2 captured\n"
    assert found(story + copies + KEPT.replace("3000", "0")) is valid


@pytest.mark.parametrize(("counted", "valid"), [("1999", True), ("3998", False), ("2500", True)])
def test_a_refund_is_counted_once(counted: str, valid: bool) -> None:
    """One refund whose event came twice is booked once; another difference has another reason."""
    story = (
        f"{PAID}0.5 refund p1 f1 1999 succeeded\n"
        "0.6 webhook p1 refund.succeeded refund=f1\n"
        "0.7 webhook p1 refund.succeeded refund=f1\n"
        f"20.0 row o-1 refunded 1999 refunded={counted}\n"
    )
    assert found(story) is valid


@pytest.mark.parametrize(
    ("story", "valid"),
    [
        pytest.param(
            LATE + "1.1 webhook p1 captured\n 2.0 webhook p1 processing\n" + ROW, True, id="newest"
        ),
        pytest.param(
            LATE + "1.1 webhook p1 captured\n 2.0 webhook p1 processing\n"
            "20.0 row o-1 pending 1999\n",
            False,
            id="the older one undid it",
        ),
        pytest.param(
            LATE + "1.1 webhook p1 processing\n 2.0 webhook p1 captured\n"
            "20.0 row o-1 pending 1999\n",
            True,
            id="in order, and stuck for another reason",
        ),
        pytest.param(
            LATE + "1.1 webhook p1 captured\n 2.0 webhook p1 processing status=409\n"
            "20.0 row o-1 pending 1999\n",
            True,
            id="the older one was refused",
        ),
        pytest.param(
            LATE + "1.1 webhook p1 captured\n 2.0 webhook p1 processing\n"
            "20.0 row o-1 failed 1999\n",
            True,
            id="wrong, and not what the older one says",
        ),
        pytest.param(
            PAID + "0.5 refund p1 f1 1999 succeeded\n 0.6 webhook p1 refund.succeeded\n"
            "0.7 webhook p1 captured\n" + ROW,
            False,
            id="paid again after the refund",
        ),
    ],
)
def test_events_out_of_order(story: str, valid: bool) -> None:
    """News that is older than what is known is no news."""
    assert found(story) is valid


@pytest.mark.parametrize(
    ("story", "valid"),
    [
        pytest.param(LOST + "0.5 webhook p1 captured stale\n" + ROW, False, id="all that told"),
        pytest.param(LOST + "0.5 webhook p1 captured stale status=400\n" + ROW, True, id="refused"),
        pytest.param(
            LOST + "0.5 webhook p1 captured stale\n 0.7 query o-1 primary p1:captured\n" + ROW,
            True,
            id="a query told it too",
        ),
        pytest.param(
            LOST + "0.5 webhook p1 captured stale status=400\n 1.5 webhook p1 captured\n" + ROW,
            True,
            id="the next try was fresh",
        ),
        pytest.param(
            LOST + "0.5 webhook p1 captured stale\n20.0 row o-1 pending 1999\n",
            True,
            id="acknowledged and not acted upon",
        ),
        pytest.param(PAID + "0.5 webhook p1 captured stale\n" + ROW, True, id="the reply told it"),
    ],
)
def test_stale_events(story: str, valid: bool) -> None:
    """An old timestamp is how a replayed event looks, right signature or not."""
    assert found(story) is valid


def tries(*words: str) -> str:
    """Tries of one event with these ends."""
    rows = (f"{n + 1}.0 webhook p1 captured {end} try={n + 1}" for n, end in enumerate(words))
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("ends", "valid"),
    [
        pytest.param(["status=500", "status=500", "status=500"], False, id="refused to the end"),
        pytest.param(["status=0", "status=0", "status=0"], False, id="silence to the end"),
        pytest.param(["status=500", "status=500", "status=200"], True, id="taken at last"),
        pytest.param(["status=500", "status=500"], True, id="the run was over too soon"),
        pytest.param(["status=500", "refused", "refused", "status=500"], True, id="was not there"),
        pytest.param(["stale status=400"] * 4, True, id="stale tries are refused with reason"),
        pytest.param(["stale status=400"] + ["status=401"] * 3, False, id="fresh ones are not"),
    ],
)
def test_genuine_events_are_acknowledged(ends: list[str], valid: bool) -> None:
    """Three tries that arrive are enough to say yes once."""
    assert found(PAID + tries(*ends) + ROW) is valid


def test_how_many_tries_are_enough_can_be_said() -> None:
    """A gateway that gives up sooner counts sooner."""
    story = PAID + tries("status=500", "status=500") + ROW
    assert found(story) is True
    assert found(story, tries=2) is False


def test_an_event_that_was_never_acknowledged_needs_no_order_book() -> None:
    """The gateway knows that by itself."""
    story = PAID + tries(*["status=500"] * 3)
    assert found(story + "20.0 nobook unreachable\n") is False
    assert found(story) is False


def test_each_kind_is_told_apart() -> None:
    """Counts by kind, and the words of the worst."""
    story = f"""
        {FAILED}{LIE}{ROW}
        0.0 arrive o-2 500
        0.1 charge o-2 q1 primary captured amount=500
        0.5 webhook q1 captured
        0.6 webhook q1 captured
        20.0 row o-2 paid 500 fulfilled=2
        30.0 end
    """
    finding = judge("webhooks_handled", story)
    assert finding.count == 3
    assert kinds(finding) == [
        "orders changed by a forged event",
        "orders changed by a repeated event",
    ]
    assert "o-1 is paid by a forged payment.captured" in finding.summary


def test_the_good_are_told_what_they_stood() -> None:
    """A pass says how much of what was there to get wrong."""
    story = PAID + LIE + TWICE + "0.7 webhook p1 captured stale\n" + ROW
    finding = judge("webhooks_handled", f"{story}30.0 end")
    assert finding.valid is True
    assert "4 deliveries (1 forged, 2 repeated, 0 out of order, 1 stale)" in finding.summary
