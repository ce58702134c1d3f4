"""A circuit breaker: new orders do not queue up before a channel that is down.

Closed, it counts how charges end. It opens after several technical failures in a row, or when too
many of the last ones failed; then orders go elsewhere. After a pause it lets one order through: if
that is answered the breaker closes, else it waits again. A decline is an answer, not a failure.
"""

from __future__ import annotations

from collections import deque

from simulator.merchants.careful.config import BreakerLimits


class Breaker:
    """The breaker of one channel. All times are seconds of one monotonic clock."""

    def __init__(self, limits: BreakerLimits) -> None:
        self._limits = limits
        self._recent: deque[bool] = deque(maxlen=limits.window)
        self._opened = 0.0
        self._probe_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether the channel counts as down."""
        return self._probe_at is not None

    def allows(self, now: float) -> bool:
        """Whether a new order may go this way."""
        return self._probe_at is None or now >= self._probe_at

    def enter(self, now: float) -> None:
        """A new order goes this way; if that is the probe, the next must wait for its turn."""
        if self._probe_at is not None:
            self._probe_at = now + self._limits.cooldown

    def succeeded(self, begun: float) -> None:
        """A charge that began at `begun` was answered."""
        self._recent.append(True)
        if self._probe_at is not None and begun >= self._opened:
            self._probe_at = None
            self._recent.clear()

    def failed(self, now: float) -> None:
        """A charge was refused, lost, or answered with a server's error."""
        self._recent.append(False)
        if self._probe_at is None and self._is_too_much():
            self._opened = now
            self._probe_at = now + self._limits.cooldown

    def _is_too_much(self) -> bool:
        recent = list(self._recent)
        last = recent[-self._limits.in_a_row :]
        in_a_row = len(last) == self._limits.in_a_row and not any(last)
        return in_a_row or recent.count(False) >= self._limits.of_window
