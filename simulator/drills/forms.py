"""Requests with placeholders: `{order_id}` in a path or a body, filled in anew for each order.

A placeholder that is a whole value keeps its type: `"{amount}"` becomes a number, `"{method}"` an
object. Within other text it becomes text. `{{` and `}}` stand for braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from simulator.documents import Mistake
from simulator.errors import did_you_mean
from simulator.money import minor_digits

#: What a placeholder of an order can name; those of `WHOLE` are objects, and never part of a text.
ORDER: Final = (
    "order_id", "amount", "amount.major", "currency", "method", "method.type", "method.token",
    "payer", "payer.country", "payer.name", "payer.phone", "payer.email", "product",
)  # fmt: skip
WHOLE: Final = frozenset({"method", "payer"})

_BRACES: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def values_of(order: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an order, as the standard API has it, by placeholder.

    `amount.major` is the amount in major units as text: `19.99`.
    """
    values = dict(order)
    for whole in WHOLE & order.keys():
        values.update({f"{whole}.{name}": value for name, value in order[whole].items()})
    if "amount" in order:
        values["amount.major"] = major(order["amount"], order["currency"])
    return values


def major(amount: int, currency: str) -> str:
    """An amount of minor units in major ones, with as many decimals as the currency has."""
    digits = minor_digits(currency)
    whole, rest = divmod(amount, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)


def names(form: Any) -> frozenset[str]:
    """The placeholders in a text, or in all texts of a body."""
    if isinstance(form, dict):
        return names(list(form.values()))
    if isinstance(form, list):
        return frozenset().union(*(names(each) for each in form))
    if not isinstance(form, str):
        return frozenset()
    return frozenset(each.group(1) for each in _BRACES.finditer(form) if each.group(1) is not None)


def fill(form: Any, values: Mapping[str, Any]) -> Any:
    """A body with its placeholders filled in; one whose value is not known becomes null."""
    if isinstance(form, dict):
        return {key: fill(value, values) for key, value in form.items()}
    if isinstance(form, list):
        return [fill(value, values) for value in form]
    if not isinstance(form, str):
        return form
    whole = _BRACES.fullmatch(form)
    if whole and whole.group(1) is not None:
        return values.get(whole.group(1))
    return _text(form, values)


def fill_path(path: str, values: Mapping[str, Any]) -> str:
    """A path with its placeholders filled in, and quoted.

    A parameter of the query whose placeholder has no value is left out.
    """
    place, _, query = path.partition("?")
    given = {name: quote(str(value), safe="") for name, value in values.items() if _is_plain(value)}
    kept = [part for part in query.split("&") if part and names(part) <= given.keys()]
    return _text("?".join([place, *filter(None, ["&".join(kept)])]), given)


def mistakes(form: Any, known: tuple[str, ...]) -> Iterator[Mistake]:
    """What is wrong with the placeholders of a body, each at its place."""
    if isinstance(form, dict):
        for key, value in form.items():
            yield from (each.below((key,)) for each in mistakes(value, known))
    elif isinstance(form, list):
        for index, value in enumerate(form):
            yield from (each.below((index,)) for each in mistakes(value, known))
    elif isinstance(form, str):
        whole = _BRACES.fullmatch(form) is not None
        yield from (Mistake((), problem) for problem in problems(form, known, whole=whole))


def problems(text: str, known: tuple[str, ...], *, whole: bool = False) -> Iterator[str]:
    """What is wrong with the placeholders of a text; `whole` if there is one and nothing else."""
    for found in _BRACES.finditer(text):
        name = found.group(1)
        if found.group() in "{}":
            yield f"a lone '{found.group()}'; write it twice if it is no placeholder"
        elif name is not None and name not in known:
            there = f"there is {', '.join(known)}" if known else "there is none here"
            yield f"unknown placeholder '{{{name}}}'{did_you_mean(name, known) or '; ' + there}"
        elif name in WHOLE and not whole:
            yield f"'{{{name}}}' is an object and cannot be part of a text"


def _text(form: str, values: Mapping[str, Any]) -> str:
    def filled(found: re.Match[str]) -> str:
        name = found.group(1)
        if name is None:
            return found.group()[0]
        value = values.get(name)
        return "" if value is None else str(value)

    return _BRACES.sub(filled, form)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int)
