"""What the runner needs of the outside, and who starts it.

The runner sees protocols only. The process starters make them from child processes and HTTP; a
test makes them from nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from simulator.drills.book import Look, Row
from simulator.drills.differences import Report
from simulator.drills.load import LoadPlan
from simulator.journal.entry import Commit


class Performance(msgspec.Struct, frozen=True, kw_only=True):
    """What to put on a gateway: the scenario's text, and whose drill it is."""

    scenario: str
    run: str
    seed: int
    start_in: float
    lease: float


class Span(msgspec.Struct, frozen=True):
    """One phase on the monotonic clock."""

    name: str
    begins: float
    ends: float


class Waiting(msgspec.Struct, frozen=True):
    """What is still to happen on the gateway: webhooks, late effects, pending refunds."""

    webhooks: int = 0
    late: int = 0
    refunds: int = 0


class RuleHits(msgspec.Struct, frozen=True):
    """How often a rule, or one arm of its mix, was performed so far."""

    rule: str
    hits: int
    arm: str | None = None


class AccountState(msgspec.Struct, frozen=True, kw_only=True):
    """How an account of the gateway stands. `last_exchange` is monotonic, None before any."""

    phase: str | None = None
    healed: bool = False
    pending: Waiting = Waiting()
    last_exchange: float | None = None
    hits: tuple[RuleHits, ...] = ()
    outages: tuple[str, ...] = ()


class Held(msgspec.Struct, frozen=True, kw_only=True, rename={"order": "order_id"}):
    """What one payment holds; minor units."""

    id: str
    order: str
    amount_captured: int = 0
    amount_refunded: int = 0
    amount_reversed: int = 0
    amount_disputed: int = 0

    @property
    def net(self) -> int:
        """Captured less refunded; what was reversed or disputed is not held any more."""
        gone = self.amount_refunded + self.amount_reversed + self.amount_disputed
        return max(0, self.amount_captured - gone)


class Control(Protocol):
    """The control API of one account of a gateway. Every method raises ControlError."""

    async def health(self) -> str:
        """The gateway's version, once it answers."""
        ...

    async def webhook(self, url: str, secret: str) -> None:
        """Where events go."""
        ...

    async def perform(self, performance: Performance) -> tuple[Span, ...]:
        """Put the scenario on; its phases in time."""
        ...

    async def lease(self, ttl: float) -> None:
        """Keep the faults on for so many seconds more."""
        ...

    async def heal(self) -> None:
        """All faults off, all channels up."""
        ...

    async def phase(self, name: str) -> None:
        """Jump to a phase, or to `settle`."""
        ...

    async def state(self) -> AccountState:
        """How the account stands."""
        ...

    async def payments(self) -> tuple[Held, ...]:
        """All payments, over all channels."""
        ...

    async def commits(self, after: int) -> tuple[tuple[Commit, ...], int]:
        """Changes of state since a cursor, 0 at first, and the next cursor; not always all."""
        ...


class Process(Protocol):
    """Something that may end by itself."""

    def ended(self) -> int | None:
        """Its exit code, or None while it runs or if it is not ours to know."""
        ...

    def last_words(self) -> str:
        """The end of its log."""
        ...


class Gateway(Process, Protocol):
    """A gateway that runs. `backup` may be empty."""

    @property
    def control(self) -> Control:
        """Its control API."""
        ...

    @property
    def primary(self) -> str:
        """The URL of the channel that a merchant is to prefer."""
        ...

    @property
    def backup(self) -> str:
        """The URL of the other channel."""
        ...

    async def collect(self) -> None:
        """See to it that its journal is in the drill's folder; ControlError if it cannot be had."""
        ...


class Shop(Process, Protocol):
    """A merchant that runs."""

    @property
    def url(self) -> str:
        """Its base URL."""
        ...

    async def problem(self) -> str | None:
        """Why it is not healthy, or None."""
        ...

    async def orders(self, run: str, look: Look | None = None) -> tuple[Row, ...]:
        """Its order book, the rows of this run; BookUnreadable says why not.

        `look` is shown each of these rows as the shop wrote it.
        """
        ...

    async def differences(self) -> Report:
        """What it found when it compared its books with the gateway's statement."""
        ...

    def strike(self, signal: str, instance: int | None = None) -> None:
        """End all its processes, or one (from 1): `kill` at once, `term` if it pleases."""
        ...

    def start_again(self) -> None:
        """Start what was struck, as it was started before; what still runs of it is killed."""
        ...

    def unreachable(self) -> str | None:
        """Why nobody can reach it through no fault of its own, or None."""
        ...


class Load(Process, Protocol):
    """A load generator that runs."""

    def problem(self) -> str | None:
        """Why it is not ready yet, or None."""
        ...

    def go(self, started: float) -> None:
        """The moment from which arrivals are scheduled."""
        ...

    def stop(self) -> None:
        """No more arrivals; it writes its last lines and ends."""
        ...


class Starters(Protocol):
    """Starts the three things that a drill brings together."""

    async def gateway(self) -> Gateway:
        """A gateway that answers."""
        ...

    async def merchant(self, environment: Mapping[str, str]) -> Shop:
        """The merchant under test, perhaps not healthy yet."""
        ...

    async def load(self, plan: LoadPlan) -> Load:
        """A load generator, perhaps not ready yet."""
        ...

    async def close(self) -> None:
        """Stop all that was started; may be called more than once."""
        ...
