"""Invalid, not green: each way in which a drill proves nothing ends with exit 4 and its reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from simulator.drills.judge import judge_recording
from simulator.journal.entry import Generator
from tests.drills.fakes import Performed, state
from tests.drills.stories import GOOD, SCENARIO, without

#: What nobody should be able to say of a drill whose shoppers came late.
TIMING = "failover: {rule: down, within: 5s}"


def _nothing(_: Performed) -> None:
    """All goes well."""


def _late(show: Performed) -> None:
    """The generator was saturated."""
    show.starters.lines = [
        msgspec.structs.replace(line, lateness_p99_ms=51.0) if isinstance(line, Generator) else line
        for line in show.starters.lines
    ]


def _silent(show: Performed) -> None:
    """The generator ended without a word on how late it was."""
    show.starters.lines = [line for line in show.starters.lines if not isinstance(line, Generator)]


def _ill(show: Performed) -> None:
    """The merchant does not come up."""
    show.starters.shop.ill = "GET /health answered 500"


def _unreadable(show: Performed) -> None:
    """There is no order book."""
    show.starters.shop.unreadable = "GET /orders answered 404"


def _breaks(show: Performed) -> None:
    """The order book breaks on the way."""
    show.pace.at(12.0, lambda: _unreadable(show))


def _owing(show: Performed) -> None:
    """Money is still to move when the drill may settle no longer."""
    show.starters.fake_gateway.control.now = state(late=3)


@pytest.mark.parametrize(
    ("story", "expects", "trouble", "reason"),
    [
        pytest.param(GOOD, "", _owing, "3 late effects were still due", id="late money"),
        pytest.param(
            without(GOOD, "outage"), "", _nothing, "the fault down never hit", id="a fault"
        ),
        pytest.param(
            GOOD.replace(" hit=hang", ""),
            "",
            _nothing,
            "the fault answers, arm hang, never hit",
            id="an arm of a mix",
        ),
        pytest.param(
            GOOD.replace("down rule=down", "down rule=down unproved"),
            "",
            _nothing,
            "the fault down never hit",
            id="an outage that was not proved",
        ),
        pytest.param(GOOD, TIMING, _late, "1 in 100 by more than 51 ms", id="saturated generator"),
        pytest.param(GOOD, TIMING, _silent, "left no word on how late it was", id="silent one"),
        pytest.param(
            GOOD.replace("1.2 leave   r1-1 paid", "1.2 leave   r1-1 error"),
            "",
            _nothing,
            "the shop did not work even without faults",
            id="baseline that does not hold",
        ),
        pytest.param(GOOD, "", _ill, "the merchant never came up: GET /health", id="no merchant"),
        pytest.param(GOOD, "", _unreadable, "GET /orders answered 404", id="no order book"),
        pytest.param(GOOD, "", _breaks, "the order book cannot be used", id="lost order book"),
        pytest.param(
            GOOD, "latency: {percentile: p50, below: 1s}", _nothing, "too few", id="few samples"
        ),
        pytest.param(
            GOOD, "webhooks_handled", _nothing, "no webhook was delivered", id="nothing to handle"
        ),
    ],
)
async def test_a_drill_that_proves_nothing(
    tmp_path: Path, story: str, expects: str, trouble: Callable[[Performed], None], reason: str
) -> None:
    """Exit 4, why, and the same from the recording."""
    text = SCENARIO.replace("expect:\n", f"expect:\n  - {expects}\n") if expects else SCENARIO
    show = Performed(tmp_path, text, story)
    trouble(show)
    verdict = await show.run()
    assert (verdict.verdict, verdict.exit_code) == ("invalid", 4), verdict.reasons
    assert reason in " ".join(verdict.reasons)
    assert judge_recording(show.drill.folder.out) == verdict


@pytest.mark.parametrize("expects", [TIMING, "no_card_data", "success_ratio: {at_least: 1%}"])
async def test_the_same_drill_when_it_proves_something(tmp_path: Path, expects: str) -> None:
    """Nothing of the above, and it is green; unless too few came to tell."""
    show = Performed(tmp_path, SCENARIO.replace("expect:\n", f"expect:\n  - {expects}\n"))
    verdict = await show.run()
    assert verdict.exit_code == (4 if "success_ratio" in expects else 0), verdict.reasons


async def test_baseline_in_which_nobody_comes(tmp_path: Path) -> None:
    """There is nothing to compare the rest with."""
    quiet = SCENARIO.replace("baseline, lasts: 10s, arrivals: 0.1/s", "baseline, lasts: 10s")
    verdict = await Performed(tmp_path, quiet, without(GOOD, "r1-1")).run()
    assert verdict.exit_code == 4
    assert "nobody was served before the first fault" in " ".join(verdict.reasons)
