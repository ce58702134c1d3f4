"""One request on its way through the pipeline: what is known of it so far."""

from __future__ import annotations

import msgspec
from aiohttp.web_request import BaseRequest

from simulator.accounts.account import Account
from simulator.accounts.queues import Queue
from simulator.accounts.view import Told
from simulator.dialects.dialect import Dialect, Headers, Reply, Request
from simulator.gateway.commands import Command
from simulator.gateway.idempotency import Slot
from simulator.gateway.outcomes import Outcome
from simulator.gateway.subject import Subject
from simulator.journal.entry import Hit
from simulator.scenario.facts import CLEAN, Fired, Plan


class Passage:
    """Mutable, and owned by one request; every step of the pipeline adds to it."""

    __slots__ = (
        "account", "attempt", "channel", "charge", "command", "dialect", "exchange",
        "fingerprint", "hits", "http", "number", "original", "outcome", "plan", "queues",
        "received", "replay", "request", "slot", "subject", "waited",
    )  # fmt: skip

    def __init__(
        self, http: BaseRequest, request: Request, account: Account, dialect: Dialect
    ) -> None:
        self.http = http
        self.request = request
        self.account = account
        self.dialect = dialect
        self.channel = ""
        self.exchange = ""
        self.received = 0.0
        self.waited = 0.0
        self.command: Command | None = None
        self.subject: Subject | None = None
        self.slot: Slot | None = None
        self.fingerprint = ""
        self.replay = False
        self.original = ""  # the exchange that is replayed
        self.attempt = 0
        self.number = 1  # of this try, by the order as fates know it
        self.charge: Plan = CLEAN  # for the charge itself, behind its authentication
        self.plan: Plan = CLEAN
        self.hits: tuple[Hit, ...] = ()
        self.queues: tuple[Queue, ...] = ()  # in which it was let in
        self.outcome: Outcome | None = None

    @property
    def connected(self) -> bool:
        """Whether the caller is still there."""
        transport = self.http.transport
        return transport is not None and not transport.is_closing()

    @property
    def nameless(self) -> str:
        """What stands for the order as long as that has no name: the key, else the exchange."""
        return self.request.key or self.exchange

    def hit(self, fired: Fired) -> None:
        """Record that a fault was performed."""
        self.note(fired.hit())

    def note(self, hit: Hit) -> None:
        """Record a hit."""
        self.hits += (hit,)
        self.account.count(hit)

    def head(self, ending: Ending) -> None:
        """Put the headers on the answer that all answers of its dialect have."""
        reply = ending.reply
        if reply is None:
            return
        head = self.dialect.letterhead(reply, self.request, self.exchange, self.original)
        ending.reply = headed(reply, head)

    def free_key(self) -> None:
        """Let the same idempotency key be tried anew, unless an outcome is stored for it."""
        if self.slot is not None:
            self.account.store.keys.free(self.slot)


class Ending:
    """How an exchange ended: the reply (None if none was sent) and what it told."""

    __slots__ = ("reply", "retry_after", "told")

    def __init__(self, reply: Reply | None, told: Told, retry_after: float | None = None) -> None:
        self.reply = reply
        self.told = told
        self.retry_after = retry_after


def headed(reply: Reply, head: Headers) -> Reply:
    """The reply with further headers."""
    return msgspec.structs.replace(reply, headers=reply.headers + head) if head else reply
