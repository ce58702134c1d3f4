"""docs/reference/journal.md."""

from __future__ import annotations

from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec

from simulator.gateway.model import Event, Method, Payer, Payment, Posting, Refund
from simulator.journal.entry import Entry, Hit, KeyRecord, Line, Sighting
from tools.reference import markdown
from tools.reference.markdown import code, story, table

_ABOUT: Final = """\
A journal is a text file with one JSON object a line; `kind` tells which. The gateway, the load
generator and the drill each write their own, and `journal.jsonl` is all of them merged, the `run`
line first, then by `mono`. It is enough to judge a drill again.

Fields that have their default value are left out. Amounts are integer minor units. `wall` is in
seconds since 1970, `mono` in seconds of the machine's monotonic clock. No line ever holds a card
number."""

_PARTS: Final = (Hit, KeyRecord, Sighting, Payment, Refund, Method, Payer, Event, Posting)


def page() -> str:
    """The whole page."""
    common = f"## Every line\n\n{story(Entry)}\n\n{_fields(Entry, set())}"
    shared = {field.name for field in msgspec.structs.fields(Entry)}
    lines = [_section(code(_tag(line)), line, shared) for line in get_args(Line)]
    parts = [_section(part.__name__, part, set()) for part in _PARTS]
    heading = "## Parts of lines\n\nA posting is written as a list, in the order of its fields."
    return markdown.page("The journal", _ABOUT, common, *lines, heading, *parts)


def _section(title: str, struct: type[msgspec.Struct], left_out: set[str]) -> str:
    return f"### {title}\n\n{story(struct)}\n\n{_fields(struct, left_out)}".rstrip()


def _tag(line: type[msgspec.Struct]) -> str:
    return str(line.__struct_config__.tag)


def _fields(struct: type[msgspec.Struct], left_out: set[str]) -> str:
    hints = get_type_hints(struct)
    rows = [
        (code(field.encode_name), _name(hints[field.name]), _default(field))
        for field in msgspec.structs.fields(struct)
        if field.name not in left_out
    ]
    return table(("field", "is", "default"), rows)


def _name(hint: Any) -> str:
    """A type in words: `text or nothing`, `list of Payment`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        return f"list of {_name(arguments[0])}"
    if origin is dict:
        return "object"
    if arguments:
        return " or ".join("null" if each is NoneType else _name(each) for each in arguments)
    words = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return words.get(hint) or str(getattr(hint, "__name__", hint))


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return ""
    if field.default is msgspec.NODEFAULT:
        return "empty"
    return "empty" if field.default in ((), "") else code(_json(field.default))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
