"""When which phase is on. Times are seconds of the clock on which the scenario plays."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple

from simulator.scenario.document import Scenario


class Span(NamedTuple):
    """A phase in time: from `begins`, which belongs to it, to `ends`, which does not."""

    name: str
    begins: float
    ends: float


class Timeline:
    """The phases of a scenario, one after the other from `started`, again and again if it loops."""

    def __init__(self, scenario: Scenario, started: float) -> None:
        self._phases = scenario.phases
        self._loops = scenario.loop and bool(scenario.phases)
        self._offsets = (0.0, *accumulate(phase.lasts for phase in scenario.phases))
        self._started = started

    @property
    def started(self) -> float:
        """When the first phase begins, or would have begun before a jump."""
        return self._started

    def spans(self, turn: int = 0) -> tuple[Span, ...]:
        """All phases of one turn; turns count from 0 and follow one another without a gap."""
        length = self._offsets[-1]
        base = self._started + turn * length
        edges = [base + offset for offset in self._offsets]
        edges[-1] = self._started + (turn + 1) * length  # exactly the first edge of the next turn
        return tuple(
            Span(phase.name, *edge)
            for phase, edge in zip(self._phases, pairwise(edges), strict=True)
        )

    def at(self, now: float) -> Span | None:
        """The phase that is on at `now`; None before the first and after the last."""
        return next((span for span in self._near(now) if span.begins <= now < span.ends), None)

    def over(self, now: float) -> bool:
        """Whether the last phase has ended and none will come."""
        spans = self.spans()
        return bool(spans) and not self._loops and now >= spans[-1].ends

    def edges(self, now: float) -> Iterator[float]:
        """Moments near `now` at which a phase begins or ends."""
        yield self._started
        for span in self._near(now):
            yield span.begins
            yield span.ends

    def moved(self, name: str, now: float) -> float:
        """When the scenario must have started for the phase `name` to begin at `now`."""
        offset = dict(zip((phase.name for phase in self._phases), self._offsets, strict=False))
        return now - offset[name]

    def _near(self, now: float) -> Iterator[Span]:
        """The phases of the turn at `now` and of its neighbours, for rounding may move an edge."""
        turn = int((now - self._started) // self._offsets[-1]) if self._loops else 0
        for each in (turn - 1, turn, turn + 1) if self._loops else (0,):
            if each >= 0:
                yield from self.spans(each)
