"""What is owed to a merchant, by the time at which it falls due.

An event that is held back stands at the end of its patience; when a later event of its order has
arrived, it is moved to the front. One event of an order is held at a time.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import count

import msgspec
from msgspec.structs import replace

from simulator.gateway.model import Event, Payment
from simulator.gateway.things import About
from simulator.scenario.facts import Fired


class Job(msgspec.Struct, frozen=True):
    """An event that is owed, with its objects as they were when it happened.

    `number` counts events as they were offered. `drawn` says that the fate of this try is known:
    `fired`, or nothing. `extra` marks a try that somebody asked for: the schedule does not go on
    from it, and it is no news.
    """

    event: Event
    payment: Payment
    about: About | None
    created: float
    attempt: int
    number: int = -1
    drawn: bool = False
    fired: Fired | None = None
    extra: bool = False


class Outbox:
    """A queue by due time (seconds of the account's clock); of one time, first come, first sent."""

    def __init__(self) -> None:
        self._queue: list[tuple[float, int, Job]] = []
        self._order = count()
        self._held: dict[str, tuple[Job, Fired]] = {}  # by order; each stands in the queue too

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def next_due(self) -> float | None:
        """When the next event falls due; None if none is owed."""
        return self._queue[0][0] if self._queue else None

    def put(self, job: Job, due: float) -> None:
        """Owe this."""
        heappush(self._queue, (due, next(self._order), job))

    def pop(self) -> tuple[float, Job]:
        """Take out what falls due next, and when that is or was; it must not be empty."""
        due, _, job = heappop(self._queue)
        held = self._held.get(job.event.order)
        if held is not None and held[0] is job:
            del self._held[job.event.order]
        return due, job

    def hold(self, job: Job, fired: Fired, until: float) -> bool:
        """Keep this back until `follow` or `until`; False if one of its order is held already."""
        if job.event.order in self._held:
            return False
        held = replace(job, drawn=True)  # patience that ends performs nothing
        self._held[job.event.order] = (held, fired)
        self.put(held, until)
        return True

    def follow(self, newer: Job, now: float) -> None:
        """An event has arrived: what is held back of its order falls due now, if it is older."""
        held = self._held.get(newer.event.order)
        if held is None or held[0].number > newer.number:
            return
        job, fired = self._held.pop(newer.event.order)
        self._remove(job)
        self.put(replace(job, fired=fired), now)

    def hasten(self, event: str, now: float) -> Job | None:
        """Let the event of this id fall due now, if it is owed."""
        job = next((each for _, _, each in self._queue if each.event.id == event), None)
        if job is not None:
            self._remove(job)
            self.put(job, now)
        return job

    def clear(self) -> None:
        """Owe nothing."""
        self._queue.clear()
        self._held.clear()

    def _remove(self, job: Job) -> None:
        self._queue = [entry for entry in self._queue if entry[2] is not job]
        heapify(self._queue)
