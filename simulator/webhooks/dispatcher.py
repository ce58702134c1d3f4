"""The outbox of one account on its way to the merchant.

    offer ──> queue (by due time on the account's clock) ──> plan ──> post ──> record
                ▲                                             │         │
                └────── delayed, held, or not acknowledged ───┴─────────┘

One owner runs `run()` in its TaskGroup; everything in flight belongs to a TaskGroup inside it.
Retries and delays follow the account's clock; signatures and the journal follow the machine's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Final

from msgspec.structs import replace

from simulator.clock import Clock
from simulator.errors import UsageError
from simulator.faults.actions import (
    AgeWebhook,
    DelayWebhook,
    DropWebhook,
    ForgeWebhook,
    HoldWebhook,
    RepeatWebhook,
)
from simulator.gateway.model import Event, Payment
from simulator.gateway.ports import Ids
from simulator.gateway.things import About
from simulator.journal.entry import Delivery
from simulator.scenario.facts import Fired
from simulator.webhooks import forgery
from simulator.webhooks.outbox import Job, Outbox
from simulator.webhooks.schedule import SHORT, Schedule
from simulator.webhooks.sender import Result, Sender
from simulator.webhooks.target import Target

IN_FLIGHT: Final = 64

#: The event's body in the account's dialect: event, payment, what else it is about, wall seconds of
#: its birth.
Render = Callable[[Event, Payment, About | None, float], bytes]
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


class Dispatcher:
    """Sends the events of one account until each is acknowledged or its schedule ends."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._target: Target | None = None
        self._outbox = Outbox()
        self._numbers = count()
        self._sends: dict[asyncio.Task[None], str] = {}  # with the id of the event that it sends
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
        about: About | None = None,
        *,
        created: float | None = None,
        attempt: int = 1,
    ) -> None:
        """Owe the merchant an event; without an endpoint there is nobody to owe it to.

        Args:
            event: what happened.
            payment: the payment as it was left by what happened.
            about: the refund or other thing, for an event about one.
            created: wall seconds of its birth; the account's present by default.
            attempt: the number of the next try; more than 1 after a restart.
        """
        if self._target is None:
            return
        born = self._wiring.clock.wall() if created is None else created
        now = self._wiring.clock.monotonic()
        self._put(Job(event, payment, about, born, attempt, next(self._numbers)), now)

    def again(
        self,
        event: Event,
        payment: Payment,
        about: About | None = None,
        *,
        created: float,
        attempt: int,
    ) -> int:
        """Send an event once more, now, and return the number of that try.

        An event that still waits for its next try gets that try now. Of any other, `attempt` is
        the number; it is one try, whatever comes of it.

        Raises:
            UsageError: there is no endpoint to send to, or the event is on its way just now.
        """
        if self._target is None:
            raise UsageError("no address for webhooks; PUT one at .../webhook first")
        if event.id in self._sends.values():
            raise UsageError(f"{event.id} is on its way just now; ask again when it has ended")
        now = self._wiring.clock.monotonic()
        waiting = self._outbox.hasten(event.id, now)
        if waiting is None:
            self._put(Job(event, payment, about, created, attempt, extra=True), now)
        self._wake.set()
        return waiting.attempt if waiting else attempt

    def pending(self) -> int:
        """How many events are neither acknowledged nor given up."""
        return len(self._outbox) + len(self._sends)

    def wake(self) -> None:
        """Look at the clock again; to be called when the account's clock was advanced."""
        self._wake.set()

    def clear(self) -> None:
        """Forget every event that is owed and cut short what is in flight; no line is written."""
        self._outbox.clear()
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

    def _put(self, job: Job, due: float) -> None:
        self._outbox.put(job, due)
        self._wake.set()

    def _cut(self) -> None:
        for send in self._sends:
            send.cancel()

    def _start_due(self, group: asyncio.TaskGroup) -> None:
        now = self._wiring.clock.monotonic()
        while self._has_room() and (due := self._outbox.next_due) is not None and due <= now:
            due, job = self._outbox.pop()
            send = group.create_task(self._perform(job, due))
            self._sends[send] = job.event.id
            send.add_done_callback(self._ended)

    def _ended(self, send: asyncio.Task[None]) -> None:
        self._sends.pop(send, None)
        self._wake.set()

    def _has_room(self) -> bool:
        return self._target is not None and len(self._sends) < self._wiring.in_flight

    async def _next_change(self) -> None:
        """Until the next event is due, or something happens that could make one due."""
        wait = None
        due = self._outbox.next_due
        if due is not None and self._has_room():
            wait = max(0.0, due - self._wiring.clock.monotonic())
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()

    async def _perform(self, job: Job, due: float) -> None:
        """One try of one event, with the fault that the scenario has in store for it."""
        if job.drawn:
            fired = job.fired
        else:
            fired = self._wiring.plan(job.event, job.attempt)
            if fired is not None and self._postponed(job, fired, due):
                return
        if await self._send(job, fired):
            self._outbox.follow(job, self._wiring.clock.monotonic())
        else:
            self._retry(job)

    def _postponed(self, job: Job, fired: Fired, due: float) -> bool:
        """Whether the fault lets this try wait."""
        match fired.action:
            case DelayWebhook(seconds):
                self._put(replace(job, drawn=True, fired=fired), due + seconds)
                return True
            case HoldWebhook(seconds):
                return self._outbox.hold(job, fired, due + seconds)
            case _:
                return False

    async def _send(self, job: Job, fired: Fired | None) -> bool:
        """Whether the event was acknowledged."""
        match fired.action if fired else None:
            case None | DelayWebhook():  # a delay has been waited for by now
                return await self._post(job, fired)
            case HoldWebhook():  # was held and follows; or goes now, for another one is held
                return await self._post(job, fired if job.drawn else None)
            case DropWebhook():
                self._record(job, Result(sent=False), fired)
                return False
            case RepeatWebhook(times=times):
                return await self._repeat(job, fired, times)
            case AgeWebhook(seconds):
                await self._post(job, fired, age=seconds)
                return False  # whatever was answered: the event itself is still owed
            case ForgeWebhook():
                # The lie goes first: an attacker does not wait for the gateway.
                await self._forge(job, fired)
                return await self._post(job, None)
            case other:
                raise TypeError(f"{type(other).__name__} cannot be done to a webhook")

    async def _repeat(self, job: Job, fired: Fired | None, times: int) -> bool:
        """The genuine try, then copies one after the other; the hit stands at the first copy."""
        acknowledged = await self._post(job, None)
        for copy in range(times):
            taken = await self._post(job, fired if copy == 0 else None)
            acknowledged = acknowledged or taken
        return acknowledged

    async def _forge(self, job: Job, fired: Fired | None) -> None:
        event, lie = forgery.claim(job.payment, self._wiring.ids)
        forged = replace(job, event=event, payment=lie, about=None, attempt=1)
        await self._post(forged, fired, secret=forgery.guessed_secret(event))

    async def _post(
        self, job: Job, fired: Fired | None, *, secret: str | None = None, age: float = 0.0
    ) -> bool:
        """Send once and record it.

        `secret` is a forger's guess; the account's by default. The signature is `age` seconds old.
        """
        wiring, target = self._wiring, self._target
        if target is None:  # taken away between two sends of this try
            return False
        body = wiring.render(job.event, job.payment, job.about, job.created)
        signed = int(wiring.system.wall() - age)
        headers = {
            "content-type": "application/json",
            **wiring.sign(secret or target.secret, job.event.id, signed, body),
        }
        result = await wiring.sender.post(target.url, headers, body)
        performed = fired if result.sent else None
        self._record(job, result, performed, genuine=secret is None, stale=age > 0)
        return result.acknowledged

    def _record(
        self,
        job: Job,
        result: Result,
        fired: Fired | None,
        *,
        genuine: bool = True,
        stale: bool = False,
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
                thing=event.thing,
                attempt=job.attempt,
                genuine=genuine,
                stale=stale,
                sent=result.sent,
                status=result.status,
                acknowledged=result.acknowledged,
                error=result.error,
                took=result.took,
                hits=(fired.hit(),) if fired else (),
            )
        )

    def _retry(self, job: Job) -> None:
        gap = None if job.extra else self._wiring.schedule.gap_after(job.attempt)
        if gap is not None and not self._closed:
            due = self._wiring.clock.monotonic() + gap
            self._put(replace(job, attempt=job.attempt + 1, drawn=False, fired=None), due)
