"""The line in which requests stand: first come, first served, bounded, and never too fast."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.accounts.queues import Queue, Queues
from simulator.profiles.rules import Capacity

#: Gaps between arrivals, in seconds: bursts, a steady stream, pauses.
GAPS = st.lists(
    st.one_of(
        st.just(0.0),
        st.floats(0.0, 0.05, allow_nan=False),
        st.floats(0.0, 20.0, allow_nan=False),
    ),
    min_size=1,
    max_size=80,
)
CAPACITIES = st.builds(
    Capacity,
    rate=st.floats(0.5, 500.0, allow_nan=False),
    queue=st.integers(0, 30),
    slowest=st.floats(0.01, 10.0, allow_nan=False),
    burst=st.one_of(st.none(), st.integers(1, 20)),
)


def queue(**changes: object) -> Queue:
    """A line for ten a second, one at a time, in which three may wait."""
    capacity = {"rate": 10.0, "queue": 3, "slowest": 2.0, "burst": 1, **changes}
    return Queue(Capacity(**capacity))  # type: ignore[arg-type]


def served(line: Queue, arrivals: list[float]) -> list[float]:
    """When those who come at these moments are served, as far as they are let in."""
    waits = [(now, line.enter(now)) for now in arrivals]
    return [now + wait for now, wait in waits if wait is not None]


@given(capacity=CAPACITIES, gaps=GAPS)
def test_served_in_order_and_never_faster_than_the_rate(
    capacity: Capacity, gaps: list[float]
) -> None:
    """Places go by arrival; any span of time sees no more than the rate and one burst."""
    line = Queue(capacity)
    arrivals = list(accumulate(gaps))
    waits = [line.enter(now) for now in arrivals]
    moments = [now + wait for now, wait in zip(arrivals, waits, strict=True) if wait is not None]
    burst = capacity.burst or max(1, int(capacity.rate * 0.1))

    assert all(a <= b + 1e-9 for a, b in pairwise(moments))
    for first, start in enumerate(moments):
        for last in range(first, len(moments)):
            span = moments[last] - start
            assert last - first + 1 <= span * capacity.rate + burst + 1e-6


@given(capacity=CAPACITIES, gaps=GAPS)
def test_waits_and_line_are_bounded(capacity: Capacity, gaps: list[float]) -> None:
    """Nobody who is let in waits longer than the slowest, or behind more than the line holds."""
    line = Queue(capacity)
    for now in accumulate(gaps):
        wait = line.enter(now)
        if wait is not None:
            assert 0 <= wait <= capacity.slowest
            assert wait <= (capacity.queue + 1e-3) / capacity.rate
        assert 0 <= line.depth(now) <= capacity.queue


@given(capacity=CAPACITIES, gaps=GAPS)
def test_the_same_arrivals_have_the_same_waits(capacity: Capacity, gaps: list[float]) -> None:
    """Chance has no part in it."""
    arrivals = list(accumulate(gaps))
    assert served(Queue(capacity), arrivals) == served(Queue(capacity), arrivals)


@given(capacity=CAPACITIES, gaps=GAPS)
def test_after_a_pause_nobody_waits(capacity: Capacity, gaps: list[float]) -> None:
    """The peak leaves nothing behind: once the line has drained, the next is served at once."""
    line = Queue(capacity)
    arrivals = list(accumulate(gaps))
    served(line, arrivals)
    later = arrivals[-1] + capacity.slowest + 1 / capacity.rate + 1e-6

    assert line.depth(later) == 0
    assert line.enter(later) == 0.0


def test_below_the_rate_nobody_notices() -> None:
    """One every tenth of a second, and ten a second are served."""
    line = queue()
    assert [line.enter(n * 0.101) for n in range(50)] == [0.0] * 50
    assert (line.waited, line.refused) == (0, 0)


def test_first_slow_then_refused() -> None:
    """Five at once: one is served, three wait their turn, the fifth finds the line full."""
    line = queue()
    waits = [line.enter(100.0) for _ in range(5)]
    assert waits == [0.0, pytest.approx(0.1), pytest.approx(0.2), pytest.approx(0.3), None]
    assert (line.waited, line.refused, line.depth(100.0)) == (3, 1, 3)
    assert line.depth(100.15) == 2
    assert line.depth(100.31) == 0


def test_a_place_is_free_again_when_one_is_served() -> None:
    """Who was refused and comes back finds room: nobody starves."""
    line = queue()
    for _ in range(5):
        line.enter(0.0)
    assert line.enter(0.05) is None
    assert line.enter(0.11) == pytest.approx(0.29)


def test_a_burst_after_a_quiet_time() -> None:
    """Four may come at once; the credit is not saved up beyond that."""
    line = queue(burst=4)
    assert [line.enter(50.0) for _ in range(6)] == [
        0.0, 0.0, 0.0, 0.0, pytest.approx(0.1), pytest.approx(0.2),
    ]  # fmt: skip


def test_nobody_waits_longer_than_the_slowest() -> None:
    """A long line is of no use to who would wait too long in it."""
    line = queue(queue=1000, slowest=0.25)
    assert [line.enter(0.0) is None for _ in range(4)] == [False, False, False, True]


def test_concurrency_is_what_is_under_way() -> None:
    """Whoever comes while two are under way is refused, until one of them is answered."""
    line = queue(rate=1000.0, concurrency=2)
    assert [line.enter(float(n)) for n in range(3)] == [0.0, 0.0, None]
    line.leave()
    assert line.enter(4.0) == 0.0
    assert line.under_way == 2


def test_lines_are_apart() -> None:
    """Each channel and each rule has its own, and it stays the same."""
    lines = Queues()
    capacity = Capacity(rate=1.0)
    one = lines.at("primary", "peak", capacity)
    assert lines.at("primary", "peak", capacity) is one
    assert lines.at("backup", "peak", capacity) is not one
    assert lines.at("primary", "peak", Capacity(rate=1.0)) is one
    assert [(channel, rule) for channel, rule, _ in lines] == [
        ("primary", "peak"),
        ("backup", "peak"),
    ]


def test_another_capacity_is_another_line() -> None:
    """A live fault of the same name, put on anew, does not inherit what stood in line."""
    lines = Queues()
    narrow = lines.at("primary", "peak", Capacity(rate=1.0))
    wide = lines.at("primary", "peak", Capacity(rate=9.0))
    assert wide is not narrow
    assert lines.at("primary", "peak", Capacity(rate=9.0)) is wide
