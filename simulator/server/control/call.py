"""One call of the control API, read; and one route of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from inspect import getdoc
from typing import Any, Generic, TypeVar, get_args, get_type_hints

import msgspec

from simulator import units
from simulator.errors import UsageError
from simulator.openapi import Endpoint, Media, Shape
from simulator.server.control.answers import Refusal
from simulator.server.control.bodies import Nothing
from simulator.server.gateway import Gateway
from simulator.server.tenancy import Tenant

Query = TypeVar("Query", bound=msgspec.Struct)
Body = TypeVar("Body")

Handler = Callable[..., Awaitable["msgspec.Struct | Text"]]


class Missing(UsageError):
    """What was named is not there."""


class Text(msgspec.Struct, frozen=True):
    """An answer that is no JSON of ours: its media type and its bytes."""

    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Call(Generic[Query, Body]):
    """What a handler gets: where, and what was asked, in the types that it names.

    `places` are the parts of the path by name. A handler that reads a document itself asks for
    a body of type str.
    """

    gateway: Gateway
    places: Mapping[str, str]
    query: Query
    body: Body

    @property
    def tenant(self) -> Tenant:
        """The account that the path names, made if need be; UsageError for a bad name."""
        return self.gateway.tenant(self.places["account"])


@dataclass(frozen=True)
class Route:
    """A method of a path, and its handler.

    The handler's annotations say what it reads and what it answers, its docstring what it does.
    `document` describes a body of type str, `text` an answer of type Text; `refusals` are statuses
    beyond those that every route has.
    """

    method: str
    path: str
    handler: Handler
    status: int = 200
    document: Media | None = None
    text: Media | None = None
    refusals: tuple[int, ...] = ()
    open: bool = False

    @cached_property
    def reads(self) -> tuple[type[Any], type[Any]]:
        """The types of query and body."""
        call = next(iter(get_type_hints(self.handler).values()))
        query, body = get_args(call)
        return query, body

    def endpoint(self) -> Endpoint:
        """The route as its documentation shows it."""
        query, body = self.reads
        result = get_type_hints(self.handler)["return"]
        answers: dict[int, Shape] = {self.status: self.text or result}
        refusals = {*self.refusals, *(() if self.open else (401,))}
        if "{" in self.path or (query, body) != (Nothing, Nothing):
            refusals.add(422)
        if body is not Nothing:
            refusals.add(413)
        answers |= dict.fromkeys(refusals, Refusal)
        return Endpoint(
            method=self.method,
            path=self.path,
            name=getattr(self.handler, "__name__", ""),
            does=getdoc(self.handler) or "",
            answers=answers,
            query=None if query is Nothing else query,
            body=self.document or (None if body is Nothing else body),
            open=self.open,
        )


def seconds(text: str, name: str) -> float:
    """A duration of a field called `name`; UsageError says what was meant."""
    try:
        return units.duration(text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error
