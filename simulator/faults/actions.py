"""What a fault asks the server to perform. The server knows actions, never faults by name.

Times are seconds. An action of the stage `decide` is a directive of the gateway.
"""

from __future__ import annotations

from fractions import Fraction

import msgspec

from simulator.gateway.directives import Directive
from simulator.gateway.model import Booking
from simulator.profiles.rules import Capacity


class Delay(msgspec.Struct, frozen=True, gc=False):
    """Wait, then go on."""

    seconds: float


class Hang(msgspec.Struct, frozen=True, gc=False):
    """Decide nothing, free the idempotency key at once, wait, then close without an answer."""

    seconds: float


class Lose(msgspec.Struct, frozen=True, gc=False):
    """The decision stands; wait, then close without an answer."""

    seconds: float


class Answer(msgspec.Struct, frozen=True, gc=False):
    """Answer with this HTTP status in place of the true answer; `body` is `json` or `html`."""

    status: int
    body: str = "json"
    retry_after: float | None = None


class Queue(msgspec.Struct, frozen=True, gc=False):
    """Stand in line for the gateway's capacity, and be turned away if the line is full."""

    capacity: Capacity


class Refuse(msgspec.Struct, frozen=True, gc=False):
    """Close the channel's listener and its live connections for as long as the rule holds."""


class Reset(msgspec.Struct, frozen=True, gc=False):
    """Reset the connection in place of the answer: the caller's system reports ECONNRESET."""


class Drip(msgspec.Struct, frozen=True, gc=False):
    """Send the head of the answer, then its body piece by piece, waiting before each.

    Pieces have `size` bytes, or there are `chunks` of them if it is None; each comes after `every`
    seconds, or all of them within `lasts` seconds if it is None.
    """

    chunks: int
    size: int | None
    every: float | None
    lasts: float

    def steps(self, length: int) -> tuple[int, float]:
        """The bytes of a piece and the seconds before it, for a body of so many bytes."""
        size = self.size or max(1, -(-length // self.chunks))
        pieces = max(1, -(-length // size))
        return size, self.lasts / pieces if self.every is None else self.every


class Truncate(msgspec.Struct, frozen=True, gc=False):
    """Announce the whole answer, send `size` bytes of its body, or a `share` of it, and close."""

    share: Fraction
    size: int | None = None

    def left(self, length: int) -> int:
        """How many bytes of a body are sent; at least one is always missing."""
        size = self.size
        if size is None:
            size = length * self.share.numerator // self.share.denominator
        return max(0, min(size, length - 1))


class Garbage(msgspec.Struct, frozen=True, gc=False):
    """Send these bytes, which are no HTTP, in place of the answer, and close."""

    content: bytes


class DropWebhook(msgspec.Struct, frozen=True, gc=False):
    """Do not send this try; the event is retried by its schedule."""


class DelayWebhook(msgspec.Struct, frozen=True, gc=False):
    """Send this try later by so many seconds of the account's clock."""

    seconds: float


class RepeatWebhook(msgspec.Struct, frozen=True, gc=False):
    """Send this event `times` times more, with the same id."""

    times: int


class HoldWebhook(msgspec.Struct, frozen=True, gc=False):
    """Hold this event back until a later one of its order has arrived, at most `seconds`."""

    seconds: float


class AgeWebhook(msgspec.Struct, frozen=True, gc=False):
    """Send this try with a right signature whose timestamp is `seconds` old."""

    seconds: float


class ForgeWebhook(msgspec.Struct, frozen=True, gc=False):
    """Send beside it a webhook with a bad signature that claims a capture that never was."""


Action = (
    Delay | Queue | Hang | Lose | Answer | Refuse | Reset | Drip | Truncate | Garbage | DropWebhook
    | DelayWebhook | RepeatWebhook | HoldWebhook | AgeWebhook | ForgeWebhook | Booking | Directive
)  # fmt: skip
