"""What a fault asks the server to perform. The server knows actions, never faults by name.

Times are seconds. An action of the stage `decide` is a directive of the gateway.
"""

from __future__ import annotations

import msgspec

from simulator.gateway.directives import Directive


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


class Refuse(msgspec.Struct, frozen=True, gc=False):
    """Close the channel's listener and its live connections for as long as the rule holds."""


class DropWebhook(msgspec.Struct, frozen=True, gc=False):
    """Do not send this try; the event is retried by its schedule."""


class DelayWebhook(msgspec.Struct, frozen=True, gc=False):
    """Send this try later by so many seconds of the account's clock."""

    seconds: float


class RepeatWebhook(msgspec.Struct, frozen=True, gc=False):
    """Send this event `times` times more, with the same id."""

    times: int


class ForgeWebhook(msgspec.Struct, frozen=True, gc=False):
    """Send beside it a webhook with a bad signature that claims a capture that never was."""


Action = (
    Delay | Hang | Lose | Answer | Refuse | DropWebhook | DelayWebhook | RepeatWebhook
    | ForgeWebhook | Directive
)  # fmt: skip
