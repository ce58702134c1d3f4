"""Which fields of a thing can be expanded, read off the schemas of answers.

A field can be expanded if its value is either an id or a whole thing. So can a list that need not
be there: it is sent only to those who ask. Fields of parts that are no things themselves count
with the thing, with a dot: `invoice_settings.default_payment_method` of a customer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from tools.stripe_facts.sources import Schema

Follow = Callable[[Schema], Schema]
_ABSENT: Final[Schema] = {}


def expandable(answers: Iterable[Schema], follow: Follow) -> dict[str, frozenset[str]]:
    """The fields of everything that answers consist of, by the value of its `object`.

    Args:
        answers: The schemas of answers: things, or pages of them.
        follow: Gives what a reference refers to.
    """
    found: dict[str, frozenset[str]] = {}
    for answer in answers:
        for thing in _things(answer, follow):
            name = _kind(thing)
            fields = frozenset(_fields(thing, follow, ()))
            found[name] = found.get(name, frozenset()) | fields
    return {name: fields for name, fields in found.items() if fields}


def _branches(schema: Schema, follow: Follow) -> Iterator[Schema]:
    """What a value may be, one by one."""
    schema = follow(schema)
    if "anyOf" not in schema:
        yield schema
    for each in schema.get("anyOf", ()):
        yield from _branches(each, follow)


def _kind(schema: Schema) -> str:
    """The value of `object`, or nothing if this is no thing."""
    values: list[str] = schema.get("properties", _ABSENT).get("object", _ABSENT).get("enum", [])
    return values[0] if len(values) == 1 else ""


def _is_list(schema: Schema) -> bool:
    return _kind(schema) in {"list", "search_result"}


def _things(answer: Schema, follow: Follow) -> Iterator[Schema]:
    for branch in _branches(answer, follow):
        if _is_list(branch):
            yield from _things(branch["properties"]["data"]["items"], follow)
        elif _kind(branch):
            yield branch


def _fields(thing: Schema, follow: Follow, path: tuple[str, ...]) -> Iterator[str]:
    for name, schema in thing.get("properties", _ABSENT).items():
        branches = list(_branches(schema, follow))
        whole = [each for each in branches if _kind(each)]
        here = (*path, name)
        listed = any(_is_list(each) for each in whole) and name not in thing.get("required", ())
        if listed or (whole and any(each.get("type") == "string" for each in branches)):
            yield ".".join(here)
        elif not whole:
            for branch in branches:
                yield from _fields(branch, follow, here)
