"""What an endpoint is: where it lies, what it takes, what it does, what it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.params import Params
from simulator.gateway.commands import Call
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject

Handle = Callable[[Desk, Any], Answer]
About = Callable[[Call, Snapshot], Subject]


class Nothing(Params):
    """No parameters."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint.

    `path` is written as Stripe's reference does, `{}` for an id: `/v1/customers/{}`. `about` says
    what scenarios and the journal see; without it the operation alone. `public` is open to a
    publishable key with the object's client secret. `note` is for the coverage table.
    """

    method: str
    path: str
    handle: Handle
    params: type[Params] = Nothing
    operation: str = "create"
    about: About | None = None
    public: bool = False
    note: str = ""

    @property
    def name(self) -> str:
        """`GET /v1/customers/{}`."""
        return f"{self.method} {self.path}"
