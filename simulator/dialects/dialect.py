"""What a dialect is: bytes to commands, outcomes to bytes. The server knows only this."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

import msgspec

from simulator.gateway.commands import Command
from simulator.gateway.decide import decide
from simulator.gateway.decision import Context, Decision
from simulator.gateway.idempotency import Slot
from simulator.gateway.outcomes import Outcome
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject, subject_of
from simulator.profiles import Profile

#: Characters of an idempotency key: Stripe's limit (docs.stripe.com/api/idempotent_requests).
MAX_KEY: Final = 255
#: Names and values of HTTP headers.
Headers = tuple[tuple[str, str], ...]


class Request(msgspec.Struct, frozen=True, gc=False):
    """One HTTP request as a dialect sees it; `body` is whole.

    `accept` and `languages` are the headers Accept and Accept-Language, of a page's request only.
    `query_string` is the query as it was sent, and whole.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    content_type: str
    key: str | None
    accept: str = ""
    languages: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    query_string: str = ""


class Reply(msgspec.Struct, frozen=True, gc=False):
    """One HTTP answer, ready to be sent."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Headers = ()


class Trouble(StrEnum):
    """Why the server itself answers with an error, before or in place of an outcome."""

    NO_KEY = "no_key"
    LIVE_KEY = "live_key"
    MALFORMED = "malformed"
    UNKNOWN_ENDPOINT = "unknown_endpoint"
    TOO_LARGE = "too_large"
    UNSUPPORTED_TYPE = "unsupported_type"
    INTERNAL = "internal"


class Misread(Exception):
    """The request cannot be understood; `message` says where and what was meant.

    `reply` is the answer, where the dialect has worded one that says more.
    """

    def __init__(self, trouble: Trouble, message: str, reply: Reply | None = None) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.message = message
        self.reply = reply


class Dialect(Protocol):
    """A wire language. Stateless."""

    name: str

    def key_of(self, headers: Mapping[str, str]) -> str:
        """The API key in a request's headers; raises Misread if there is none."""
        ...

    def turn_away(self, key: str) -> Misread:
        """What is said to a key that opens no account."""
        ...

    def parse(self, request: Request) -> Command:
        """The command in a request; raises Misread, and nothing has been stored then."""
        ...

    def subject(self, command: Command, snapshot: Snapshot, wall: float) -> Subject:
        """What a command is about, as scenarios and the journal see it."""
        ...

    def slot(self, channel: str, request: Request, key: str) -> Slot:
        """Where an idempotency key lives."""
        ...

    def fingerprint(self, request: Request) -> str:
        """The same text for bodies that mean the same; compared when a key is used again."""
        ...

    def decide(self, command: Command, context: Context) -> Decision:
        """What becomes of a command."""
        ...

    def render(self, outcome: Outcome, profile: Profile) -> Reply:
        """The answer that tells an outcome, in the numbered codes of a profile."""
        ...

    def complain(self, trouble: Trouble, message: str) -> Reply:
        """The answer to a request that cannot be understood or is not allowed."""
        ...

    def falsify(self, status: int, body: str, profile: Profile) -> Reply:
        """An answer of the gateway's own trouble: `status`, with a `json` or `html` body."""
        ...

    def kept(self, outcome: Outcome, told: Reply) -> Outcome:
        """What a key is answered from now on, after `told` was said in place of the outcome."""
        ...

    def letterhead(
        self, reply: Reply, request: Request | None, exchange: str, original: str
    ) -> Headers:
        """The headers that the answer to this exchange has beside those of its own.

        `request` is None for one that could not be taken in; `original` is the exchange that is
        replayed, or empty.
        """
        ...


class DomainDialect:
    """What dialects share that speak in the gateway's own commands, and whose keys are Bearer's."""

    def key_of(self, headers: Mapping[str, str]) -> str:
        """The key behind `Bearer`; raises Misread if there is none."""
        scheme, _, key = headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise Misread(
                Trouble.NO_KEY, "no API key; send Authorization: Bearer sk_test_<account>"
            )
        return key

    def turn_away(self, key: str) -> Misread:
        """A live key is refused as such."""
        if key.startswith("sk_live_"):
            return Misread(Trouble.LIVE_KEY, "this is a live key; only sk_test_… keys work here")
        return Misread(Trouble.NO_KEY, "this is not an API key; keys look like sk_test_<account>")

    def subject(self, command: Command, snapshot: Snapshot, wall: float) -> Subject:
        """What a command is about."""
        return subject_of(command, snapshot, wall)

    def slot(self, channel: str, request: Request, key: str) -> Slot:
        """A key of the native API counts for one path."""
        return Slot(channel, request.path, key)

    def decide(self, command: Command, context: Context) -> Decision:
        """The gateway's own decision."""
        return decide(command, context)

    def kept(self, outcome: Outcome, told: Reply) -> Outcome:  # noqa: ARG002 - whatever was told
        """The outcome: only the answer to the first request was falsified."""
        return outcome

    def letterhead(
        self,
        reply: Reply,  # noqa: ARG002 - a plain sheet for all
        request: Request | None,  # noqa: ARG002 - the same
        exchange: str,  # noqa: ARG002 - the same
        original: str,  # noqa: ARG002 - the same
    ) -> Headers:
        """None."""
        return ()
