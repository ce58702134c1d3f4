"""The few things that generated pages are made of."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any, Final

#: By which example simulator.units announces what it parses.
_UNITS: Final = MappingProxyType(
    {
        "200ms": "duration",
        "40/s": "rate",
        "4%": "share",
        "50.00 EUR": "money",
        "EUR": "currency",
        "DE": "country",
    }
)

_WORDS: Final = MappingProxyType(
    {
        "string": "text",
        "integer": "whole number",
        "boolean": "`true` or `false`",
        "object": "mapping",
    }
)

NOTICE: Final = "<!-- Generated from the code by `make docs`; changes here are lost. -->"


def page(title: str, about: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join([NOTICE, f"# {title}", about, *(part for part in parts if part)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; nothing for no rows."""
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines])


def code(text: str) -> str:
    """Words of a program inside a sentence."""
    return f"`{text}`"


def story(documented: object) -> str:
    """A docstring as Markdown paragraphs, without its sections for programmers."""
    text = inspect.getdoc(documented) or ""
    return text.split("\n\nArgs:")[0].split("\n\nRaises:")[0].strip()


def parameters(schema: dict[str, Any]) -> str:
    """The fields of a JSON Schema object as a table."""
    required = set(schema.get("required", ()))
    rows = [
        (code(name), kind(field, schema), _default(field, needed=name in required))
        for name, field in schema.get("properties", {}).items()
    ]
    return table(("parameter", "takes", "default"), rows)


def kind(field: dict[str, Any], root: dict[str, Any]) -> str:
    """What a JSON Schema lets one write, in few words."""
    if "$ref" in field:
        return kind(_resolve(field["$ref"], root), root)
    if "anyOf" in field or "oneOf" in field:
        return _options(field.get("anyOf") or field["oneOf"], root)
    if "enum" in field or "const" in field:
        return _choices([*field.get("enum", ()), *([field["const"]] if "const" in field else ())])
    if field.get("examples"):
        example = str(field["examples"][0])
        return f"{_UNITS.get(example, _word(field))}, such as {code(example)}"
    if field.get("type") == "object" and "properties" in field:
        return _mapping(field, root)
    if field.get("type") == "array":
        return f"list of {kind(field.get('items', {}), root)}"
    return _word(field)


def _options(options: list[dict[str, Any]], root: dict[str, Any]) -> str:
    """One or several ways; a thing or a list of such things is said in short."""
    words = list(dict.fromkeys(kind(each, root) for each in options if not _is_null(each)))
    if len(words) == 2 and words[1] == f"list of {words[0]}":
        return f"{words[0]}; or a list of such"
    return " or ".join(words)


def _mapping(field: dict[str, Any], root: dict[str, Any]) -> str:
    """A small mapping spelt out; a large one by its name, under which it has a section."""
    inner = field["properties"]
    if len(inner) > 3:
        return f"{field.get('title', 'mapping')} (see there)"
    return "{" + ", ".join(f"{name}: {kind(each, root)}" for name, each in inner.items()) + "}"


def _word(field: dict[str, Any]) -> str:
    pattern = field.get("pattern", "")
    if pattern == r"\*":
        return "a pattern with `*`"
    if r"\.\." in pattern:
        return "a range, such as `100..5000`"
    kinds = field.get("type", "anything")
    return "word" if isinstance(kinds, list) else _WORDS.get(kinds, str(kinds))


def _choices(values: list[Any]) -> str:
    words = list(dict.fromkeys(value for value in values if not isinstance(value, bool)))
    if len(words) > 20:
        return f"one of {len(words)} names"
    return ", ".join(code(str(word)) for word in words)


def _default(field: dict[str, Any], *, needed: bool) -> str:
    value = field.get("default")
    if needed:
        return "must be given"
    if value in (None, "") or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return code("true" if value else "false")
    return code(f"{value:g}s" if isinstance(value, float) else str(value))


def _resolve(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    found: Any = root
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def _is_null(field: dict[str, Any]) -> bool:
    return field.get("type") == "null"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
