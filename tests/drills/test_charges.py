"""Tests of following what was charged: money is counted, not payments."""

from __future__ import annotations

import pytest

from simulator.drills.charges import Charges
from simulator.journal.entry import Arrival, Commit
from tests.journal.story import ZERO, lines

COME = "0.0 arrive r1-1 1999\n"
ONCE = "0.1 charge r1-1 p1 primary captured\n"
TWICE = ONCE + "2.0 charge r1-1 p2 backup captured took=0\n"


def fed(story: str) -> Charges:
    """The charges of a story, each second's lines at a time."""
    charges = Charges()
    told = lines(story)
    for line in told:
        if isinstance(line, Arrival):
            charges.arrive(line)
    for second in range(60):
        now = [line for line in told if int(line.mono - ZERO) == second]
        charges.commit(line for line in now if isinstance(line, Commit))
    return charges


@pytest.mark.parametrize(
    ("story", "since"),
    [
        pytest.param(COME + ONCE, None, id="once"),
        pytest.param(COME + TWICE, 2.0, id="twice, on two channels"),
        pytest.param(COME + TWICE.replace("backup r", "backup ref=r1-1_b r"), 2.0, id="reference"),
        pytest.param(
            COME
            + "0.1 charge r1-1 p1 primary captured amount=999\n"
            + "0.2 charge r1-1 p2 primary captured amount=1000\n",
            None,
            id="in two halves",
        ),
        pytest.param(COME + ONCE + "0.2 charge r1-1 p2 primary failed\n", None, id="declined once"),
        pytest.param(COME + TWICE + "3.0 refund p1 f1 1999 pending\n", None, id="refunded"),
        pytest.param(
            COME + TWICE + "3.0 refund p1 f1 1999 pending\n 9.0 refund p1 f1 1999 failed\n",
            9.0,
            id="the refund failed",
        ),
        pytest.param(
            COME + ONCE + "1.0 charge r1-1 p2 primary processing\n 7.0 settle p2 captured\n",
            7.0,
            id="captured late",
        ),
        pytest.param(
            COME + ONCE + "1.0 charge r1-1 p2 primary captured cur=EUR\n", None, id="other money"
        ),
        pytest.param("0.0 arrive r1-2 1\n" + TWICE, None, id="an order that nobody knows"),
    ],
)
def test_since_when_an_order_is_charged_too_much(story: str, since: float | None) -> None:
    """From the commit that made it too much until a refund is accepted."""
    charges = fed(story)
    if since is None:
        assert charges.too_much(ZERO + 60) == []
    else:
        assert charges.too_much(ZERO + since) == ["r1-1"]
        assert charges.too_much(ZERO + since - 0.001) == []


def test_a_charge_that_is_heard_of_before_its_order() -> None:
    """The load generator writes its lines with some delay; a payment waits for them."""
    told = lines(COME + TWICE)
    charges = Charges()
    charges.commit(line for line in told if isinstance(line, Commit))
    charges.arrive(next(line for line in told if isinstance(line, Arrival)))
    assert charges.too_much(ZERO + 60) == []
    charges.commit([])
    assert charges.too_much(ZERO + 2.0) == ["r1-1"]


def test_a_charge_does_not_wait_for_ever() -> None:
    """References that a shop minted by itself would pile up."""
    story = lines(TWICE + "9.0 charge x q1 primary captured\n" + COME)
    charges = Charges()
    charges.commit(line for line in story if isinstance(line, Commit))
    charges.arrive(next(line for line in story if isinstance(line, Arrival)))
    charges.commit([])
    assert charges.too_much(ZERO + 60) == []
