"""The kinds of line in a journal. One JSON object a line; `kind` tells which.

Every line has `source` (gateway, client or merchant), `wall` (seconds since the epoch) and `mono`
(seconds of the machine's monotonic clock, one scale for all processes of a drill). Amounts are
integer minor units. `order` is the reference as the gateway or the shop received it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from simulator.gateway.model import Event, Payment, Posting, Refund
from simulator.gateway.things import About, Happening, Thing
from simulator.journal.line import Entry
from simulator.journal.readings import (
    Book,
    Difference,
    Order,
    Place,
    Reconciled,
    Scan,
    Sighting,
)

__all__ = [
    "Answer",
    "Arrival",
    "Attempt",
    "Book",
    "Boot",
    "Commit",
    "Delivery",
    "Difference",
    "Dropped",
    "Entry",
    "Exchange",
    "Generator",
    "Hit",
    "KeyRecord",
    "Line",
    "Note",
    "Order",
    "Outage",
    "Phase",
    "Place",
    "Reconciled",
    "Run",
    "Scan",
    "Shopper",
    "Sighting",
]


class Hit(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One fault that was performed. `arm` names the arm of a mix; effect and seen as declared."""

    rule: str
    fault: str
    stage: str
    effect: str = "none"
    seen: str = "ok"
    arm: str | None = None


class KeyRecord(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An idempotency record: enough to replay the answer after a restart.

    `outcome` is the tag of the stored outcome: payment, declined, unknown, refund, order_closed,
    thing; the objects themselves stand in the same commit. Of one that is `answered`, `status` and
    `body` are the answer itself, and `tells` the tag of what it tells, empty for nothing.
    """

    path: str
    key: str
    fingerprint: str
    outcome: str
    failure: str | None = None
    created: bool = False
    status: int = 0
    body: str = ""
    tells: str = ""


class Run(Entry, frozen=True, tag="run"):
    """The first line of a merged history: which drill this is; enough to judge it again."""

    version: str
    seed: int
    run: str
    scenario: str  # the YAML text
    scenario_file: str = ""
    started: float = 0.0
    merchant: str = ""
    merchant_repeatable: bool = True
    merchant_instances: int = 1
    merchant_order: str | None = None  # the merchant file's rule: which order something is for


class Boot(Entry, frozen=True, tag="boot"):
    """The gateway started, or started again, on this journal."""

    version: str
    channels: tuple[str, ...]


class Phase(Entry, frozen=True, tag="phase"):
    """A phase began at `mono`. The name `settle` follows the last; `end` closes the drill.

    These lines are the only truth on times.
    """

    name: str


class Commit(Entry, frozen=True, tag="commit"):
    """One change of state, all of it: the store is a fold over these lines.

    `payments` and `refunds` are whole, as they now stand. `operation` adds `settle` (what
    happens by itself), `payer` (an act of the payer) and `review` (an analyst's decision) to the
    operations of callers. `attempt` counts from 1 per order and operation,
    over all channels. `closed` is an order that takes no further charge on this channel.
    """

    seq: int
    channel: str
    operation: str
    order: str
    exchange: str = ""
    attempt: int = 0
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    postings: tuple[Posting, ...] = ()
    events: tuple[Event, ...] = ()
    things: tuple[Thing, ...] = ()
    key: KeyRecord | None = None
    closed: str | None = None

    def born(self) -> Iterator[Happening]:
        """The events, with what each is about."""
        if not self.events:
            return
        payments = {payment.id: payment for payment in self.payments}
        others: dict[str, About] = {refund.id: refund for refund in self.refunds}
        others |= {thing.id: thing for thing in self.things}
        for event in self.events:
            about = event.refund or event.thing
            payment = payments[event.payment] if event.payment else None
            yield Happening(event, payment, others[about] if about else None, self.wall)


class Exchange(Entry, frozen=True, tag="exchange"):
    """One request and its reply, written when it ended (`mono` is the end, `received` the start).

    `sent` is `whole`, `partial` or `none`. `seen` is what the caller really learnt: ok, fail or
    info. `told` is the payment or refund status in a whole reply, or None. `shown` lists, for a
    query, each payment as `id:status`. `replay` was answered from an idempotency record; else
    the exchange of a money operation is an attempt, number `attempt`. `own_us` is the gateway's
    own working time in microseconds, without injected delay; `waited_us` is that delay. `page` says
    that a payer did it at a page of the gateway; `resource` is what of a dialect it charges for.
    """

    id: str
    channel: str
    operation: str
    received: float
    order: str = ""
    payment: str | None = None
    refund: str | None = None
    key: str | None = None
    replay: bool = False
    attempt: int = 0
    status: int | None = None
    sent: str = "whole"
    seen: str = "ok"
    told: str | None = None
    failure: str | None = None
    retry: str | None = None  # hard, soft, change or query: what the error body advised
    retry_after: float | None = None
    rule: str | None = None  # of the profile, by which a charge was refused, doubted or reviewed
    method: str | None = None
    token: str | None = None
    amount: int | None = None
    currency: str | None = None
    shown: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    page: bool = False
    resource: str | None = None
    own_us: int = 0
    waited_us: int = 0


class Attempt(Entry, frozen=True, tag="attempt"):
    """An attempt that met a fault before anything was decided; keeps the attempt counter true."""

    channel: str
    operation: str
    order: str
    attempt: int


class Delivery(Entry, frozen=True, tag="delivery"):
    """One try to deliver a webhook. `attempt` counts the tries of this event from 1.

    `genuine` is false for a forged one; `stale` marks a right signature with an old timestamp.
    `status` is the merchant's answer, None if there was none or nothing was sent (`sent` false).
    `name` is what the dialect calls the event, if not `type`; `endpoint` the id of the endpoint to
    which it went, if the merchant made that by itself.
    """

    event: str
    type: str
    channel: str
    order: str
    payment: str | None = None
    refund: str | None = None
    thing: str | None = None
    attempt: int = 1
    genuine: bool = True
    stale: bool = False
    sent: bool = True
    status: int | None = None
    acknowledged: bool = False
    error: str | None = None
    took: float = 0.0
    hits: tuple[Hit, ...] = ()
    name: str | None = None
    endpoint: str | None = None

    @property
    def taken(self) -> bool:
        """Whether the event itself is acknowledged there: by this, it is not sent again."""
        return self.acknowledged and self.genuine and not self.stale


class Outage(Entry, frozen=True, tag="outage"):
    """A channel went down or came up again. `state` is `down` or `up`; `cut` live connections.

    `proved` says that a connection to the channel was tried and refused (or, coming up, taken). An
    outage that only resets the requests of one account, on a gateway that others use too, is not.
    """

    channel: str
    state: str
    rule: str
    cut: int = 0
    proved: bool = False


class Arrival(Entry, frozen=True, tag="arrival"):
    """A shopper came. `intended` is the scheduled mono time; `mono` when the request was begun."""

    order: str
    intended: float
    amount: int
    currency: str
    method: str
    token: str | None = None
    locale: str | None = None


class Dropped(Entry, frozen=True, tag="dropped"):
    """A shopper who could not be sent, for the generator was full."""

    intended: float


class Answer(Entry, frozen=True, tag="answer"):
    """What the shop answered a shopper: `request` is create, pay or poll.

    `said` is the status in the body (paid, pending, failed), None for a 5xx or no answer: that is
    no statement. `sent` is the mono time of the request; `mono` that of the answer.
    """

    order: str
    request: str
    sent: float
    code: int | None = None
    said: str | None = None
    message: str | None = None
    error: str | None = None


class Shopper(Entry, frozen=True, tag="shopper"):
    """A shopper left. `result` is paid, failed, pending (patience ended) or error.

    `mono - intended` is the length of the visit, in which some of the time is the shopper's own.
    """

    order: str
    intended: float
    result: str
    tries: int = 1


class Generator(Entry, frozen=True, tag="generator"):
    """How well the load generator kept its schedule, once at its end."""

    arrivals: int
    dropped: int
    lateness_p50_ms: float
    lateness_p99_ms: float
    cpu: float = 0.0


class Note(Entry, frozen=True, tag="note"):
    """Anything worth keeping that no checker reads: aborts, heals, restarts."""

    text: str
    data: dict[str, Any] = msgspec.field(default_factory=dict)


Line = (
    Run | Boot | Phase | Commit | Exchange | Attempt | Delivery | Outage
    | Arrival | Dropped | Answer | Shopper | Generator | Order | Book
    | Difference | Reconciled | Scan | Note
)  # fmt: skip
