"""How the resources of the native dialect read requests: typed bodies, references, queries."""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import msgspec

from simulator import cards
from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import bodies
from simulator.errors import choices


class Unrouted(Exception):
    """The resource has no such endpoint."""


_Body = TypeVar("_Body")
_Query = TypeVar("_Query", bound=msgspec.Struct)

_UNKNOWN_FIELD: Final = re.compile(r"unknown field `(.*?)`")
_MISSING_FIELD: Final = re.compile(r"missing required field `(.*?)`")
_NESTED: Final = {
    "method": bodies.MethodBody,
    "method.card": bodies.CardBody,
    "payer": bodies.PayerBody,
    "payer.address": bodies.AddressBody,
}


def read(decoder: msgspec.json.Decoder[_Body], request: Request) -> _Body:
    """The body of a request, typed; an empty one counts as `{}`. Raises Misread."""
    body = request.body or b"{}"
    if request.body and not request.content_type.startswith("application/json"):
        raise Misread(
            Trouble.UNSUPPORTED_TYPE, "the body must be sent as Content-Type: application/json"
        )
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise Misread(Trouble.MALFORMED, _located(decoder.type, str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Misread(Trouble.MALFORMED, f"the body is not JSON: {error}") from error


def read_query(shape: type[_Query], request: Request) -> _Query:
    """The query of a request, typed; unknown and repeated parameters raise Misread."""
    query = once(request)
    fields = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    for name in query:
        if name not in fields:
            raise Misread(Trouble.MALFORMED, f"{name}: unknown parameter{_near(name, fields)}")
    try:
        return msgspec.convert(query, shape, strict=False)
    except msgspec.ValidationError as error:
        raise Misread(Trouble.MALFORMED, _located(shape, str(error))) from error


def once(request: Request) -> dict[str, str]:
    """The query of a request, in which nothing may stand twice; raises Misread."""
    query = dict(request.query)
    if len(query) < len(request.query):
        twice = Counter(name for name, _ in request.query.items()).most_common(1)[0][0]
        raise Misread(Trouble.MALFORMED, f"{cards.mask(twice)}: stands there more than once")
    return query


def reference(text: str, place: str) -> str:
    """A reference is kept and shown, so a card number may not stand in it; raises Misread."""
    if cards.contains_number(text):
        raise Misread(Trouble.MALFORMED, f"{place}: looks like a card number; never send one here")
    return text


def _located(body: Any, message: str) -> str:
    """Msgspec's words in ours: `order_id: …` for a place, and the near name for an unknown one."""
    text, _, path = message.partition(" - at `$")
    place = path.rstrip("`").lstrip(".")
    if missing := _MISSING_FIELD.search(text):
        return f"{place + '.' if place else ''}{missing.group(1)}: missing"
    unknown = _UNKNOWN_FIELD.search(text)
    if unknown is None:
        hint = choices(body, place) if text.startswith("Invalid enum") else ""
        return cards.mask(f"{place or 'body'}: {text[0].lower()}{text[1:]}{hint}")
    name = unknown.group(1)
    fields = [field.name for field in msgspec.structs.fields(_NESTED.get(place, body))]
    return cards.mask(f"{place + '.' if place else ''}{name}: unknown field{_near(name, fields)}")


def _near(name: str, known: Any) -> str:
    near = get_close_matches(name, known, 1)
    return f" (did you mean '{near[0]}'?)" if near else f"; known: {', '.join(known) or 'none'}"
