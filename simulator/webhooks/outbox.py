"""What is owed at one address, by the time at which it falls due.

An event that is held back stands at the end of its patience; when a later event of its order has
arrived, it is moved to the front. One change of an order is held at a time: one event, or as many
as a dialect tells of one change.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import count

import msgspec
from msgspec.structs import replace

from simulator.gateway.model import Event
from simulator.gateway.things import Happening
from simulator.scenario.facts import Fired


class Job(msgspec.Struct, frozen=True):
    """An event that is owed at an address, with its objects as they were when it happened.

    `endpoint` is the id of the endpoint, None for the account's own address. `number` counts what
    was offered. `drawn` says that the fate of this try is known: `fired`, or nothing. `extra` marks
    a try that somebody asked for: the schedule does not go on from it, and it is no news.
    """

    happening: Happening
    attempt: int
    endpoint: str | None = None
    number: int = -1
    drawn: bool = False
    fired: Fired | None = None
    extra: bool = False

    @property
    def event(self) -> Event:
        """What happened."""
        return self.happening.event

    @property
    def story(self) -> str:
        """What its order of events is about: the order, or for one of none, the thing itself."""
        event = self.event
        return event.order or event.payment or event.thing or event.id

    def tells_with(self, other: Job) -> bool:
        """Whether a dialect tells of one change of one payment by both."""
        mine, others = self.event, other.event
        return mine.name is not None and (self.happening.created, mine.type, mine.payment) == (
            other.happening.created,
            others.type,
            others.payment,
        )


class Outbox:
    """A queue by due time (seconds of the account's clock); of one time, first come, first sent."""

    def __init__(self) -> None:
        self._queue: list[tuple[float, int, Job]] = []
        self._order = count()
        #: By story; each stands in the queue, too.
        self._held: dict[str, list[tuple[Job, Fired]]] = {}

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
        self._let_go(job)
        return due, job

    def hold(self, job: Job, fired: Fired, until: float) -> bool:
        """Keep this back until `follow` or `until`; False if another change is held already."""
        group = self._held.setdefault(job.story, [])
        if group and not group[0][0].tells_with(job):
            return False
        held = replace(job, drawn=True)  # patience that ends performs nothing
        group.append((held, fired))
        self.put(held, until)
        return True

    def follow(self, newer: Job, now: float) -> None:
        """An event has arrived: what is held back of its order falls due now, if it is older."""
        group = self._held.get(newer.story, [])
        if not group or group[0][0].number > newer.number or group[0][0].tells_with(newer):
            return
        for job, fired in self._held.pop(newer.story):
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

    def _let_go(self, job: Job) -> None:
        """It is held back no longer, if it was."""
        group = self._held.get(job.story)
        if group is not None:
            left = [each for each in group if each[0] is not job]
            if left:
                self._held[job.story] = left
            else:
                del self._held[job.story]

    def _remove(self, job: Job) -> None:
        self._queue = [entry for entry in self._queue if entry[2] is not job]
        heapify(self._queue)
