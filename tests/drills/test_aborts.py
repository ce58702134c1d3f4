"""Tests of the reasons to end a drill early."""

from __future__ import annotations

from typing import cast

import pytest

from simulator.drills.aborts import AbortWatch
from simulator.drills.ports import Control
from simulator.drills.tail import ClientLine
from simulator.journal.entry import Arrival, Commit, Shopper
from simulator.scenario.aborts import Abort, DoubleCharge, FailureRatio
from tests.drills.fakes import FakeControl, VirtualPace
from tests.journal.story import ZERO, lines

RATIO = FailureRatio.model_validate({"above": "50%", "for": "5s"})
TWO = DoubleCharge.model_validate({"count": 2, "for": "3s"})


def shoppers(*results: str, at: float = 10.0) -> str:
    """Shoppers who left with these results."""
    rows = (f"{at} leave s{n} {result} intended={at}" for n, result in enumerate(results))
    return "\n".join(rows) + "\n"


def double(order: str, at: float) -> str:
    """An order that is charged twice at this moment."""
    return (
        f"0.0 arrive {order} 1999\n1.0 charge {order} {order}-p1 primary captured\n"
        f"{at} charge {order} {order}-p2 primary captured took=0\n"
    )


async def met(story: str, *reasons: Abort, now: float) -> str | None:
    """Why a drill that began at zero would be ended at this moment of the story."""
    pace = VirtualPace()
    pace.advance(ZERO + now - pace.monotonic())
    told = lines(story)
    commits = [line for line in told if isinstance(line, Commit)]
    watch = AbortWatch(reasons)
    for line in told:
        if isinstance(line, Arrival | Shopper):
            watch.take(cast(ClientLine, line))
    await watch.follow(cast(Control, FakeControl(pace, commit_lines=commits)))
    return watch.met(ZERO + now, ZERO)


@pytest.mark.parametrize(
    ("results", "now", "ends"),
    [
        pytest.param(["error"] * 11 + ["paid"] * 9, 12.0, True, id="more than half"),
        pytest.param(["error"] * 10 + ["paid"] * 10, 12.0, False, id="half"),
        pytest.param(["error"] * 19, 12.0, False, id="too few shoppers"),
        pytest.param(["error"] * 20, 15.5, False, id="too long ago"),
        pytest.param(["failed"] * 20 + ["pending"] * 20, 12.0, False, id="declines and patience"),
    ],
)
async def test_failure_ratio(results: list[str], now: float, ends: bool) -> None:
    """Technical failures of those who were due in the last seconds."""
    assert (await met(shoppers(*results), RATIO, now=now) is not None) is ends


async def test_failure_ratio_waits_for_its_span() -> None:
    """The first shoppers of all prove nothing yet."""
    early = shoppers(*["error"] * 30, at=1.0)
    assert await met(early, RATIO, now=4.9) is None
    reason = await met(early, RATIO, now=5.0)
    assert reason == ("30 of the 30 shoppers of the last 5 s failed technically, more than 50%")


@pytest.mark.parametrize(
    ("story", "now", "ends"),
    [
        pytest.param(double("a", 2.0) + double("b", 4.0), 7.0, True, id="both long enough"),
        pytest.param(double("a", 2.0) + double("b", 4.0), 6.9, False, id="one not yet"),
        pytest.param(double("a", 2.0), 50.0, False, id="only one"),
        pytest.param(
            double("a", 2.0) + double("b", 2.0) + "4.0 refund a-p1 f 1999 succeeded\n",
            50.0,
            False,
            id="one went back in time",
        ),
    ],
)
async def test_double_charge(story: str, now: float, ends: bool) -> None:
    """So many orders, for so long."""
    assert (await met(story, TWO, now=now) is not None) is ends


async def test_one_reason_is_enough() -> None:
    """Each is looked at, and the words name the orders."""
    story = double("a", 2.0) + double("b", 2.0)
    assert await met(story, RATIO, TWO, now=9.0) == "2 charged too much for 3 s or longer: a, b"
    assert await met(story, now=9.0) is None


async def test_the_gateway_is_only_asked_if_it_matters() -> None:
    """Reading what was charged costs the gateway time that it needs under load."""
    control = FakeControl(VirtualPace(), broken={"commits"})
    await AbortWatch([RATIO]).follow(cast(Control, control))
