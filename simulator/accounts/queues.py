"""Lines in which requests stand when more of them come than a gateway can bear.

Nobody is stored: a line is the moment at which its last place will be served. A request is given
the next place, served `1/rate` seconds after the one before; how long it has to wait is known when
it comes. So places go by arrival, nobody is overtaken, and what is served never exceeds the rate,
but for the `burst` that may come at once after a quiet time.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, inf
from typing import Final

from simulator.profiles.rules import Capacity

#: Of a second's worth of requests, the part that may come at once where the capacity does not say.
_BURST: Final = 0.1
#: A place that is nearer than this part of one is reached: sums of fractions are not exact.
_ALMOST: Final = 1e-6


class Queue:
    """One line. Times are seconds of the clock whose readings it is given, in order."""

    __slots__ = (
        "_credit", "_free", "_gap", "capacity", "refused", "under_way", "waited",
    )  # fmt: skip

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self._gap = 1.0 / capacity.rate
        burst = capacity.burst or max(1, int(capacity.rate * _BURST))
        self._credit = (burst - 1) * self._gap
        self._free = -inf  # when the next place is served
        self.under_way = 0
        self.waited = 0
        self.refused = 0

    def enter(self, now: float) -> float | None:
        """How many seconds a request that comes now has to wait; None if it is turned away.

        Whoever is let in must `leave` when it is answered.
        """
        capacity = self.capacity
        place = max(self._free, now - self._credit)
        wait = place - now
        if wait < self._gap * _ALMOST:
            wait = 0.0
        crowded = capacity.concurrency is not None and self.under_way >= capacity.concurrency
        if crowded or wait > capacity.slowest or self._places(wait) > capacity.queue:
            self.refused += 1
            return None
        self._free = place + self._gap
        self.under_way += 1
        self.waited += wait > 0
        return wait

    def leave(self) -> None:
        """A request that was let in has been answered."""
        self.under_way -= 1

    def depth(self, now: float) -> int:
        """How many stand in line now."""
        return self._places(self._free - self._gap - now)

    def _places(self, seconds: float) -> int:
        return max(0, ceil(seconds / self._gap - _ALMOST)) if seconds > 0 else 0


class Queues:
    """The lines of one account: one for each channel and whoever makes it wait."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], Queue] = {}

    def __iter__(self) -> Iterator[tuple[str, str, Queue]]:
        for (channel, rule), queue in self._lines.items():
            yield channel, rule, queue

    def at(self, channel: str, rule: str, capacity: Capacity) -> Queue:
        """The line of a channel in which this rule makes requests stand.

        A rule of that name with another capacity, put on later, has a new one.
        """
        queue = self._lines.get((channel, rule))
        if queue is None or queue.capacity != capacity:
            queue = self._lines[channel, rule] = Queue(capacity)
        return queue
