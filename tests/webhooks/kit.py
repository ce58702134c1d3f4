"""A merchant's endpoint that answers by script, and a dispatcher wired to it on virtual clocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

import aiohttp
import msgspec
from aiohttp import web

from simulator.clock import VirtualClock
from simulator.dialects.letter import Letter
from simulator.dialects.native.letters import NativeLetter
from simulator.faults.actions import Action
from simulator.faults.fault import Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.model import Event, Method, Payment, Status
from simulator.gateway.things import About, Happening
from simulator.ids import IdSource
from simulator.journal.entry import Delivery
from simulator.scenario.facts import Fired
from simulator.webhooks.dispatcher import Dispatcher
from simulator.webhooks.sender import Sender
from simulator.webhooks.target import Target
from simulator.webhooks.wiring import Wiring

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WALL = 1_700_000_000.0


class Trouble(Fault):
    """A webhook fault whose action the test chooses; what it does is the dispatcher's affair."""

    name: ClassVar[str] = "webhook_trouble"
    operations: ClassVar[frozenset[str]] = frozenset({"webhook"})
    per: ClassVar[Per] = Per.EXCHANGE

    stage: ClassVar[Stage] = Stage.WEBHOOK  # type: ignore[assignment]
    effect: ClassVar[Effect] = Effect.NONE  # type: ignore[assignment]
    seen: ClassVar[Seen] = Seen.INFO  # type: ignore[assignment]

    def act(self, draw: Draw) -> Action:
        """Not asked here."""
        raise NotImplementedError


def fired(action: Action) -> Fired:
    """A rule named `trouble` that fires with this action."""
    return Fired(rule="trouble", arm=None, fault=Trouble(), action=action)


def payment(number: int = 1, status: Status = Status.CAPTURED) -> Payment:
    """A captured payment of 19.99 USD for order `ord_<number>`."""
    return Payment(
        id=f"pay_{number}",
        order=f"ord_{number}",
        channel="primary",
        status=status,
        amount=1999,
        currency="USD",
        method=Method(type="card", token="tok_visa_DE_1"),
        amount_captured=1999 if status is Status.CAPTURED else 0,
    )


def event(number: int = 1, kind: str = "payment.captured") -> Event:
    """An event of that payment."""
    return Event(
        id=f"evt_{number}",
        type=kind,
        channel="primary",
        order=f"ord_{number}",
        payment=f"pay_{number}",
    )


def born(
    event: Event, payment: Payment | None, about: About | None = None, created: float = WALL
) -> Happening:
    """The event as it was born."""
    return Happening(event, payment, about, created)


class PlainLetter(NativeLetter):
    """Signed and forged as the native ones are."""

    def body(self, happening: Happening) -> bytes:
        """A body with all that was passed, so that a test can see it."""
        return msgspec.json.encode(
            {
                "id": happening.event.id,
                "type": happening.event.type,
                "created": happening.created,
                "payment": happening.payment,
                "about": happening.about,
            }
        )


class Shop:
    """Answers webhooks with the scripted statuses in turn, then 204; None closes unanswered."""

    def __init__(self) -> None:
        self.script: list[int | None] = []
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.changed = asyncio.Condition()
        self.busy = 0
        self.busiest = 0
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """One webhook."""
        self.received.append((dict(request.headers), await request.read()))
        async with self.changed:
            self.changed.notify_all()
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await self.hold.wait()
        self.busy -= 1
        status = self.script.pop(0) if self.script else 204
        if status is None:
            request.transport.close()
        return web.Response(status=status or 500)

    async def arrivals(self, number: int) -> None:
        """Until so many have arrived; fails the test after two real seconds."""
        async with asyncio.timeout(2), self.changed:
            await self.changed.wait_for(lambda: len(self.received) >= number)

    def ids(self) -> list[str]:
        """The `webhook-id` of all that came, in order of arrival."""
        return [headers["webhook-id"] for headers, _ in self.received]


class Desk:
    """A running dispatcher, its clocks, and the lines that it wrote."""

    def __init__(self, session: aiohttp.ClientSession, timeout: float = 5.0) -> None:
        self.clock = VirtualClock(wall=WALL, monotonic=1_000.0)
        self.system = VirtualClock(wall=WALL, monotonic=50.0)
        self.plan: Callable[[Event, int], Fired | None] = lambda event, attempt: None
        self.planned: list[tuple[str, int]] = []
        self.letter: Letter = PlainLetter()
        self.endpoints: dict[str, Target] = {}
        self.lines: asyncio.Queue[Delivery] = asyncio.Queue()
        self.wiring = Wiring(
            account="test",
            sender=Sender(session, self.system, timeout),
            clock=self.clock,
            system=self.system,
            ids=IdSource("forge"),
            letter=lambda event: self.letter,
            endpoint=lambda channel, name: self.endpoints.get(name),
            plan=self._planned,
            record=self.lines.put_nowait,
        )
        self.dispatcher = Dispatcher(self.wiring)

    def _planned(self, event: Event, attempt: int) -> Fired | None:
        self.planned.append((event.id, attempt))
        return self.plan(event, attempt)

    async def next(self) -> Delivery:
        """The next line; fails the test after two real seconds rather than hang."""
        async with asyncio.timeout(2):
            return await self.lines.get()

    async def idle(self) -> None:
        """Until the owner has done all that it can do without a clock or an answer."""
        for _ in range(10):
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Move the account's clock; let the dispatcher see it."""
        self.clock.advance(seconds)
        self.dispatcher.wake()
        await self.idle()
