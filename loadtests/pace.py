"""The scheduler: starts each arrival at its time, whatever became of those before it."""

from __future__ import annotations

import time
from array import array
from math import ceil
from typing import TYPE_CHECKING, Final

import msgspec
from gevent.event import Event
from gevent.pool import Group, Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from arrivals import Slot
    from gevent import Greenlet
    from scenes import Guest

    from simulator.clock import Clock

GRACE: Final = 2.0  # seconds for requests on their way, when a run is ended early


class Punctuality(msgspec.Struct, frozen=True):
    """How the schedule was kept: `arrivals` were begun, `dropped` were not.

    Lateness is from the intended to the true beginning, in milliseconds. `cpu` is this process's
    share of one core over the run.
    """

    arrivals: int
    dropped: int
    p50_ms: float
    p99_ms: float
    cpu: float


class Pace:
    """One open-model run: a greenlet for each arrival, `at_most` of them at a time.

    Intended times are on the scale of the clock's monotonic reading, in seconds.
    """

    def __init__(self, clock: Clock, at_most: int) -> None:
        self._clock = clock
        self._pool = Pool(at_most)
        self._asides = Group()
        self._ending = Event()
        self._lateness = array("d")
        self._dropped = 0
        self._began = clock.monotonic()
        self._cpu_before = time.process_time()
        self.failures: list[BaseException] = []

    def run(
        self,
        slots: Iterable[Slot],
        start: float,
        invite: Callable[[int, float], Guest],
        drop: Callable[[float], None],
    ) -> None:
        """Start every arrival at `start` plus its offset, then wait until all have left.

        `invite` makes the guest for (n, intended time), in the arrival's own greenlet; `drop` is
        told the intended time of an arrival that found the pool full.
        """
        self._began = self._clock.monotonic()
        self._cpu_before = time.process_time()
        for n, offset in slots:
            intended = start + offset
            if self._ends_before(intended):
                break
            if self._pool.full():
                self._dropped += 1
                drop(intended)
            else:
                arrival = self._pool.spawn(self._arrive, n, intended, invite)
                arrival.link_exception(self._failed)
        self._pool.join(GRACE if self._has_ended() else None)

    def rest(self, seconds: float) -> bool:
        """Sleep; True, and at once, when the run is being ended."""
        return bool(self._ending.wait(seconds))

    def aside(self, do: Callable[[], None]) -> Callable[[], None]:
        """Begin something beside the caller; what is returned waits for the end of it."""
        other = self._asides.spawn(do)
        other.link_exception(self._failed)
        return lambda: other.join()  # noqa: PLW0108 - `join` itself has a parameter and a result

    def end(self) -> None:
        """No more arrivals; whoever rests leaves."""
        self._ending.set()

    def close(self) -> None:
        """End, give requests on their way GRACE seconds, then send away all who are still there."""
        self.end()
        self._pool.join(GRACE)
        self._asides.kill()
        self._pool.kill()

    def punctuality(self) -> Punctuality:
        """How the schedule was kept up to now; percentiles by nearest rank, 0 without arrivals."""
        late = sorted(self._lateness)
        elapsed = self._clock.monotonic() - self._began
        return Punctuality(
            arrivals=len(late),
            dropped=self._dropped,
            p50_ms=_percentile(late, 50),
            p99_ms=_percentile(late, 99),
            cpu=(time.process_time() - self._cpu_before) / elapsed if elapsed else 0.0,
        )

    def _ends_before(self, due: float) -> bool:
        while (wait := due - self._clock.monotonic()) > 0:
            if self.rest(wait):
                return True
        return self._has_ended()

    def _has_ended(self) -> bool:
        return bool(self._ending.is_set())

    def _arrive(self, n: int, intended: float, invite: Callable[[int, float], Guest]) -> None:
        self._lateness.append((self._clock.monotonic() - intended) * 1000)
        invite(n, intended).run()

    def _failed(self, greenlet: Greenlet) -> None:
        if greenlet.exception is not None:
            self.failures.append(greenlet.exception)


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[ceil(len(ordered) * percent / 100) - 1] if ordered else 0.0
