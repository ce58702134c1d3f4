"""The outbox of one account on its way to the merchant.

    offer ──> queue (by due time on the account's clock) ──> plan ──> post ──> record
                ▲                                             │         │
                └──────────── delayed, or not acknowledged ───┴─────────┘

One owner runs `run()` in its TaskGroup; everything in flight belongs to a TaskGroup inside it.
Retries and delays follow the account's clock; signatures and the journal follow the machine's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Final

import msgspec
from msgspec.structs import replace

from simulator.clock import Clock
from simulator.faults.actions import DelayWebhook, DropWebhook, ForgeWebhook, RepeatWebhook
from simulator.gateway.model import Event, Payment, Refund
from simulator.gateway.ports import Ids
from simulator.journal.entry import Delivery
from simulator.scenario.facts import Fired
from simulator.webhooks import forgery
from simulator.webhooks.schedule import SHORT, Schedule
from simulator.webhooks.sender import Result, Sender
from simulator.webhooks.target import Target

IN_FLIGHT: Final = 64

#: The event's body in the account's dialect: event, payment, refund, wall seconds of its birth.
Render = Callable[[Event, Payment, Refund | None, float], bytes]
#: The headers that prove a body: secret, event id, wall seconds of this try, body.
Sign = Callable[[str, str, int, bytes], dict[str, str]]
#: What a scenario has in store for this try of this event.
Plan = Callable[[Event, int], Fired | None]
Record = Callable[[Delivery], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What a dispatcher is connected to.

    `clock` is the account's, on which schedules run; `system` the machine's, for signatures and
    the journal. `record` is called once for every try, when its outcome is known.
    """

    account: str
    sender: Sender
    clock: Clock
    system: Clock
    ids: Ids
    render: Render
    sign: Sign
    plan: Plan
    record: Record
    schedule: Schedule = SHORT
    in_flight: int = IN_FLIGHT


class _Job(msgspec.Struct, frozen=True):
    """An event that is owed, with its objects as they were when it happened."""

    event: Event
    payment: Payment
    refund: Refund | None
    created: float
    attempt: int
    delayed: Fired | None = None


class Dispatcher:
    """Sends the events of one account until each is acknowledged or its schedule ends."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._target: Target | None = None
        self._queue: list[tuple[float, int, _Job]] = []
        self._order = count()  # breaks ties of due times: first come, first sent
        self._sends: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._closed = False

    @property
    def target(self) -> Target | None:
        """Where events go; None: nowhere, and events that are offered are not kept."""
        return self._target

    def point(self, target: Target | None) -> None:
        """Send to this endpoint from the next try on. The caller has checked it (`allowed`)."""
        self._target = target
        self._wake.set()

    def offer(
        self,
        event: Event,
        payment: Payment,
        refund: Refund | None = None,
        *,
        created: float | None = None,
        attempt: int = 1,
    ) -> None:
        """Owe the merchant an event; without an endpoint there is nobody to owe it to.

        Args:
            event: what happened.
            payment: the payment as it was left by what happened.
            refund: the refund, for an event about one.
            created: wall seconds of its birth; the account's present by default.
            attempt: the number of the next try; more than 1 after a restart.
        """
        if self._target is None:
            return
        born = self._wiring.clock.wall() if created is None else created
        now = self._wiring.clock.monotonic()
        self._put(_Job(event, payment, refund, born, attempt), now)

    def pending(self) -> int:
        """How many events are neither acknowledged nor given up."""
        return len(self._queue) + len(self._sends)

    def wake(self) -> None:
        """Look at the clock again; to be called when the account's clock was advanced."""
        self._wake.set()

    def clear(self) -> None:
        """Forget every event that is owed and cut short what is in flight; no line is written."""
        self._queue.clear()
        self._cut()

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
            self._cut()

    def _put(self, job: _Job, due: float) -> None:
        heappush(self._queue, (due, next(self._order), job))
        self._wake.set()

    def _cut(self) -> None:
        for send in self._sends:
            send.cancel()

    def _start_due(self, group: asyncio.TaskGroup) -> None:
        now = self._wiring.clock.monotonic()
        while self._has_room() and self._queue and self._queue[0][0] <= now:
            due, _, job = heappop(self._queue)
            send = group.create_task(self._perform(job, due))
            self._sends.add(send)
            send.add_done_callback(self._ended)

    def _ended(self, send: asyncio.Task[None]) -> None:
        self._sends.discard(send)
        self._wake.set()

    def _has_room(self) -> bool:
        return self._target is not None and len(self._sends) < self._wiring.in_flight

    async def _next_change(self) -> None:
        """Until the next event is due, or something happens that could make one due."""
        wait = None
        if self._queue and self._has_room():
            wait = max(0.0, self._queue[0][0] - self._wiring.clock.monotonic())
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()

    async def _perform(self, job: _Job, due: float) -> None:
        """One try of one event, with the fault that the scenario has in store for it."""
        fired = job.delayed or self._wiring.plan(job.event, job.attempt)
        if fired and job.delayed is None and isinstance(fired.action, DelayWebhook):
            self._put(replace(job, delayed=fired), due + fired.action.seconds)
        elif not await self._send(job, fired):
            self._retry(job)

    async def _send(self, job: _Job, fired: Fired | None) -> bool:
        """Whether the event was acknowledged."""
        match fired.action if fired else None:
            case None | DelayWebhook():  # a delay has been waited for by now
                return await self._post(job, fired)
            case DropWebhook():
                self._record(job, Result(sent=False), fired)
                return False
            case RepeatWebhook(times=times):
                return await self._repeat(job, fired, times)
            case ForgeWebhook():
                # The lie goes first: an attacker does not wait for the gateway.
                await self._forge(job, fired)
                return await self._post(job, None)
            case other:
                raise TypeError(f"{type(other).__name__} cannot be done to a webhook")

    async def _repeat(self, job: _Job, fired: Fired | None, times: int) -> bool:
        """The genuine try, then copies one after the other; the hit stands at the first copy."""
        acknowledged = await self._post(job, None)
        for copy in range(times):
            taken = await self._post(job, fired if copy == 0 else None)
            acknowledged = acknowledged or taken
        return acknowledged

    async def _forge(self, job: _Job, fired: Fired | None) -> None:
        event, lie = forgery.claim(job.payment, self._wiring.ids)
        forged = replace(job, event=event, payment=lie, refund=None, attempt=1)
        await self._post(forged, fired, secret=forgery.guessed_secret(event))

    async def _post(self, job: _Job, fired: Fired | None, secret: str | None = None) -> bool:
        """Send once and record it. `secret` is a forger's guess; the account's by default."""
        wiring, target = self._wiring, self._target
        if target is None:  # taken away between two sends of this try
            return False
        body = wiring.render(job.event, job.payment, job.refund, job.created)
        now = int(wiring.system.wall())
        headers = {
            "content-type": "application/json",
            **wiring.sign(secret or target.secret, job.event.id, now, body),
        }
        result = await wiring.sender.post(target.url, headers, body)
        performed = fired if result.sent else None
        self._record(job, result, performed, genuine=secret is None)
        return result.acknowledged

    def _record(
        self, job: _Job, result: Result, fired: Fired | None, *, genuine: bool = True
    ) -> None:
        event, system = job.event, self._wiring.system
        self._wiring.record(
            Delivery(
                source="gateway",
                wall=system.wall(),
                mono=system.monotonic(),
                account=self._wiring.account,
                event=event.id,
                type=event.type,
                channel=event.channel,
                order=event.order,
                payment=event.payment,
                refund=event.refund,
                attempt=job.attempt,
                genuine=genuine,
                sent=result.sent,
                status=result.status,
                acknowledged=result.acknowledged,
                error=result.error,
                took=result.took,
                hits=(fired.hit(),) if fired else (),
            )
        )

    def _retry(self, job: _Job) -> None:
        gap = self._wiring.schedule.gap_after(job.attempt)
        if gap is not None and not self._closed:
            due = self._wiring.clock.monotonic() + gap
            self._put(replace(job, attempt=job.attempt + 1, delayed=None), due)
