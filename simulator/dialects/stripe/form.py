"""Form encoding with nested keys, as Stripe's SDKs send it: `a[b][0][c]=…`, `expand[]=…`.

The result is data as JSON has them, with texts for values: `{"a": {"b": [{"c": "…"}]}}`. An empty
text is how Stripe unsets; it reads as None.

Numbers of cards are masked at this door, so that nothing behind it can keep one: only what is
called the number of a card comes through whole.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final
from urllib.parse import unquote

from simulator import cards
from simulator.dialects.stripe.objection import Objection, invalid

_NAME: Final = re.compile(r"[^\[\]]+")
_STEP: Final = re.compile(r"\[([^\[\]]*)\]")
#: More than any request of an SDK has; a bound on the work for one.
_MOST: Final = 1000
_DEEPEST: Final = 8
#: Under these, keys are names of the caller's, even if they read as numbers.
_FREE: Final = frozenset({"metadata"})
#: Where the number of a card may stand, which the gateway reads and forgets.
_NUMBERS: Final = frozenset(
    {("card", "number"), ("source", "number"), ("payment_method_data", "card", "number")}
)
#: Shorter texts hold no card number.
_SHORTEST: Final = 13
#: More digits are no place in a list.
_PLACES: Final = 6


def decode(text: str) -> dict[str, Any]:
    """The parameters in a form or query; raises Objection for one that cannot be read."""
    tree: dict[str, Any] = {}
    if not text:
        return tree
    if not text.isascii():
        _check(text)
    pairs = text.split("&")
    if len(pairs) > _MOST:
        raise invalid(f"A request may have {_MOST} parameters, and this has {len(pairs)}")
    listed = False
    for pair in pairs:
        if not pair:
            continue
        name, _, sent = pair.partition("=")
        steps, counts = _steps(name)
        value = _plain(sent) if "%" in sent or "+" in sent else sent
        if len(value) >= _SHORTEST and steps not in _NUMBERS:
            value = cards.mask(value)
        if len(steps) > 1:
            listed = listed or counts
            _put(tree, steps, value or None)
        elif isinstance(tree.get(steps[0]), dict):
            raise _both(steps)
        else:
            tree[steps[0]] = value or None
    return {key: _shaped(key, value) for key, value in tree.items()} if listed else tree


def _plain(sent: str) -> str:
    """What was sent, without the encoding of URLs."""
    try:
        return unquote(sent.replace("+", " "), errors="strict")
    except UnicodeDecodeError as error:
        raise no_text() from error


def _check(text: str) -> None:
    """Raises Objection for bytes that are no text."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise no_text() from error


def no_text() -> Objection:
    """Bytes that are not UTF-8."""
    return invalid("The request cannot be read as a form: it is not UTF-8")


@lru_cache(maxsize=2048)
def _steps(sent: str) -> tuple[tuple[str, ...], bool]:
    """`a[b][0]` as `a`, `b`, `0`, and whether one of them may count the elements of a list.

    An empty bracket is an empty step.
    """
    name = _plain(sent)
    head = _NAME.match(name)
    steps = [head.group(0)] if head else []
    at = head.end() if head else 0
    while step := _STEP.match(name, at):
        steps.append(step.group(1))
        at = step.end()
    if head is None or at != len(name) or len(steps) > _DEEPEST:
        raise invalid(f"Invalid parameter name: {cards.mask(name)[:100]}")
    if any(not step and above in _FREE for above, step in pairwise(steps)):
        raise invalid("Invalid object", cards.mask(name.partition("[]")[0]))
    counts = any(not step or step.isdigit() for step in steps[1:])
    return tuple(cards.mask(step) for step in steps), counts


def _put(tree: dict[str, Any], steps: tuple[str, ...], value: str | None) -> None:
    at = tree
    last = len(steps) - 1
    for place, step in enumerate(steps):
        here = step or _next(at, steps[place + 1] if place < last else "")
        if place == last:
            if isinstance(at.get(here), dict):
                raise _both(steps)
            at[here] = value
            return
        below = at.setdefault(here, {})
        if not isinstance(below, dict):
            raise _both(steps)
        at = below


def _next(at: dict[str, Any], name: str) -> str:
    """Where an empty bracket leads: to a new element, or into the last if that lacks `name` yet."""
    latest = str(len(at) - 1)
    below = at.get(latest)
    return latest if name and isinstance(below, dict) and name not in below else str(len(at))


def _both(steps: tuple[str, ...]) -> Objection:
    name = steps[0]
    return invalid(f"Invalid {name}: it is sent both as a value and as an object", name)


def _shaped(name: str, value: Any) -> Any:
    """A dict whose keys count from anywhere upwards is a list."""
    if not isinstance(value, dict):
        return value
    if name in _FREE:
        return {key: _shaped("", each) for key, each in value.items()}
    shaped = {key: _shaped(key, each) for key, each in value.items()}
    if all(key.isdigit() and key.isascii() and len(key) <= _PLACES for key in shaped):
        return [shaped[key] for key in sorted(shaped, key=int)]
    return shaped
