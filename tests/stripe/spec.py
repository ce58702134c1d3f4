"""Answers held against what Stripe publishes: its OpenAPI document and the types of its library.

The document says which fields an answer must have and of which type they are; it is of an older
version, and knows neither fields that came later nor that a field too many is wrong. The types are
of the version that our answers claim, require what is always sent (`null` included), and know every
field. An answer has to satisfy both.

Where the packages are not installed nothing is found wrong, so that other tests can go on; a
pipeline must have them (`packages.available`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from tests.stripe.packages import available
from tools.stripe_facts.document import document
from tools.stripe_facts.library import library
from tools.stripe_facts.sources import Key, Schema

SOURCES = {"document": document, "types": library}


def complaints(method: str, path: str, status: int, body: object) -> list[str]:
    """What is wrong with an answer; nothing, if it could be Stripe's.

    Args:
        method: Of the request.
        path: Of the request, filled in or not: `/v1/charges/ch_1` or `/v1/charges/{charge}`.
        status: Of the answer. Stripe has 200 for every success.
        body: The answer, as JSON was read.
    """
    if not available():
        return []
    if status >= 400:
        return [*_failure_complaints(body)]
    if status != 200:
        return [f"Stripe answers 200 to what succeeds, and not {status}"]
    keys = {name: _key(name, method, path.partition("?")[0]) for name in SOURCES}
    if not any(keys.values()):
        return [f"Stripe has no {method} {path}"]
    found = [
        complaint
        for name, key in keys.items()
        if key is not None
        for complaint in _problems(name, SOURCES[name]().endpoint(key).answer, body)
    ]
    return [*found, *(each for event in _events(body) for each in _carried(event))]


def event_complaints(event: object) -> list[str]:
    """What is wrong with an event, as webhooks carry them: with it and with the thing in it."""
    if not available():
        return []
    if not isinstance(event, dict):
        return ["an event is an object"]
    schema = document().objects["event"]
    return [*_problems("document", schema, event), *_carried(event)]


def _failure_complaints(body: object) -> Iterator[str]:
    yield from _problems("document", document().failure, body)
    whole = {
        "type": "object",
        "properties": {"error": library().failure},
        "required": ["error"],
        "additionalProperties": False,
    }
    yield from _problems("types", whole, body)


def _carried(event: dict[str, Any]) -> list[str]:
    """What is wrong with the thing in an event, and with the two together."""
    kind = event.get("type")
    if kind not in library().events:
        return [f"Stripe has no event {kind!r}"]
    found = [*_problems("types", library().events[kind], event)]
    data = event.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    schema = document().objects.get(thing.get("object")) if isinstance(thing, dict) else None
    if schema is not None:  # what the types say of it was among what they say of the event
        found += [f"{kind} {each}" for each in _problems("document", schema, thing)]
    return found


def _events(body: object) -> Iterator[dict[str, Any]]:
    """An event, or the events of a page."""
    if isinstance(body, dict) and body.get("object") == "event":
        yield body
    elif isinstance(body, dict) and body.get("object") == "list":
        for each in body.get("data", ()):
            yield from _events(each)


def _key(name: str, method: str, path: str) -> Key | None:
    """The endpoint that a path belongs to; of several, the one that spells out most."""
    parts = path.split("/")
    fitting = [
        key
        for key in SOURCES[name]().endpoints
        if key[0] == method and _fits(key[1].split("/"), parts)
    ]
    return min(fitting, key=lambda key: key[1].count("{}"), default=None)


def _fits(template: list[str], parts: list[str]) -> bool:
    return len(template) == len(parts) and all(
        own == part or (own == "{}" and part) for own, part in zip(template, parts, strict=True)
    )


def _problems(name: str, schema: Schema, body: object) -> Iterator[str]:
    lacking: dict[str, list[str]] = {}
    for error in _validator(name, json.dumps(schema, sort_keys=True)).iter_errors(body):
        for own in _own(error):
            place = ".".join(map(str, own.instance_path)) or "the top"
            if own.kind.name == "required":
                lacking.setdefault(place, []).append(own.kind.property)
            else:
                yield f"{name}, {place}: {_short(own.message)}"
    for place, names in lacking.items():
        yield f"{name}, {place}: lacks {', '.join(names)}"


def _short(message: str) -> str:
    return message if len(message) <= 200 else f"{message[:90]} … {message[-100:]}"


def _own(error: ValidationError) -> Iterator[ValidationError]:
    """What is wrong with a value of several possible kinds: what is wrong with it as its own."""
    if error.kind.name != "anyOf":
        yield error
        return
    kinds = [
        each
        for each in error.kind.context
        if not any(_is_another(fault, error.instance_path) for fault in each)
    ]
    if not kinds:
        yield error
        return
    for each in min(kinds, key=len):
        yield from _own(each)


def _is_another(error: ValidationError, place: list[str | int]) -> bool:
    """Whether it says that a value is of another kind, rather than wrong in itself."""
    if error.instance_path == place:
        return error.kind.name in {"type", "enum"}
    return error.instance_path in ([*place, "object"], [*place, "deleted"])


@cache
def _validator(name: str, schema: str) -> Draft202012Validator:
    """A validator of a schema, with the definitions that it leads to, and no others."""
    root: Schema = json.loads(schema)
    every = SOURCES[name]().definitions
    needed: Schema = {}
    waiting = [root]
    while waiting:
        for reference in _references(waiting.pop()):
            if reference not in needed:
                needed[reference] = every[reference]
                waiting.append(every[reference])
    return Draft202012Validator({**root, "$defs": needed})


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _references(each)
    elif isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix("#/$defs/")
        for each in schema.values():
            yield from _references(each)
