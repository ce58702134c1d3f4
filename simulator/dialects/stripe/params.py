"""Parameters of a request to typed values, and what is wrong with them in Stripe's words.

The shape of an endpoint's parameters is a msgspec Struct. Stripe unsets with an empty text: `""`
reads as None, so a field that may be unset is `… | None`; one that was not sent is UNSET.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import msgspec

from simulator import cards
from simulator.dialects.stripe import facts
from simulator.dialects.stripe.objection import Objection, absent, invalid, unsupported

_Shape = TypeVar("_Shape", bound=msgspec.Struct)

_UNKNOWN: Final = re.compile(r"unknown field `(.*?)`")
_MISSING: Final = re.compile(r"missing required field `(.*?)`")
#: Values of these types are kept as they are.
_PLAIN: Final = frozenset({str, int, bool, float, type(None)})
_INDEX: Final = re.compile(r"\[(\d+)\]")
#: The names that Stripe's own endpoint takes; asked for only if one is not taken here.
Known = Callable[[], frozenset[str]]


class Params(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The base of all shapes: parameters that stand in none are refused."""


def read(shape: type[_Shape], raw: dict[str, Any], known: Known = frozenset) -> _Shape:
    """The parameters, typed; raises Objection with the parameter at fault.

    `known` are parameters that Stripe has: they are refused as not supported, others as unknown.
    """
    try:
        typed = msgspec.convert(raw, shape, strict=False)
    except msgspec.ValidationError as error:
        raise _objection(str(error), raw, shape, known) from error
    for name, sent in raw.items():
        _check_integers(sent, getattr(typed, name, None), name)
    return typed


def _check_integers(sent: Any, typed: Any, place: str) -> None:
    """Raise Objection for a number that is whole, but was not sent as digits: 1e3 or 1.0."""
    if isinstance(sent, str):
        if typed.__class__ is int and not sent.removeprefix("-").isdigit():
            raise _no_integer(sent, place)
    elif isinstance(sent, list) and isinstance(typed, list):
        for at, (each, value) in enumerate(zip(sent, typed, strict=True)):
            _check_integers(each, value, _under(place, str(at)))
    elif isinstance(sent, dict):
        for name, each in sent.items():
            value = typed.get(name) if isinstance(typed, dict) else getattr(typed, name, None)
            _check_integers(each, value, _under(place, name))


def _no_integer(sent: str, place: str) -> Objection:
    return invalid(f"Invalid integer: {sent[:100]}", place, "parameter_invalid_integer")


def _objection(message: str, raw: dict[str, Any], shape: type, known: Known) -> Objection:
    text, _, path = message.partition(" - at `$")
    place = _place(path.rstrip("`").partition("[...]")[0])  # behind it are names of the caller's
    if lack := _MISSING.search(text):
        return absent(_under(place, lack.group(1)))
    if unknown := _UNKNOWN.search(text):
        name = unknown.group(1)
        if name in (facts.within() if place else known()):
            return unsupported(_under(place, name))
        return _never_heard(_under(place, name), name, shape)
    sent = _sent(raw, place)
    if sent is None and "got `null`" in text:
        return invalid(f"You passed an empty text for {place}.", place, "parameter_invalid_empty")
    if "`int" in text and isinstance(sent, str):
        return _no_integer(sent, place)
    if "`bool" in text and isinstance(sent, str):
        return invalid(f"Invalid boolean: {sent}", place)
    return invalid(f"Invalid {place or 'request'}: {_plain(text)}", place or None)


def _never_heard(place: str, name: str, shape: type) -> Objection:
    fields = [field.name for field in msgspec.structs.fields(shape)]
    near = get_close_matches(name, fields, 1)
    hint = f". Did you mean {near[0]}?" if near else ""
    shown = cards.mask(place)
    return invalid(f"Received unknown parameter: {shown}{hint}", shown, "parameter_unknown")


def _place(path: str) -> str:
    """`.card.number` and `[0].name` in Stripe's way: `card[number]`."""
    steps = [step for step in _INDEX.sub(r".\1", path).split(".") if step]
    return "" if not steps else steps[0] + "".join(f"[{step}]" for step in steps[1:])


def _under(place: str, name: str) -> str:
    return f"{place}[{name}]" if place else name


def _sent(raw: dict[str, Any], place: str) -> object:
    """What was sent at this place."""
    at: Any = raw
    for step in place.replace("]", "").split("["):
        if isinstance(at, list):
            at = at[int(step)] if step.isdigit() and int(step) < len(at) else None
        else:
            at = at.get(step) if isinstance(at, dict) else None
    return cards.mask(at)[:100] if isinstance(at, str) else at


def _plain(text: str) -> str:
    """Msgspec's words, without its marks."""
    return cards.mask(text[0].lower() + text[1:].replace("`", ""))


def kept(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields as they are kept: those that were sent, as data as JSON has them."""
    return {
        name: value if value.__class__ in _PLAIN else msgspec.to_builtins(value)
        for name, value in fields.items()
        if value is not msgspec.UNSET
    }


def said_in(params: msgspec.Struct, names: Iterable[str]) -> dict[str, Any]:
    """Of the parameters with these names (as far as there are such) those that were sent, kept."""
    return kept({name: getattr(params, name, msgspec.UNSET) for name in names})
