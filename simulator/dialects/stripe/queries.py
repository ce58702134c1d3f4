"""Stripe's search query language (docs.stripe.com/search#search-query-language).

Clauses such as `status:"succeeded"`, `metadata["order_id"]:"42"`, `amount>1000`, `-email~"@x.org"`,
joined by AND (or just a space) or by OR, never both.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from simulator import cards
from simulator.dialects.stripe.objection import Objection, invalid

_CLAUSE: Final = re.compile(
    r"""\s*(?P<no>-?)
    (?:metadata\[(?:"(?P<key>[^"]*)"|'(?P<key2>[^']*)')\]|(?P<field>[A-Za-z_][\w.]*))
    \s*(?P<verb>>=|<=|[:~<>])\s*
    (?:"(?P<text>(?:[^"\\]|\\.)*)"|'(?P<text2>(?:[^'\\]|\\.)*)'|(?P<bare>-?[\w.]+))
    """,
    re.VERBOSE,
)
_JOINT: Final = re.compile(r"\s+(and|or)(?=\s)|(?=\s)", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\(.)")
_BARE: Final = re.compile(r"-?\d+|null|true|false", re.IGNORECASE)
#: Bounds of the language itself.
_MOST: Final = 10
_SHORTEST: Final = 3
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le}
)
#: How a field is compared: numbers by size; tokens whole; strings whole or by a part of them.
NUMBER: Final = "number"
TOKEN: Final = "token"  # noqa: S105 - a word of the query language
STRING: Final = "string"
#: Names of fields, as patterns, and how each is compared.
Fields = Mapping[str, str]
_METADATA: Final = "metadata"


class Clause(Struct, frozen=True):
    """One condition. `path` leads to the field; `value` is None for null."""

    path: tuple[str, ...]
    verb: str
    value: str | int | None
    negated: bool = False

    def holds(self, thing: Mapping[str, Any]) -> bool:
        """Whether an object, as callers see it, fulfils it."""
        return self._agrees(_at(thing, self.path)) is not self.negated

    def _agrees(self, found: Any) -> bool:
        wanted = self.value
        if wanted is None or found is None:
            return found is wanted
        if self.verb in _COMPARE:
            return isinstance(found, int) and _COMPARE[self.verb](found, wanted)
        if isinstance(wanted, int):
            return bool(found == wanted)
        told = ("true" if found else "false") if isinstance(found, bool) else str(found)
        if self.path[0] == _METADATA:
            return told == wanted
        if self.verb == "~":
            return wanted.casefold() in told.casefold()
        return told.casefold() == wanted.casefold()


class Query(Struct, frozen=True):
    """All conditions, of which `every` one must hold, or any."""

    clauses: tuple[Clause, ...]
    every: bool = True

    def holds(self, thing: Mapping[str, Any]) -> bool:
        """Whether an object, as callers see it, is wanted."""
        return (all if self.every else any)(clause.holds(thing) for clause in self.clauses)

    def fits(self, metadata: Mapping[str, str]) -> bool:
        """Whether an object with these metadata may be wanted: asked before it is shown."""
        own = [each for each in self.clauses if each.path[0] == _METADATA]
        thing = {_METADATA: metadata}
        if self.every:
            return all(each.holds(thing) for each in own)
        return len(own) < len(self.clauses) or any(each.holds(thing) for each in own)

    def named(self, key: str) -> str | None:
        """The value that metadata must have under this key, if the query says so plainly."""
        if not self.every and len(self.clauses) > 1:
            return None
        for clause in self.clauses:
            is_plain = clause.verb == ":" and not clause.negated
            if is_plain and clause.path == (_METADATA, key) and isinstance(clause.value, str):
                return clause.value
        return None


def parse(text: str, fields: Fields) -> Query:
    """The query in a text; raises Objection that says where it goes wrong."""
    clauses: list[Clause] = []
    joints: set[str] = set()
    at = 0
    while True:
        match = _CLAUSE.match(text, at)
        if match is None:
            raise _lost(text, at)
        clauses.append(_clause(match, fields))
        at = match.end()
        if not text[at:].strip():
            break
        joint = _JOINT.match(text, at)
        if joint is None:
            raise _lost(text, at)
        joints.add((joint.group(1) or "and").lower())
        at = joint.end()
    if len(joints) > 1:
        raise _wrong("AND and OR cannot stand in one query")
    if len(clauses) > _MOST:
        raise _wrong(f"it has {len(clauses)} clauses, and may have {_MOST}")
    return Query(tuple(clauses), every="or" not in joints)


def _clause(match: re.Match[str], fields: Fields) -> Clause:
    name, key = match["field"], match["key"] or match["key2"]
    verb, negated = match["verb"], bool(match["no"])
    if name is None:
        if verb != ":":
            raise _wrong(f"metadata is compared with ':', not with '{verb}'")
        value = _value(match, 'metadata["…"]')
        return Clause((_METADATA, key or ""), verb, value, negated)
    kind = next((fields[each] for each in fields if re.fullmatch(each, name)), None)
    if kind is None:
        known = ", ".join(each.replace("\\", "") for each in fields if "(" not in each)
        raise _wrong(f"there is no field '{cards.mask(name)[:50]}' to search by; try {known}")
    if verb in _COMPARE and kind != NUMBER:
        raise _wrong(f"'{verb}' compares numbers, and {name} is none")
    if verb == "~" and kind != STRING:
        raise _wrong(f"'~' looks into texts, and {name} is compared whole")
    value = _value(match, name)
    if verb == "~" and len(value or "") < _SHORTEST:
        raise _wrong(f"'~' takes {_SHORTEST} characters or more")
    if verb in _COMPARE and value is None:
        raise _wrong(f"'{verb}' takes a number, not null")
    path = tuple(name.split("."))
    if kind == NUMBER and value is not None:
        return Clause(path, verb, _number(value, name), negated)
    return Clause(path, verb, value, negated)


def _value(match: re.Match[str], name: str) -> str | None:
    quoted = match["text"] if match["text"] is not None else match["text2"]
    if quoted is not None:
        return _ESCAPE.sub(r"\1", quoted)
    bare = match["bare"]
    if _BARE.fullmatch(bare) is None:
        raise _wrong(f'a text stands in quotes: {name}{match["verb"]}"{cards.mask(bare)[:50]}"')
    return None if bare.lower() == "null" else bare


def _number(value: str, name: str) -> int:
    if len(value) > 18 or not value.removeprefix("-").isdecimal() or not value.isascii():
        raise _wrong(f"{name} is compared with a number")
    return int(value)


def _at(thing: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        thing = thing.get(step) if isinstance(thing, Mapping) else None
    return thing


def _lost(text: str, at: int) -> Objection:
    near = cards.mask(text[at : at + 40]).strip()
    where = f"near '{near}'" if near else "at its end"
    return _wrong(f'{where} a clause was expected, such as metadata["order_id"]:"42"')


def _wrong(why: str) -> Objection:
    return invalid(f"The search query cannot be read: {why}.", "query")
