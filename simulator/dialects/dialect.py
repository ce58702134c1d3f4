"""What a dialect is: bytes to commands, outcomes to bytes. The server knows only this."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from simulator.gateway.commands import Command
from simulator.gateway.model import Event, Payment
from simulator.gateway.outcomes import Outcome
from simulator.gateway.things import About
from simulator.profiles import Profile

#: Characters of an idempotency key: Stripe's limit (docs.stripe.com/api/idempotent_requests).
MAX_KEY: Final = 255


class Request(msgspec.Struct, frozen=True, gc=False):
    """One HTTP request as a dialect sees it; `body` is whole.

    `accept` and `languages` are the headers Accept and Accept-Language, of a page's request only.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    content_type: str
    key: str | None
    accept: str = ""
    languages: str = ""


class Reply(msgspec.Struct, frozen=True, gc=False):
    """One HTTP answer, ready to be sent."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


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
    """The request cannot be understood; `message` says where and what was meant."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.message = message


class Dialect(Protocol):
    """A wire language. Stateless."""

    name: str

    def parse(self, request: Request) -> Command:
        """The command in a request; raises Misread, and nothing has been stored then."""
        ...

    def fingerprint(self, request: Request) -> str:
        """The same text for bodies that mean the same; compared when a key is used again."""
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

    def event_body(
        self, event: Event, payment: Payment, about: About | None, created: float
    ) -> bytes:
        """The body of a webhook; `created` is when the event was born, in wall seconds."""
        ...
