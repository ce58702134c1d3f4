"""Windows and periods, at moments that are given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.profiles.times import Period, Window, period_start

EIGHT_HOURS = 8 * 3600.0
SUNDAYS = Window(days=frozenset({6}), begins=3 * 3600.0, ends=3.5 * 3600.0)
NIGHTS = Window(begins=23 * 3600.0, ends=1 * 3600.0)
MOMENTS = st.floats(min_value=0, max_value=4e9)


def wall(text: str) -> float:
    """Wall seconds of a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        ("2026-11-21T18:59:59", False),  # Sunday 02:59:59 in Shanghai
        ("2026-11-21T19:00:00", True),
        ("2026-11-21T19:29:59", True),
        ("2026-11-21T19:30:00", False),
        ("2026-11-22T19:10:00", False),  # Monday there
    ],
)
def test_every_week_at_the_gateways_own_hour(moment: str, *, holds: bool) -> None:
    """The day and the hour are those of the gateway, not of UTC."""
    assert SUNDAYS.holds(wall(moment), EIGHT_HOURS) is holds


def test_over_midnight() -> None:
    """An end before the beginning is on the next day, whichever day that is."""
    assert NIGHTS.holds(wall("2026-11-22T23:30:00"))
    assert NIGHTS.holds(wall("2026-11-23T00:59:59"))
    assert not NIGHTS.holds(wall("2026-11-23T01:00:00"))
    assert NIGHTS.over_at(wall("2026-11-22T23:30:00")) == wall("2026-11-23T01:00:00")
    only_sunday = Window(days=frozenset({6}), begins=23 * 3600.0, ends=3600.0)
    assert only_sunday.holds(wall("2026-11-23T00:30:00"))
    assert not only_sunday.holds(wall("2026-11-22T00:30:00"))


def test_once() -> None:
    """From a moment until a moment, either of which may be open."""
    since = Window(since=100.0)
    both = Window(since=100.0, until=200.0)

    assert [since.holds(at) for at in (99.0, 100.0, 1e9)] == [False, True, True]
    assert [both.holds(at) for at in (99.0, 100.0, 200.0)] == [False, True, False]
    assert since.over_at(150.0) is None
    assert both.over_at(150.0) == 200.0


def test_from_the_start_of_a_scenario() -> None:
    """It never holds by itself; in a scenario it holds from its start on."""
    relative = Window(after=5.0, lasts=10.0, countries=frozenset({"SG"}))
    begun = relative.starting(1000.0)

    assert not any(relative.holds(at) for at in (0.0, 6.0, 1006.0))
    assert [begun.holds(at) for at in (1004.9, 1005.0, 1014.9, 1015.0)] == [
        False,
        True,
        True,
        False,
    ]
    assert begun.countries == {"SG"}
    assert Window(after=5.0).starting(1000.0).holds(1e9)
    assert SUNDAYS.starting(1000.0) is SUNDAYS


@pytest.mark.parametrize(
    ("period", "began"),
    [
        (Period.DAY, "2026-11-21T16:00:00"),
        (Period.MONTH, "2026-10-31T16:00:00"),
        (Period.YEAR, "2025-12-31T16:00:00"),
        (Period.PAYMENT, "2026-11-22T05:00:00"),
    ],
)
def test_a_period_begins_at_the_gateways_midnight(period: Period, began: str) -> None:
    """Eight hours ahead of UTC, the day begins at 16:00 UTC the day before."""
    assert period_start(period, wall("2026-11-22T05:00:00"), EIGHT_HOURS) == wall(began)


@given(
    at=MOMENTS,
    offset=st.sampled_from([0.0, EIGHT_HOURS, -5.5 * 3600]),
    period=st.sampled_from(Period),
)
def test_a_period_has_begun(at: float, offset: float, period: Period) -> None:
    """It never begins later than now, and beginning it again changes nothing."""
    began = period_start(period, at, offset)

    assert began <= at
    assert period_start(period, began, offset) == pytest.approx(began)


@given(at=MOMENTS, offset=st.sampled_from([0.0, EIGHT_HOURS]))
def test_what_holds_ends_later(at: float, offset: float) -> None:
    """The end that is told of a window that holds is still to come."""
    for window in (SUNDAYS, NIGHTS):
        if window.holds(at, offset):
            over = window.over_at(at, offset)
            assert over is not None
            assert over > at
