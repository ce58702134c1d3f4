"""The shapes of answers, held against Stripe's published document: each kind of answer once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from simulator.profiles.catalogue import types
from tests.stripe.spec import complaints, event_complaints

_ID: Final = re.compile(r"/[a-z]+_\w+")
#: What tells one kind of answer from another, wherever it stands in it.
_TELLING: Final = frozenset({"code", "decline_code", "object", "status", "type"})


@cache
def _seen() -> set[tuple[object, ...]]:
    """The kinds of answers that this process has looked at."""
    return set()


def checked(method: str, path: str, status: int, body: dict[str, Any]) -> list[str]:
    """What is wrong with the shape of an answer; nothing for a kind that was looked at before.

    Ways of paying that Stripe's document does not know are not its business.
    """
    kind = (method, _ID.sub("/{}", path.partition("?")[0]), status, *_signs(body))
    if kind in _seen() or _beside(body):
        return []
    _seen().add(kind)
    return [f"{method} {path} {status}: {each}" for each in complaints(method, path, status, body)]


def checked_event(event: dict[str, Any]) -> list[str]:
    """The same, of an event."""
    kind = ("event", *_signs(event))
    if kind in _seen() or _beside(event):
        return []
    _seen().add(kind)
    return [f"{event['type']}: {each}" for each in event_complaints(event)]


def _signs(body: Any) -> Iterator[object]:
    """What an answer says of itself, from top to bottom."""
    if isinstance(body, dict):
        for name, each in body.items():
            if isinstance(each, dict | list):
                yield from _signs(each)
            elif name in _TELLING or each is None:
                yield name, each
    elif isinstance(body, list):
        for each in body[:1]:
            yield from _signs(each)


def _beside(body: dict[str, Any]) -> bool:
    """Whether another way of paying than by card stands in it."""
    signs = set(_signs(body))
    return any(("type", each) in signs for each in types() if each != "card")
