"""Pauses double, are capped, and differ."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simulator.merchants.careful.backoff import jitter, pause
from simulator.merchants.careful.config import Timings

TIMINGS = Timings(backoff=0.25, backoff_cap=1.0, backoff_stale=5.0, stale_tries=60)


@pytest.mark.parametrize(("tries", "least"), [(1, 0.25), (2, 0.5), (3, 1.0), (9, 1.0), (60, 5.0)])
def test_pauses_double_up_to_a_cap(tries: int, least: float) -> None:
    """A pause is its doubled base, capped, and at most half as much longer."""
    assert least <= pause(TIMINGS, "ord-1-1", tries) <= 1.5 * least


def test_no_pause_is_ever_nothing() -> None:
    """Even the first try is followed by the base."""
    assert pause(TIMINGS, "ord-1-1", 0) >= 0.25


def test_orders_do_not_come_back_at_once() -> None:
    """A thousand orders that failed together are spread over the whole of the jitter."""
    pauses = sorted(pause(TIMINGS, f"ord-{number}-1", 3) for number in range(1000))
    assert pauses[0] < 1.02
    assert pauses[-1] > 1.48
    assert max(later - earlier for earlier, later in pairwise(pauses)) < 0.02


def test_jitter_is_the_same_each_time() -> None:
    """A run that is repeated pauses alike."""
    assert jitter("a", 1) == jitter("a", 1) != jitter("a", 2)
