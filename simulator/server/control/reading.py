"""Queries and bodies into their types, with mistakes in plain words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from simulator.errors import UsageError, choices, did_you_mean

_Struct = TypeVar("_Struct", bound=msgspec.Struct)

_UNKNOWN: Final = re.compile(r"unknown field `(.*)`", re.DOTALL)
_MISSING: Final = re.compile(r"missing required field `(.*)`", re.DOTALL)


def query(kind: type[_Struct], given: Mapping[str, str]) -> _Struct:
    """The query as a value of its type.

    Raises:
        UsageError: a parameter that is not known or stands there twice, or a value that cannot be
            one.
    """
    asked = dict(given)
    if len(asked) < len(given):
        twice = Counter(name for name, _ in given.items()).most_common(1)[0][0]
        raise UsageError(f"{twice}: stands there more than once")
    try:
        return msgspec.convert(asked, kind, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(_said(error, kind, given)) from error


def body(kind: type[_Struct], raw: bytes) -> _Struct:
    """The JSON body as a value of its type; an empty one stands for `{}`.

    Raises:
        UsageError: it is no JSON, or not of this type.
    """
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise UsageError(_said(error, kind, {})) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"the body is not JSON: {error}") from error


def document(raw: bytes) -> str:
    """The text of a document, which is UTF-8; UsageError if it is not."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"the body is not UTF-8: {error}") from error


def _said(
    error: msgspec.ValidationError, kind: type[msgspec.Struct], given: Mapping[str, Any]
) -> str:
    text, _, path = str(error).partition(" - at `$")
    place = path.rstrip("`").lstrip(".")
    names = [field.encode_name for field in msgspec.structs.fields(kind)]
    if unknown := _UNKNOWN.search(text):
        name = unknown.group(1)
        hint = did_you_mean(name, names) or f"; known: {', '.join(names) or 'none'}"
        return f"{name}: unknown field{hint}"
    if missing := _MISSING.search(text):
        return f"{missing.group(1)}: missing"
    if place in given and text.startswith("Expected `int") and text.endswith("got `str`"):
        return f"{place}: '{given[place]}' is not a whole number"
    hint = choices(kind, place) if text.startswith("Invalid enum") else ""
    return f"{place or 'the body'}: {text[:1].lower()}{text[1:]}{hint}"
