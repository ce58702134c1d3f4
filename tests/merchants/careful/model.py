"""A gateway in virtual time that does whatever a list of numbers tells it, and keeps true books.

It stands in for the channels of the careful shop. Each exchange takes one number, which picks what
becomes of the money and what the shop is told; when the numbers run out everything works. Beside
the money it keeps count of what the shop may know, and objects when a charge is sent while an
earlier one is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

from simulator.merchants.careful.breaker import Breaker
from simulator.merchants.careful.channel import Kind, PaymentBody, RefundBody, Reply
from simulator.merchants.careful.config import BreakerLimits
from simulator.merchants.careful.notices import Notice
from simulator.merchants.careful.records import Attempt, Order, Refund

UNKNOWN = Reply(Kind.UNKNOWN, answered=False)
DENIED = Reply(Kind.DENIED, answered=False)
UNSENT = Reply(Kind.UNSENT, answered=False)

CHARGES = (
    "ok", "refused", "declined", "hang", "lost", "denied", "denied-charged", "late-unknown",
    "late-failed", "late-processing", "twice", "slow",
)  # fmt: skip
LOOKS = ("ok", "refused", "stale", "lost", "denied")
CLOSES = ("ok", "refused", "lost", "hang", "denied", "denied-done")
NOTICES = ("ok", "refused", "lost", "denied", "undelivered")
REFUNDS = (
    "ok",
    "refused",
    "lost",
    "hang",
    "denied",
    "denied-done",
    "pending",
    "failed",
    "comes-back",
)

ENDS = frozenset({"captured", "failed", "canceled"})


class Violation(AssertionError):
    """The shop did what it must never do."""


@dataclass(slots=True)
class Charge:
    """One payment: its true status, and what is shown while that is hidden."""

    id: str
    key: str
    amount: int
    status: str
    shown: str | None = None
    captures_at: float | None = None
    refunds: dict[str, tuple[int, str]] = field(default_factory=dict)

    def body(self, order: str) -> PaymentBody:
        """What the shop is shown."""
        status = self.shown or self.status
        captured = self.amount if status == "captured" else 0
        return PaymentBody(self.id, order, status, "EUR", captured)


class Moment:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The moment in seconds."""
        return self.now


class Fates:
    """The numbers, and when each is used up, plain success."""

    def __init__(self, numbers: list[int]) -> None:
        self._numbers: Iterator[int] = iter(numbers)

    def pick(self, choices: tuple[str, ...]) -> str:
        """The next fate among these."""
        return choices[next(self._numbers, 0) % len(choices)]

    def coin(self) -> bool:
        """Whether the next number is even; an exhausted list says yes."""
        return next(self._numbers, 0) % 2 == 0


class ModelChannel:
    """One channel. `doubts` maps each key in doubt; shared over channels by the world."""

    def __init__(self, name: str, world: World) -> None:
        self.name = name
        self.breaker = Breaker(BreakerLimits())
        self.quiet_until = 0.0
        self.charges: dict[str, list[Charge]] = {}
        self.closed = False
        self._world = world
        self._slow: list[tuple[float, str, int]] = []
        self._stored: dict[str, Reply] = {}  # a replay hears what was answered first

    async def charge(
        self, order: Order, attempt: Attempt, card: Mapping[str, object] | None
    ) -> Reply:
        """POST /v1/payments."""
        self._world.tick()
        key = attempt.key
        fate = self._world.fates.pick(CHARGES)
        if fate == "refused":
            return UNSENT
        self._world.object_to(key)
        if fate in {"hang", "denied"}:
            return self._told(key, UNKNOWN if fate == "hang" else DENIED)
        if fate == "slow":
            self._slow.append((self._world.clock.now + 3.0, key, order.amount))
            return self._told(key, UNKNOWN)
        if key not in self.charges:
            if self.closed:
                return Reply(Kind.REJECTED, code="order_closed")
            self._make(key, order.amount, fate)
        if fate in {"lost", "denied-charged"}:
            return self._told(key, UNKNOWN if fate == "lost" else DENIED)
        return self._told(key, self._stored[key])

    async def look(self, order: Order) -> Reply:
        """GET /v1/payments?order_id=."""
        self._world.tick()
        fate = self._world.fates.pick(LOOKS)
        if fate in {"refused", "lost", "denied"}:
            return {"refused": UNSENT, "lost": UNKNOWN, "denied": DENIED}[fate]
        if fate == "stale":
            return Reply(Kind.TOLD)
        return self._shown(order.id)

    async def close(self, order: Order) -> Reply:
        """POST /v1/payments/cancel."""
        self._world.tick()
        fate = self._world.fates.pick(CLOSES)
        if fate in {"ok", "lost", "denied-done"}:
            self.closed = True
            for charge in self._all():
                if charge.status in {"hidden", "processing"}:
                    charge.status, charge.shown, charge.captures_at = "canceled", None, None
        if fate != "ok":
            return {"refused": UNSENT, "lost": UNKNOWN, "hang": UNKNOWN}.get(fate, DENIED)
        for key in list(self._world.doubts):
            if self._world.doubts[key] == self.name:
                del self._world.doubts[key]
        return self._shown(order.id)

    async def give_back(self, order: Order, refund: Refund) -> Reply:
        """POST /v1/refunds."""
        self._world.tick()
        fate = self._world.fates.pick(REFUNDS)
        charge = next(each for each in self._all() if each.id == refund.payment)
        if fate in {"refused", "hang", "denied"}:
            return {"refused": UNSENT, "hang": UNKNOWN, "denied": DENIED}[fate]
        if refund.reference not in charge.refunds:
            status = fate if fate in {"pending", "failed", "comes-back"} else "succeeded"
            charge.refunds[refund.reference] = (refund.amount, status)
            kept = sum(each for each, how in charge.refunds.values() if how != "failed")
            if kept > charge.amount:
                raise Violation(f"{charge.id} was refunded more than once")
        if fate in {"lost", "denied-done"}:
            return UNKNOWN if fate == "lost" else DENIED
        return await self.ask_refund(refund.reference)

    async def ask_refund(self, refund: str) -> Reply:
        """GET /v1/refunds/{id}; the id is the reference. What is pending ends when asked."""
        charge = next(each for each in self._all() if refund in each.refunds)
        amount, status = charge.refunds[refund]
        then = {"pending": "succeeded", "comes-back": "failed"}.get(status, status)
        charge.refunds[refund] = (amount, then)
        shown = "pending" if status == "comes-back" else status
        return Reply(Kind.TOLD, refund=RefundBody(refund, shown, charge.id))

    async def tell(self, order: str, notice: Notice, way: str) -> Reply:
        """POST /v1/notifications."""
        fate = self._world.fates.pick(NOTICES)
        if fate in {"refused", "lost", "denied"}:
            return {"refused": UNSENT, "lost": UNKNOWN, "denied": DENIED}[fate]
        delivered = fate == "ok"
        if delivered:
            self._world.told.append(notice.topic)
        return Reply(Kind.TOLD, delivered=delivered)

    def tick(self, now: float) -> None:
        """Let everything happen that is due."""
        for due, key, amount in list(self._slow):
            if due <= now:
                self._slow.remove((due, key, amount))
                if key not in self.charges and not self.closed:
                    self._make(key, amount, "ok")
        for charge in self._all():
            if charge.captures_at is not None and charge.captures_at <= now:
                charge.status, charge.shown, charge.captures_at = "captured", None, None
                self._world.announce(self, charge)

    @property
    def net(self) -> int:
        """Captured less refunded."""
        taken = sum(charge.amount for charge in self._all() if charge.status == "captured")
        return taken - self.refunded

    @property
    def refunded(self) -> int:
        """Refunds that were accepted."""
        return sum(
            amount
            for charge in self._all()
            for amount, how in charge.refunds.values()
            if how != "failed"
        )

    def _all(self) -> list[Charge]:
        return [charge for made in self.charges.values() for charge in made]

    def _make(self, key: str, amount: int, fate: str) -> None:
        made = Charge(self._world.name(), key, amount, "captured")
        if fate == "declined":
            made.status = "failed"
        if fate.startswith("late"):
            made.captures_at = self._world.clock.now + self._world.delay()
            made.status = "hidden" if fate == "late-unknown" else "processing"
            made.shown = "failed" if fate == "late-failed" else "processing"
        self.charges[key] = [made]
        told = Reply(Kind.TOLD, (made.body("ord-1"),))
        self._stored[key] = UNKNOWN if fate == "late-unknown" else told
        if fate == "twice":
            self.charges[key].append(Charge(self._world.name(), key, amount, "captured"))
        for charge in self.charges[key]:
            if fate != "late-unknown":
                self._world.announce(self, charge)

    def _told(self, key: str, reply: Reply) -> Reply:
        conclusive = any(each.status in ENDS for each in reply.payments)
        if reply.kind is Kind.UNKNOWN or (reply.payments and not conclusive):
            self._world.doubts[key] = self.name
        elif conclusive:
            self._world.doubts.pop(key, None)
        return reply

    def _shown(self, order: str) -> Reply:
        bodies = tuple(charge.body(order) for charge in self._all())
        for charge, body in zip(self._all(), bodies, strict=True):
            if body.status in ENDS:
                self._world.doubts.pop(charge.key, None)
        return Reply(Kind.TOLD, bodies)


class World:
    """Both channels, the clock, and the webhooks that reach the shop."""

    def __init__(self, numbers: list[int]) -> None:
        self.fates = Fates(numbers)
        self.clock = Moment()
        self.doubts: dict[str, str] = {}
        self.channels = {name: ModelChannel(name, self) for name in ("primary", "backup")}
        self.webhooks: list[SimpleNamespace] = []
        self.told: list[str] = []
        self._names = 0

    @property
    def net(self) -> int:
        """What the shop holds, over all channels."""
        return sum(channel.net for channel in self.channels.values())

    @property
    def refunded(self) -> int:
        """What the shop gave back, over all channels."""
        return sum(channel.refunded for channel in self.channels.values())

    def name(self) -> str:
        """A fresh id."""
        self._names += 1
        return f"pay_{self._names}"

    def delay(self) -> float:
        """When a late effect comes."""
        return 6.0 if self.fates.coin() else 20.0

    def tick(self) -> None:
        """Let everything happen that is due."""
        for channel in self.channels.values():
            channel.tick(self.clock.now)

    def object_to(self, key: str) -> None:
        """No other key may be in doubt when a charge is sent."""
        others = set(self.doubts) - {key}
        if others:
            raise Violation(f"{key} was charged while {others} may have been")

    def announce(self, channel: ModelChannel, charge: Charge) -> None:
        """Half of all webhooks arrive; one that tells the end also ends a doubt."""
        if not self.fates.coin():
            return
        body = charge.body("ord-1")
        if body.status in ENDS:
            self.doubts.pop(charge.key, None)
        self.webhooks.append(SimpleNamespace(channel=channel.name, body=body))
