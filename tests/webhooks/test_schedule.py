"""When an event is sent again."""

from __future__ import annotations

from itertools import pairwise

from simulator.webhooks.schedule import REAL, SCHEDULES, SHORT, STRIPE, Schedule


def test_the_short_schedule_doubles_from_a_second_and_is_capped_at_a_minute() -> None:
    """A drill sees several tries within seconds."""
    gaps = [SHORT.gap_after(attempt) for attempt in range(1, 13)]
    assert gaps == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, None]
    assert SHORT.tries == 12


def test_the_real_schedule_is_that_of_standard_webhooks() -> None:
    """Ten tries over more than three days."""
    assert REAL.tries == 10
    assert REAL.gap_after(1) == 5
    assert REAL.gap_after(9) == 24 * 3600
    assert REAL.gap_after(10) is None
    assert sum(REAL.gaps) > 3 * 24 * 3600


def test_stripes_schedule_ends_after_three_days() -> None:
    """The first tries come within minutes, the last one 72 hours after the first."""
    after = [sum(STRIPE.gaps[:tries]) / 3600 for tries in range(1, STRIPE.tries)]
    assert after == [1 / 12, 0.5, 2, 6, 12, 24, 36, 48, 60, 72]
    assert STRIPE.gap_after(STRIPE.tries) is None


def test_gaps_never_shrink() -> None:
    """Backing off means that each wait is at least as long as the one before."""
    for schedule in SCHEDULES.values():
        assert all(short <= long for short, long in pairwise(schedule.gaps))


def test_a_schedule_without_gaps_tries_once() -> None:
    """One try is the least."""
    assert Schedule("once", ()).tries == 1
    assert Schedule("once", ()).gap_after(1) is None


def test_a_number_beyond_the_schedule_gives_up() -> None:
    """An event that comes back from the journal after its last try is not sent for ever."""
    assert SHORT.gap_after(99) is None
