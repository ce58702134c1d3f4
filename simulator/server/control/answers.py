"""What the control API answers with, typed. The schema of its answers is made of these."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from simulator.dialects.native.views import PaymentView

#: A line of the journal as it stands in the file.
RawLine = Annotated[
    msgspec.Raw, Meta(extra_json_schema={"type": "object", "required": ["kind", "wall", "mono"]})
]
RawDelivery = Annotated[
    msgspec.Raw, Meta(extra_json_schema={"$ref": "#/components/schemas/Delivery"})
]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all answers."""


class Trouble(Answer, frozen=True, kw_only=True):
    """What was wrong, and for a document every place where."""

    message: str
    problems: list[str]


class Refusal(Answer, frozen=True, kw_only=True):
    """The body of every error."""

    error: Trouble


class Health(Answer, frozen=True, kw_only=True):
    """The gateway is there."""

    status: Literal["ok"] = "ok"
    version: str


class Accounts(Answer, frozen=True, kw_only=True):
    """The names of all accounts that have been used, in alphabetical order."""

    data: list[str]


class Pending(Answer, frozen=True, kw_only=True):
    """What is still to happen: webhooks that are owed, payments and refunds yet to settle."""

    webhooks: int
    late: int
    refunds: int = 0


class Hits(Answer, frozen=True, kw_only=True):
    """How often a rule, or an arm of its mix, was performed."""

    rule: str
    arm: str | None
    hits: int


class Line(Answer, frozen=True, kw_only=True):
    """Requests in line for the capacity of a channel, by the rule that makes them wait.

    `waiting` are in line now, `under_way` let in and not yet answered; `waited` and `refused` count
    since the scenario was put. The rule `capacity` is the profile's own.
    """

    channel: str
    rule: str
    waiting: int
    under_way: int
    waited: int
    refused: int


class AccountStatus(Answer, frozen=True, kw_only=True):
    """What an account plays, which gateway it is, what is still to come, what has hit.

    `last_exchange` is in seconds of the machine's monotonic clock; `outages` are the channels that
    are out for this account; `lines` are those for its capacity, as far as anybody came to them.
    """

    name: str
    scenario: str | None
    profile: str
    phase: str | None
    healed: bool
    pending: Pending
    last_exchange: float | None
    hits: list[Hits]
    outages: list[str]
    lines: list[Line]


class Message(Answer, frozen=True, kw_only=True):
    """A message with a one-time code, to a number or address that is shown masked.

    `at` is when it arrived, or was sent, if it did not. A call (`voice`) reads its text out.
    """

    id: str
    at: str
    to: str
    via: Literal["sms", "voice", "email"]
    kind: Literal["otp"] = "otp"
    code: str | None
    text: str | None
    payment: str
    order: str
    delivered: bool


class Inbox(Answer, frozen=True, kw_only=True):
    """Messages, oldest first."""

    data: list[Message]


class Moment(Answer, frozen=True, kw_only=True):
    """One moment on the machine's monotonic clock and in seconds since 1970."""

    mono: float
    wall: float


class Span(Answer, frozen=True, kw_only=True, rename={"begins": "from", "ends": "to"}):
    """A phase, in seconds of the machine's monotonic clock; the end of an endless one is null."""

    name: str
    begins: float
    ends: float | None


class Playing(Answer, frozen=True, kw_only=True):
    """The scenario that is played from `started` on."""

    scenario: str
    started: Moment
    phases: list[Span]


class Aimed(Answer, frozen=True, kw_only=True):
    """Where events go."""

    url: str


class PhaseBegun(Answer, frozen=True, kw_only=True):
    """The phase that has begun."""

    phase: str


class Leased(Answer, frozen=True, kw_only=True):
    """For how many seconds."""

    ttl: float


class Live(Answer, frozen=True, kw_only=True):
    """A fault that was put on by hand; `expires` is in seconds since 1970."""

    id: str
    expires: float


class LiveFaults(Answer, frozen=True, kw_only=True):
    """The faults that were put on by hand and have not ended."""

    data: list[Live]


class Deleted(Answer, frozen=True, kw_only=True):
    """The live fault that was taken off."""

    id: str
    deleted: bool = True


class Healed(Answer, frozen=True, kw_only=True):
    """No fault holds any more."""

    healed: bool = True


class Fresh(Answer, frozen=True, kw_only=True):
    """The account is as new."""

    name: str
    reset: bool = True


class Difference(Answer, frozen=True, kw_only=True):
    """One key in which the nearest exchange was not what the rule asks for."""

    key: str
    wanted: str
    got: str | None


class Nearest(Answer, frozen=True, kw_only=True):
    """The exchange that came nearest to a rule that never matched."""

    order: str | None
    differences: list[Difference]


class Explained(Answer, frozen=True, kw_only=True):
    """How near a rule came to the last exchanges; `hits` counts all since the scenario was put.

    `asked` counts the exchanges, among the last 500, that came while the rule held and that its
    faults can act on; `matched` those that were as its `when` wants them, before chance.
    """

    rule: str
    holds: bool
    asked: int
    matched: int
    hits: int
    nearest: Nearest | None
    says: str


class Explanation(Answer, frozen=True, kw_only=True):
    """Every rule that was asked for: live faults first, then in file order."""

    data: list[Explained]


class Journal(Answer, frozen=True, kw_only=True):
    """Lines, and the cursor after them: the end is reached when it stays the same."""

    data: list[RawLine]
    next: int


class Deliveries(Answer, frozen=True, kw_only=True):
    """Tries of webhooks, and the cursor after them, as in the journal."""

    data: list[RawDelivery]
    next: int


class Replayed(Answer, frozen=True, kw_only=True):
    """An event is on its way again; `attempt` is the number of this try there.

    `name` is what its dialect calls it, null if that is its type; `endpoint` is where it goes, null
    for the account's own address.
    """

    event: str
    attempt: int
    name: str | None
    endpoint: str | None


class Payments(Answer, frozen=True, kw_only=True):
    """All payments of all channels, as callers see them."""

    data: list[PaymentView]


class Clock(Answer, frozen=True, kw_only=True):
    """The account's clock, in seconds since 1970."""

    wall: float
