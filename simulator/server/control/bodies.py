"""What the control API is asked with: queries and bodies, typed. They are its schema, too."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

_EXAMPLE: Final = {"examples": ["200ms"], "pattern": r"^(\d+(\.\d+)?\s*(us|ms|s|m|h|d))+$"}
_SECRET: Final = {
    "examples": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    "pattern": r"^whsec_([A-Za-z0-9+/]{4}){6,}$",
}

#: A duration as text. Its pattern is for readers of the schema; `simulator.units` reads it, and
#: says what is wrong in better words.
Duration = Annotated[
    str, Meta(description="a duration: 200ms, 10s, 1m30s", extra_json_schema=_EXAMPLE)
]
#: A cursor of the journal. Beyond this, no number is exact in JSON.
Cursor = Annotated[
    int,
    Meta(ge=0, le=2**53 - 1, description="`next` of an earlier answer; 0 is the beginning"),
]
Limit = Annotated[int, Meta(ge=1, le=10_000, description="lines at most")]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all queries and bodies: what is not known is refused."""


class Nothing(Asked, frozen=True):
    """No query, or no body."""


class Performance(Asked, frozen=True):
    """How a scenario is to be played; a drill says who it is and takes a lease."""

    run: Annotated[
        str, Meta(max_length=64, description="prefix of the drill's orders: <run>-<n>")
    ] = ""
    seed: Annotated[int, Meta(ge=0, le=2**53 - 1, description="instead of its own")] | None = None
    start_in: Annotated[Duration, Meta(description="when its first phase begins")] | None = None
    lease: Annotated[Duration, Meta(description="heal unless renewed so soon")] | None = None


class Webhook(Asked, frozen=True):
    """Where events go, and what signs them: `whsec_` and base64."""

    url: Annotated[str, Meta(max_length=2_000, examples=["http://127.0.0.1:8000/webhooks"])]
    secret: Annotated[str, Meta(max_length=500, extra_json_schema=_SECRET)]


class Jump(Asked, frozen=True):
    """A phase of the scenario, or `settle` or `end`."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]


class Lease(Asked, frozen=True):
    """For how long the faults may stay on."""

    ttl: Duration


class Advance(Asked, frozen=True):
    """How far the account's clock moves forward."""

    by: Duration


class Lines(Asked, frozen=True):
    """Which lines are wanted."""

    after: Cursor = 0
    limit: Limit = 10_000


class Where(Asked, frozen=True):
    """Where an event goes; to the account's own address by default."""

    endpoint: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=120,
                description="the id of an endpoint that the merchant made",
                examples=["we_1"],
            ),
        ]
        | None
    ) = None


class OfWhom(Asked, frozen=True):
    """Whose messages are wanted; all by default. `to` is a masked number or address."""

    payment: Annotated[str, Meta(min_length=1, max_length=120)] | None = None
    order: Annotated[str, Meta(min_length=1, max_length=120)] | None = None
    to: Annotated[str, Meta(max_length=200)] | None = None
    all: Annotated[bool, Meta(description="those that did not arrive, too")] = False
    limit: Annotated[int, Meta(ge=1, le=10_000, description="messages at most, the newest")] = 1_000


class OneRule(Asked, frozen=True):
    """Which rule is meant; all of them by default."""

    rule: Annotated[str, Meta(min_length=1, max_length=80)] | None = None
