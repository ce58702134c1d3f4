"""Time as a value that is passed in.

Two readings, as on any machine: `monotonic` never jumps and measures spans; `wall` names a moment
to people. Both are in seconds. Nothing below `server` reads the operating system's clock.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A source of time; synchronous, so that the pure core can read it."""

    def monotonic(self) -> float:
        """Seconds on a scale that never goes back; its zero means nothing."""
        ...

    def wall(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z."""
        ...


class SystemClock:
    """The machine's clock. On Linux, `monotonic` is one scale for all processes of the machine."""

    def monotonic(self) -> float:
        """Seconds of the system's monotonic clock."""
        return time.monotonic()

    def wall(self) -> float:
        """Seconds since the epoch."""
        return time.time()  # noqa: TID251 - the one place that may


class AdvancedClock:
    """Another clock, moved forward by hand: the clock of one account.

    Schedules (webhook retries, late effects, expiries) follow it; signatures do not.
    """

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._ahead = 0.0

    def monotonic(self) -> float:
        """The base clock's reading plus all advances."""
        return self._base.monotonic() + self._ahead

    def wall(self) -> float:
        """The base clock's wall time plus all advances."""
        return self._base.wall() + self._ahead

    @property
    def ahead(self) -> float:
        """All advances, in seconds."""
        return self._ahead

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds`; a negative value raises ValueError: time never goes back."""
        if seconds < 0:
            raise ValueError(f"a clock cannot go back by {-seconds} s")
        self._ahead += seconds


class VirtualClock:
    """A clock that stands still until it is advanced; for tests."""

    def __init__(self, wall: float = 1_700_000_000.0, monotonic: float = 1_000.0) -> None:
        self._wall = wall
        self._monotonic = monotonic

    def monotonic(self) -> float:
        """Seconds since an arbitrary zero."""
        return self._monotonic

    def wall(self) -> float:
        """Seconds since the epoch."""
        return self._wall

    def advance(self, seconds: float) -> None:
        """Move both readings forward by `seconds`."""
        self._wall += seconds
        self._monotonic += seconds
