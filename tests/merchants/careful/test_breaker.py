"""The breaker opens, probes and closes."""

from __future__ import annotations

from simulator.merchants.careful.breaker import Breaker
from simulator.merchants.careful.config import BreakerLimits

LIMITS = BreakerLimits(in_a_row=3, of_window=4, window=8, cooldown=1.0)


def failing(times: int, now: float = 10.0) -> Breaker:
    """A breaker after so many failures in a row."""
    breaker = Breaker(LIMITS)
    for _ in range(times):
        breaker.failed(now)
    return breaker


def test_it_stays_closed_below_its_limits() -> None:
    """Two failures in a row are not an outage."""
    assert failing(2).allows(10.0)
    assert not failing(2).is_open


def test_it_opens_after_failures_in_a_row() -> None:
    """Three in a row are, and then nobody is let through for a while."""
    breaker = failing(3)
    assert breaker.is_open
    assert not breaker.allows(10.5)


def test_it_opens_when_half_fail_in_turn() -> None:
    """A channel that loses every second charge is down too, though never thrice in a row."""
    breaker = Breaker(LIMITS)
    for _ in range(4):
        breaker.succeeded(begun=10.0)
        breaker.failed(10.0)
    assert breaker.is_open


def test_it_lets_one_probe_through_at_a_time() -> None:
    """After the pause one order may try; the next must wait for another pause."""
    breaker = failing(3)
    assert breaker.allows(11.0)
    breaker.enter(11.0)
    assert not breaker.allows(11.9)
    assert breaker.allows(12.0)


def test_an_answered_probe_closes_it() -> None:
    """One answer is enough, and the past is forgotten."""
    breaker = failing(3)
    breaker.enter(11.0)
    breaker.succeeded(begun=11.0)
    assert not breaker.is_open
    breaker.failed(11.5)
    assert not breaker.is_open


def test_an_answer_to_an_older_request_does_not_close_it() -> None:
    """What was sent before the channel went down says nothing about now."""
    breaker = failing(3, now=10.0)
    breaker.succeeded(begun=9.0)
    assert breaker.is_open


def test_entering_a_closed_breaker_changes_nothing() -> None:
    """Orders in good times are not probes."""
    breaker = Breaker(LIMITS)
    breaker.enter(10.0)
    assert breaker.allows(10.0)
