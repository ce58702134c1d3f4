"""A drill without processes and without waiting: fakes of everything that takes part.

The clock jumps whenever the runner rests. What the gateway and the shoppers do is a story, told
from the moment at which the scenario is put on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from simulator.clock import VirtualClock
from simulator.drills import events
from simulator.drills.book import BookUnreadable, Look, Row
from simulator.drills.differences import Report
from simulator.drills.folder import Folder
from simulator.drills.load import LoadPlan
from simulator.drills.merchantfile import merchant
from simulator.drills.plan import Drill
from simulator.drills.ports import AccountState, Held, Performance, RuleHits, Span, Waiting
from simulator.drills.runner import run
from simulator.drills.verdict import Verdict
from simulator.errors import ControlError
from simulator.journal.entry import Commit, Line, Order, Shopper
from simulator.scenario import loader
from tests.drills import stories
from tests.drills.stories import GOOD, SCENARIO
from tests.journal.story import ZERO

Kind = TypeVar("Kind")


class VirtualPace(VirtualClock):
    """Time that passes at once. `plans` are things to do when a moment has come."""

    def __init__(self) -> None:
        super().__init__(monotonic=ZERO - 0.5)
        self.plans: list[tuple[float, Callable[[], None]]] = []

    def at(self, seconds: float, do: Callable[[], None]) -> None:
        """Do something so many seconds after the first phase began."""
        self.plans.append((ZERO + seconds, do))

    async def rest(self, seconds: float, until: asyncio.Event) -> None:
        """Jump; what falls due on the way is done at its moment, and may set `until`."""
        end = self.monotonic() + seconds
        for moment, do in sorted(self.plans, key=lambda plan: plan[0]):
            if moment <= end and not until.is_set():
                self.plans.remove((moment, do))
                self.advance(max(0.0, moment - self.monotonic()))
                do()
        for _ in range(5):  # so many rounds of the loop until a signal has arrived
            await asyncio.sleep(0)
        if not until.is_set():
            self.advance(max(0.0, end - self.monotonic()))


@dataclass
class FakeControl:
    """A gateway's control API; `calls` are those that change something, in order."""

    pace: VirtualPace
    calls: list[str] = field(default_factory=list)
    now: AccountState = field(default_factory=AccountState)
    held: tuple[Held, ...] = ()
    commit_lines: list[Commit] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def _call(self, name: str) -> None:
        if name in self.broken:
            raise ControlError(f"{name} does not work")
        if name not in {"state", "commits"} and (name != "lease" or "lease" not in self.calls):
            self.calls.append(name)

    async def health(self) -> str:
        """Always well."""
        self._call("health")
        return "0.0.0"

    async def webhook(self, url: str, secret: str) -> None:
        """Taken."""
        self._call("webhook")

    async def perform(self, performance: Performance) -> tuple[Span, ...]:
        """The phases of the scenario, from now on."""
        self._call("perform")
        spans, begins = [], self.pace.monotonic() + performance.start_in
        for phase in loader.load(performance.scenario, "x.yaml").phases:
            spans.append(Span(phase.name, begins, begins + phase.lasts))
            begins += phase.lasts
        return tuple(spans)

    async def lease(self, ttl: float) -> None:
        """Renewed."""
        self._call("lease")

    async def heal(self) -> None:
        """Healed."""
        self._call("heal")

    async def phase(self, name: str) -> None:
        """Jumped."""
        self._call(f"phase {name}")

    async def state(self) -> AccountState:
        """As the test says."""
        self._call("state")
        return self.now

    async def payments(self) -> tuple[Held, ...]:
        """As the test says."""
        return self.held

    async def commits(self, after: int) -> tuple[tuple[Commit, ...], int]:
        """Those of the story, up to now."""
        self._call("commits")
        now = self.pace.monotonic()
        lines = [line for line in self.commit_lines[after:] if line.mono <= now]
        return tuple(lines), after + len(lines)


@dataclass
class Fake:
    """What may end by itself."""

    code: int | None = None

    def ended(self) -> int | None:
        """As the test says."""
        return self.code

    def last_words(self) -> str:
        """Some."""
        return "last words"


@dataclass
class FakeGateway(Fake):
    """A gateway; its journal is the gateway's part of the story."""

    control: FakeControl = field(default_factory=lambda: FakeControl(VirtualPace()))
    primary: str = "http://primary"
    backup: str = "http://backup"
    collected: bool = False

    async def collect(self) -> None:
        """Noted."""
        self.collected = True


@dataclass
class FakeShop(Fake):
    """A merchant whose order book is the story's."""

    url: str = "http://shop"
    book: Callable[[], tuple[Row, ...]] = tuple
    ill: str | None = None
    unreadable: str | None = None
    done: list[str] = field(default_factory=list)
    raw: bytes = b""
    no_way: str | None = None

    async def problem(self) -> str | None:
        """As the test says."""
        return self.ill

    async def orders(self, run: str, look: Look | None = None) -> tuple[Row, ...]:
        """As the test says."""
        if self.unreadable is not None:
            raise BookUnreadable(self.unreadable)
        rows = self.book()
        if look is not None:
            for row in rows:
                look(row.order_id, self.raw or msgspec.json.encode(row))
        return rows

    async def differences(self) -> Report:
        """Nothing."""
        return Report()

    def strike(self, signal: str, instance: int | None = None) -> None:
        """Ends, by its signal's number."""
        self.done.append(signal if instance is None else f"{signal} {instance}")
        self.code = {"kill": -9, "term": 0}[signal]

    def start_again(self) -> None:
        """Runs again."""
        self.done.append("start")
        self.code = None

    def unreachable(self) -> str | None:
        """As the test says."""
        return self.no_way


@dataclass
class FakeLoad(Fake):
    """Shoppers; when they are let go the whole story is written down at once."""

    tell: Callable[[], None] = lambda: None
    started: float | None = None
    stops: int = 0
    stubborn: bool = False

    def problem(self) -> str | None:
        """Always ready."""
        return None

    def go(self, started: float) -> None:
        """The story happens."""
        self.started = started
        self.tell()

    def stop(self) -> None:
        """Ends, unless it is stubborn."""
        self.stops += 1
        self.end()

    def end(self) -> None:
        """As when all shoppers have left."""
        if not self.stubborn:
            self.code = self.code or 0


class FakeStarters:
    """Starts the fakes. Change them before the run to make something go wrong."""

    def __init__(self, drill: Drill, pace: VirtualPace, story: str = GOOD) -> None:
        self.drill = drill
        self.pace = pace
        self.lines = [_ours(line) for line in stories.journal(story)[1:]]
        self.fake_gateway = FakeGateway(control=FakeControl(pace))
        self.shop = FakeShop(book=self._book)
        self.fake_load = FakeLoad(tell=self._tell)
        self.environment: Mapping[str, str] = {}
        self.plan: LoadPlan | None = None
        self.closed = False
        control = self.fake_gateway.control
        control.commit_lines = [line for line in self.lines if isinstance(line, Commit)]
        pace.at(31.0, self.fake_load.end)

    async def gateway(self) -> FakeGateway:
        """The gateway."""
        return self.fake_gateway

    async def merchant(self, environment: Mapping[str, str]) -> FakeShop:
        """The merchant, with what it was told."""
        self.environment = environment
        return self.shop

    async def load(self, plan: LoadPlan) -> FakeLoad:
        """The shoppers, with what they were told."""
        self.plan = plan
        return self.fake_load

    async def close(self) -> None:
        """What the story tells of later than now never happened."""
        self.closed = True
        if self.fake_load.started is not None:
            self._write(self.pace.monotonic())

    @property
    def calls(self) -> list[str]:
        """What the control API was asked, in order."""
        return self.fake_gateway.control.calls

    def forget(self, *orders: str) -> None:
        """These orders never come."""
        self.lines = [line for line in self.lines if getattr(line, "order", "") not in orders]

    def _tell(self) -> None:
        self._write(float("inf"))

    def _write(self, until: float) -> None:
        parts = {"gateway": self.drill.folder.gateway, "client": self.drill.folder.load.history(0)}
        for source, path in parts.items():
            lines = [line for line in self.lines if line.source == source and line.mono <= until]
            path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))

    def _book(self) -> tuple[Row, ...]:
        """The rows of those who have left by now."""
        now = self.pace.monotonic()
        left = {line.order for line in self.lines if isinstance(line, Shopper) and line.mono <= now}
        rows = (line for line in self.lines if isinstance(line, Order))
        return tuple(_row(line) for line in rows if line.order in left)


class Performed:
    """One drill with fakes: what it said, and how it ended."""

    def __init__(self, out: Path, text: str = SCENARIO, story: str = GOOD) -> None:
        self.pace = VirtualPace()
        self.drill = drill(out / "drill", text)
        self.starters = FakeStarters(self.drill, self.pace, story)
        self.starters.fake_gateway.control.now = state()
        self.told: list[events.Event] = []

    async def run(self) -> Verdict:
        """Perform it."""
        return await run(self.drill, self.starters, self.told.append, self.pace)

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The events of a kind."""
        return [event for event in self.told if isinstance(event, kind)]

    @property
    def healed_after_performing(self) -> bool:
        """Whether the last word on the faults was that they end."""
        calls = [call for call in self.starters.calls if call in {"perform", "heal"}]
        return calls[-1] == "heal" and "perform" in calls


def drill(out: Path, text: str = SCENARIO) -> Drill:
    """The drill of the story's scenario, under the story's run id."""
    return Drill(
        scenario=loader.load(text, "small.yaml"),
        seed=7,
        run="r1",
        merchant=merchant("careful"),
        folder=Folder(out),
    )


def state(*, late: int = 0, last_exchange: float | None = ZERO, hits: int = 1) -> AccountState:
    """A state of the account in which the faults have hit."""
    return AccountState(
        phase="brownout",
        pending=Waiting(late=late),
        last_exchange=last_exchange,
        hits=(RuleHits("answers", hits, "hang"), RuleHits("down", hits)),
    )


def _ours(line: Line) -> Line:
    return msgspec.structs.replace(line, account="drill")


def _row(line: Order) -> Row:
    return Row(
        order_id=line.order,
        status=line.status,
        amount=line.amount,
        currency=line.currency,
        fulfilled=line.fulfilled,
        amount_refunded=line.amount_refunded,
        payment_ids=line.payment_ids,
    )
