"""The outbox of one account on its way to the merchant.

    offer ──> lane of the address, by due time on the account's clock ──> plan ──> post ──> record
                ▲                                                           │         │
                └──────────── delayed, held, or not acknowledged ───────────┴─────────┘

There is one lane for the account's own address, and one for each endpoint that the merchant made.
One owner runs `run()` in its TaskGroup; everything in flight belongs to a TaskGroup inside it.
Retries and delays follow the account's clock; signatures and the journal follow the machine's.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from itertools import count

from msgspec.structs import replace

from simulator.errors import UsageError
from simulator.faults.actions import DelayWebhook, HoldWebhook
from simulator.gateway.things import Happening
from simulator.scenario.facts import Fired
from simulator.webhooks.courier import Courier
from simulator.webhooks.lane import Lane
from simulator.webhooks.outbox import Job
from simulator.webhooks.target import Target
from simulator.webhooks.wiring import Wiring

log = logging.getLogger("paydrill.webhooks")


class Dispatcher:
    """Sends the events of one account until each is acknowledged or its schedule ends."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._courier = Courier(wiring, self._target_of)
        self._target: Target | None = None
        self._lanes: dict[str | None, Lane] = {}
        self._numbers = count()
        self._wake = asyncio.Event()
        self._closed = False

    @property
    def target(self) -> Target | None:
        """The account's own address; None: there is none, and nothing is kept for it."""
        return self._target

    def point(self, target: Target | None) -> None:
        """Let this be the account's own address from the next try on.

        The caller has checked it (`allowed`).
        """
        self._target = target
        self._wake.set()

    def offer(
        self,
        happening: Happening,
        endpoint: str | None = None,
        *,
        attempt: int = 1,
        tried: float | None = None,
    ) -> None:
        """Owe the merchant an event; without an address there is nobody to owe it to.

        Args:
            happening: the event, with what it is about as that stood.
            endpoint: the id of the endpoint that is to be told; the account's own address if None.
            attempt: the number of the next try; more than 1 after a restart.
            tried: when the last try ended, in wall seconds of the account's clock; None if there
                was none. The next follows at its time, and after the last one nothing does.
        """
        if endpoint is None and self._target is None:
            return
        lane, clock = self._lane(endpoint), self._wiring.clock
        wait = 0.0
        if tried is not None:
            gap = lane.schedule.gap_after(attempt - 1)
            if gap is None:
                return
            wait = max(0.0, tried + gap - clock.wall())
        job = Job(happening, attempt, endpoint, next(self._numbers))
        self._put(job, clock.monotonic() + wait)

    def again(self, happening: Happening, endpoint: str | None = None, *, attempt: int) -> int:
        """Send an event once more, now, and return the number of that try.

        An event that still waits for its next try there gets that try now. Of any other,
        `attempt` is the number; it is one try, whatever comes of it.

        Raises:
            UsageError: there is no such address, or the event is on its way there just now.
        """
        event = happening.event
        job = Job(happening, attempt, endpoint, extra=True)
        if self._target_of(job) is None:
            raise UsageError(_nowhere(endpoint))
        lane = self._lane(endpoint)
        if event.id in lane.sends.values():
            raise UsageError(f"{event.id} is on its way just now; ask again when it has ended")
        now = self._wiring.clock.monotonic()
        waiting = lane.outbox.hasten(event.id, now)
        if waiting is None:
            self._put(job, now)
        self._wake.set()
        return waiting.attempt if waiting else attempt

    def pending(self) -> int:
        """How many events are neither acknowledged nor given up, at each address on its own."""
        return sum(len(lane) for lane in self._lanes.values())

    def wake(self) -> None:
        """Look at the clock again; to be called when the account's clock was advanced."""
        self._wake.set()

    def clear(self) -> None:
        """Forget every event that is owed and cut short what is in flight; no line is written."""
        for lane in self._lanes.values():
            lane.outbox.clear()
            lane.cut()

    def close(self) -> None:
        """Make `run` return; what is in flight is cut short and stays unacknowledged."""
        self._closed = True
        self._wake.set()

    async def run(self) -> None:
        """Send what falls due until `close`; afterwards nothing of this dispatcher is left."""
        async with asyncio.TaskGroup() as group:
            while not self._closed:
                self._wake.clear()
                self._start_due(group)
                await self._next_change()
            for lane in self._lanes.values():
                lane.cut()

    def _lane(self, endpoint: str | None) -> Lane:
        lane = self._lanes.get(endpoint)
        if lane is None:
            wiring = self._wiring
            schedule = wiring.schedule if endpoint is None else wiring.of_endpoints
            lane = self._lanes[endpoint] = Lane(endpoint, schedule, wiring.in_flight)
        return lane

    def _target_of(self, job: Job) -> Target | None:
        if job.endpoint is None:
            return self._target
        return self._wiring.endpoint(job.event.channel, job.endpoint)

    def _open_lanes(self) -> tuple[Lane, ...]:
        """Those from which something may be taken: what waits for an address stays."""
        return tuple(lane for name, lane in self._lanes.items() if name or self._target)

    def _put(self, job: Job, due: float) -> None:
        self._lane(job.endpoint).outbox.put(job, due)
        self._wake.set()

    def _start_due(self, group: asyncio.TaskGroup) -> None:
        now = self._wiring.clock.monotonic()
        for lane in self._open_lanes():
            while taken := lane.take(now):
                due, job = taken
                if self._target_of(job) is None:
                    continue  # its endpoint is gone or disabled: this event is given up there
                send = group.create_task(self._perform(lane, job, due))
                lane.sends[send] = job.event.id
                send.add_done_callback(partial(self._ended, lane))
            self._tidy(lane)

    def _ended(self, lane: Lane, send: asyncio.Task[None]) -> None:
        lane.sends.pop(send, None)
        self._tidy(lane)
        self._wake.set()

    def _tidy(self, lane: Lane) -> None:
        """Forget the lane of an endpoint while nothing is owed there: it may be gone for good."""
        if not len(lane) and lane.endpoint is not None:
            self._lanes.pop(lane.endpoint, None)

    async def _next_change(self) -> None:
        """Until the next event is due, or something happens that could make one due."""
        now = self._wiring.clock.monotonic()
        waits = (lane.wait(now) for lane in self._open_lanes())
        wait = min((each for each in waits if each is not None), default=None)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()

    async def _perform(self, lane: Lane, job: Job, due: float) -> None:
        """One try of one event; a bug of ours in it is a failed delivery, and no more than that."""
        try:
            await self._try(lane, job, due)
        except Exception as error:
            log.exception("event %s could not be sent", job.event.id)
            self._courier.failed(job, error)
            self._retry(lane, job)

    async def _try(self, lane: Lane, job: Job, due: float) -> None:
        """The same, with the fault that the scenario has in store for it."""
        if job.drawn:
            fired = job.fired
        else:
            fired = self._wiring.plan(job.event, job.attempt)
            if fired is not None and self._postponed(lane, job, fired, due):
                return
        if await self._courier.carry(job, fired):
            lane.outbox.follow(job, self._wiring.clock.monotonic())
        else:
            self._retry(lane, job)

    def _postponed(self, lane: Lane, job: Job, fired: Fired, due: float) -> bool:
        """Whether the fault lets this try wait."""
        match fired.action:
            case DelayWebhook(seconds):
                self._put(replace(job, drawn=True, fired=fired), due + seconds)
                return True
            case HoldWebhook(seconds):
                return lane.outbox.hold(job, fired, due + seconds)
            case _:
                return False

    def _retry(self, lane: Lane, job: Job) -> None:
        gap = None if job.extra else lane.schedule.gap_after(job.attempt)
        if gap is not None and not self._closed:
            due = self._wiring.clock.monotonic() + gap
            self._put(replace(job, attempt=job.attempt + 1, drawn=False, fired=None), due)


def _nowhere(endpoint: str | None) -> str:
    if endpoint is None:
        return "no address for webhooks; PUT one at .../webhook first, or name an endpoint"
    return f"{endpoint} is no endpoint to which anything is sent; it may be disabled"
