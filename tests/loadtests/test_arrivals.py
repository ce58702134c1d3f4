"""The arrival times of the open model, as pure functions of the plan."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from arrivals import Ramp, Schedule
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import UsageError


def ramp(lasts: float, first: float, last: float | None = None) -> Ramp:
    """A phase, written as in a plan: one rate, or two."""
    document: dict[str, Any] = {
        "lasts": lasts, "from": first, "to": first if last is None else last
    }  # fmt: skip
    return msgspec.convert(document, Ramp)


RATES = st.one_of(st.just(0.0), st.floats(0.01, 300.0))
RAMPS = st.lists(
    st.builds(ramp, st.floats(0.01, 4.0), RATES, RATES),
    min_size=1,
    max_size=4,
)


def came(ramps: list[Ramp], at: float) -> float:
    """The area under the rates up to `at`, by the trapezoid rule, which is exact for ramps."""
    total = 0.0
    for phase in ramps:
        span = min(max(at, 0.0), phase.lasts)
        reached = phase.first + (phase.last - phase.first) * span / phase.lasts
        total += (phase.first + reached) / 2 * span
        at -= phase.lasts
    return total


@given(RAMPS)
def test_count_is_the_area(ramps: list[Ramp]) -> None:
    """As many shoppers come as the rates add up to, within a half."""
    area = came(ramps, sum(phase.lasts for phase in ramps))
    assert abs(Schedule(ramps).count - area) <= 0.5 + 1e-6


@given(RAMPS)
def test_every_arrival_stands_where_the_area_says(ramps: list[Ramp]) -> None:
    """The cumulative rate is inverted exactly, in steady, rising, falling and empty phases."""
    for n, offset in Schedule(ramps).slots():
        assert came(ramps, offset) == pytest.approx(n - 0.5, abs=1e-6)


@given(RAMPS)
def test_times_never_go_back(ramps: list[Ramp]) -> None:
    """Arrivals are in order and lie within the phases."""
    offsets = [slot.offset for slot in Schedule(ramps).slots()]
    assert all(before <= after for before, after in pairwise(offsets))
    end = sum(phase.lasts for phase in ramps)
    assert all(0 <= offset <= end + 1e-9 for offset in offsets)


@given(RAMPS, st.integers(1, 5))
def test_workers_share_the_whole(ramps: list[Ramp], workers: int) -> None:
    """Worker i of N brings n = i modulo N; together they bring what one would, at its times."""
    schedule = Schedule(ramps)
    parts = [list(schedule.slots(worker, workers)) for worker in range(workers)]
    assert sorted(slot for part in parts for slot in part) == list(schedule.slots())
    for worker, part in enumerate(parts):
        assert all(slot.n % workers == worker for slot in part)


def test_a_steady_rate_is_even() -> None:
    """Four a second: a quarter of a second apart, each in the middle of its quarter."""
    offsets = [slot.offset for slot in Schedule([ramp(1.0, 4.0)]).slots()]
    assert offsets == pytest.approx([0.125, 0.375, 0.625, 0.875])


def test_a_ramp_from_nothing_grows_with_the_square() -> None:
    """From 0 to 8 a second over 2 s, 2*t*t shoppers have come after t seconds."""
    offsets = [slot.offset for slot in Schedule([ramp(2.0, 0.0, 8.0)]).slots()]
    assert offsets == pytest.approx([((n - 0.5) / 2) ** 0.5 for n in range(1, 9)])


def test_gaps_go_on_across_phases() -> None:
    """Cutting a steady rate into phases moves no arrival."""
    whole = Schedule([ramp(3.0, 7.0)])
    cut = Schedule([ramp(1.1, 7.0), ramp(0.6, 7.0), ramp(1.3, 7.0)])
    assert [s.offset for s in cut.slots()] == pytest.approx([s.offset for s in whole.slots()])


def test_no_phase_brings_nobody() -> None:
    """An empty plan has no arrivals."""
    empty = Schedule([])
    assert (empty.count, list(empty.slots())) == (0, [])


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"lasts": 0, "from": 1, "to": 1}, "more than 0 s"),
        ({"lasts": 1, "from": -1, "to": 1}, "0 or more a second"),
        ({"lasts": 1, "from": 1, "to": float("inf")}, "0 or more a second"),
    ],
)
def test_what_cannot_be_is_refused(document: dict[str, float], said: str) -> None:
    """A phase without length and a rate below zero are errors that say what was meant."""
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert(document, Ramp)


@pytest.mark.parametrize(("worker", "workers"), [(2, 2), (-1, 2), (0, 0)])
def test_a_worker_that_is_not_one_is_refused(worker: int, workers: int) -> None:
    """Workers count from 0."""
    with pytest.raises(UsageError, match="count from 0"):
        list(Schedule([ramp(1.0, 4.0)]).slots(worker, workers))
