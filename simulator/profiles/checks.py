"""What must hold between the parts of a profile document.

These look at the plain document, so that they work on one that has other mistakes too; what cannot
be read is the models' business, and passes here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.documents import Mistake
from simulator.documents.document import Path
from simulator.errors import did_you_mean
from simulator.profiles import shelf


def profile(whole: object, written: object) -> Iterator[Mistake]:
    """Every mistake between the parts of a profile document, with its path.

    `whole` is the document with what it takes from elsewhere, `written` as it stands: rules that
    it has from its base may speak of a method that it takes away.
    """
    if not isinstance(whole, dict):
        return
    yield from _base(whole)
    yield from _types(whole)
    yield from _strangers(list(_mapping(whole.get("methods"))), _mapping(written))
    yield from _numbered_twice(_mapping(whole.get("codes")))
    yield from _leveled_twice(_list(_mapping(whole.get("wallet")).get("levels")))


def _base(value: Mapping[str, Any]) -> Iterator[Mistake]:
    """Reading takes away the name of a base that it knows."""
    if "base" in value:
        base, names = value["base"], shelf.names()
        near = did_you_mean(str(base), names) or f"; there is {', '.join(names)}"
        yield Mistake(("base",), f"unknown profile '{base}'{near}")


def _types(value: Mapping[str, Any]) -> Iterator[Mistake]:
    """Methods that nobody knows: payments, scenarios and pages could not speak of them."""
    known = shelf.library()
    for name in _mapping(value.get("methods")):
        if name not in known:
            near = did_you_mean(name, known) or "; the page of methods lists all"
            yield Mistake(("methods", name), f"unknown method '{name}'{near}", on_key=True)


def _strangers(taken: list[str], value: Mapping[str, Any]) -> Iterator[Mistake]:
    """Rules for methods that this gateway does not take."""
    for path, named in _named(value):
        for index, name in enumerate(named if isinstance(named, list) else []):
            if isinstance(name, str) and taken and name not in taken:
                near = did_you_mean(name, taken) or f"; it takes {', '.join(taken)}"
                said = f"'{name}' is not among the methods of this profile{near}"
                yield Mistake((*path, index), said)


def _named(value: Mapping[str, Any]) -> Iterator[tuple[Path, object]]:
    """Every list of method types outside `methods`."""
    for key in ("products", "limits"):
        for index, row in enumerate(_list(value.get(key))):
            yield (key, index, "methods"), _mapping(row).get("methods")
    for index, row in enumerate(_list(_mapping(value.get("risk")).get("rules"))):
        yield ("risk", "rules", index, "methods"), _mapping(row).get("methods")
    yield ("wallet", "methods"), _mapping(value.get("wallet")).get("methods")


def _numbered_twice(codes: Mapping[str, Any]) -> Iterator[Mistake]:
    """A gateway gives one failure one number; one number may well stand for several."""
    first: dict[str, str] = {}
    for code, given in codes.items():
        meant = given if isinstance(given, list) else [given]
        for index, failure in enumerate(meant):
            if isinstance(failure, str) and failure in first:
                path: Path = ("codes", code, index) if given is meant else ("codes", code)
                yield Mistake(path, f"'{failure}' has the code {first[failure]} already")
            elif isinstance(failure, str):
                first[failure] = code


def _leveled_twice(levels: list[Any]) -> Iterator[Mistake]:
    """An account has one level, and a level one set of limits."""
    seen: set[int] = set()
    for index, row in enumerate(levels):
        level = _mapping(row).get("level")
        if isinstance(level, int) and level in seen:
            said = f"level {level} stands there already; write each level once"
            yield Mistake(("wallet", "levels", index, "level"), said)
        elif isinstance(level, int):
            seen.add(level)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
