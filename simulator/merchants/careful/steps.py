"""What can be done next for an order, and what is only of the moment about it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from simulator.merchants.careful.notices import Notice
from simulator.merchants.careful.records import Attempt, Dispute, Order, Refund, Request


@dataclass(frozen=True, slots=True)
class Begin:
    """Plan a new attempt on this channel."""

    channel: str


@dataclass(frozen=True, slots=True)
class Charge:
    """Send this attempt, for the first time or again, always under its own key."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Look:
    """Ask the channel for all payments of the order."""

    channel: str


@dataclass(frozen=True, slots=True)
class Close:
    """Cancel the order on the channel: what is under way is voided, what comes later refused."""

    channel: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Send the refund, or ask what became of it once it was accepted."""

    refund: Refund


@dataclass(frozen=True, slots=True)
class Tell:
    """Let the payer know."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class Answer:
    """Send evidence for a dispute, or accept it."""

    dispute: Dispute


@dataclass(frozen=True, slots=True)
class Decline:
    """Say no to a payer who asks for money back."""

    request: Request


@dataclass(frozen=True, slots=True)
class Recheck:
    """Put a query on every channel that was charged next in line."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No channel takes the order and no attempt is open: tell the payer."""

    message: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before this moment."""

    until: float


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do any more."""


Step = (
    Begin | Charge | Look | Close | GiveBack | Tell | Answer | Decline | Recheck | GiveUp
    | Wait | Rest
)  # fmt: skip


@dataclass(slots=True)
class Pace:
    """How often something was tried, and when it may be tried again."""

    tries: int = 0
    not_before: float = 0.0


@dataclass(slots=True)
class Case:
    """An order with its paces and schedules, which are rebuilt after a restart."""

    order: Order
    began: float  # when the payer's present try began
    card: dict[str, object] | None = None  # a card number lives here, in memory, and nowhere else
    attempt: Pace = field(default_factory=Pace)
    refunds: dict[str, Pace] = field(default_factory=dict)
    ways_tried: dict[str, int] = field(default_factory=dict)
    telling: Pace = field(default_factory=Pace)
    answering: Pace = field(default_factory=Pace)
    look: Pace = field(default_factory=Pace)
    looks: list[str] = field(default_factory=list)  # channels to ask before anything else
    barred: dict[str, float] = field(default_factory=dict)  # channel: end of its Retry-After
    under_way_since: float | None = None
    settled_at: float | None = None
    checks: int = 0
    #: Set while there is something to tell the payer: a result, or a challenge to meet.
    tellable: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def next_action(self) -> dict[str, object] | None:
        """What the gateway asks of the payer, if the order waits for that."""
        attempt = self.order.current
        payment = self.order.open_payment(attempt) if attempt else None
        return payment.next_action if payment else None

    def pace_of(self, refund: Refund) -> Pace:
        """The pace at which this refund is tried."""
        return self.refunds.get(refund.reference) or Pace()

    def can_send(self, attempt: Attempt) -> bool:
        """Whether the method is at hand; after a restart a card number is not."""
        method = attempt.method
        return method.get("type") != "card" or "token" in method or self.card is not None


class Routes(Protocol):
    """What is known of the channels."""

    def preferred(self, now: float) -> list[str]:
        """All channels, the best for a new order first."""
        ...

    def quiet_until(self, channel: str) -> float:
        """Until when background work leaves the channel alone."""
        ...
