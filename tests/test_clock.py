"""Time as a value that is passed in."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import AdvancedClock, Clock, SystemClock, VirtualClock

SPANS = st.floats(min_value=0.0, max_value=1e6)


def test_the_system_clock_reads_the_machine() -> None:
    """Both readings lie between two readings of the machine's own clocks."""
    clock: Clock = SystemClock()
    before = (time.monotonic(), time.time())  # noqa: TID251 - what the clock is compared with
    read = (clock.monotonic(), clock.wall())
    after = (time.monotonic(), time.time())  # noqa: TID251 - the same

    assert before[0] <= read[0] <= after[0]
    assert before[1] <= read[1] <= after[1]


def test_the_virtual_clock_stands_still() -> None:
    """It moves when told to, and only then."""
    clock: Clock = VirtualClock(wall=100.0, monotonic=5.0)

    assert (clock.wall(), clock.monotonic()) == (clock.wall(), clock.monotonic()) == (100.0, 5.0)


@given(spans=st.lists(SPANS, max_size=10))
def test_both_readings_move_together(spans: list[float]) -> None:
    """Advances add up, on either clock and either reading."""
    base = VirtualClock(wall=0.0, monotonic=0.0)
    clock = AdvancedClock(base)
    for span in spans:
        clock.advance(span)
        base.advance(span)

    assert clock.wall() == pytest.approx(2 * sum(spans))
    assert clock.monotonic() == pytest.approx(2 * sum(spans))


def test_an_advanced_clock_leaves_its_base_alone() -> None:
    """One account's clock runs ahead; the machine's, and another account's, do not."""
    base = VirtualClock(wall=100.0, monotonic=5.0)
    ahead, other = AdvancedClock(base), AdvancedClock(base)
    ahead.advance(10.0)

    assert (ahead.wall(), ahead.monotonic()) == (110.0, 15.0)
    assert (base.wall(), other.wall()) == (100.0, 100.0)


def test_time_never_goes_back() -> None:
    """An advance by less than nothing is refused and changes nothing."""
    clock = AdvancedClock(VirtualClock(monotonic=5.0))

    with pytest.raises(ValueError, match=r"cannot go back by 1\.0 s"):
        clock.advance(-1.0)
    assert clock.monotonic() == 5.0
