"""When shoppers come: arrival times from ramps of rates, worked out before anything is sent.

The times depend on the plan alone, never on the answers: that is the open model. Along a linear
ramp the number of shoppers who have come after t seconds is the area under the rate, and shopper n
comes when that area reaches n - 1/2. The halves put each arrival in the middle of its share, so
that a ramp of area A brings A shoppers, rounded, and the gaps go on evenly from phase to phase.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from math import floor, isfinite, sqrt
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Ramp(msgspec.Struct, frozen=True, kw_only=True):
    """One phase: the rate goes in a straight line from `first` to `last` shoppers a second.

    In JSON the two are called `from` and `to`. `lasts` is in seconds. A span or a rate that cannot
    be is a ValueError, which msgspec reports with its place in the plan.
    """

    lasts: float
    first: float = msgspec.field(name="from")
    last: float = msgspec.field(name="to")

    def __post_init__(self) -> None:
        if not (isfinite(self.lasts) and self.lasts > 0):
            raise ValueError(f"a phase lasts more than 0 s, not {self.lasts}")
        for rate in (self.first, self.last):
            if not (isfinite(rate) and rate >= 0):
                raise ValueError(f"a rate is 0 or more a second, not {rate}")

    @property
    def area(self) -> float:
        """How many shoppers come during the phase, as a real number."""
        return (self.first + self.last) / 2 * self.lasts

    def reached(self, area: float) -> float:
        """Seconds from the phase's start until `area` shoppers have come.

        The root of first*t + slope*t**2/2 = area, in the form that neither divides by a slope of
        zero nor subtracts numbers that are nearly equal.
        """
        if area <= 0:
            return 0.0
        slope = (self.last - self.first) / self.lasts
        square = max(0.0, self.first * self.first + 2 * slope * area)
        return min(self.lasts, 2 * area / (self.first + sqrt(square)))


class Slot(NamedTuple):
    """One arrival: shopper number `n`, from 1, comes `offset` seconds after the start."""

    n: int
    offset: float


class Schedule:
    """All arrivals of the phases in a row."""

    def __init__(self, ramps: Sequence[Ramp]) -> None:
        self._ramps = tuple(ramps)
        self._begins = tuple(accumulate((ramp.lasts for ramp in ramps), initial=0.0))
        self._areas = tuple(accumulate((ramp.area for ramp in ramps), initial=0.0))

    @property
    def count(self) -> int:
        """How many shoppers come in all: the area under the rates, rounded."""
        return floor(self._areas[-1] + 0.5)

    def offset(self, n: int) -> float:
        """When shopper `n`, from 1 to `count`, comes: seconds after the start."""
        area = n - 0.5
        index = min(bisect_left(self._areas, area, lo=1), len(self._ramps)) - 1
        return self._begins[index] + self._ramps[index].reached(area - self._areas[index])

    def slots(self, worker: int = 0, workers: int = 1) -> Iterator[Slot]:
        """The arrivals of one worker, in order: those whose n leaves `worker` modulo `workers`.

        Together the workers bring each shopper exactly once, at the time that a single one would.
        Raises UsageError for a worker that is not one of them.
        """
        if not 0 <= worker < workers:
            raise UsageError(f"worker {worker} of {workers}: workers count from 0 to workers - 1")
        for n in range(worker or workers, self.count + 1, workers):
            yield Slot(n, self.offset(n))
