"""Expansion: ids in an answer become the objects themselves (docs.stripe.com/expand)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from simulator import cards
from simulator.dialects.stripe import facts
from simulator.dialects.stripe.balance import transaction_of
from simulator.dialects.stripe.charges import charge_of_name
from simulator.dialects.stripe.clocks import clock_view
from simulator.dialects.stripe.customers import known_view
from simulator.dialects.stripe.desk import Desk
from simulator.dialects.stripe.disputes import dispute_of
from simulator.dialects.stripe.goods import PRODUCT, price_view, product_view
from simulator.dialects.stripe.instruments import method_view
from simulator.dialects.stripe.intentview import intent_view
from simulator.dialects.stripe.lineitems import lines_of
from simulator.dialects.stripe.objection import Objection, invalid, unsupported
from simulator.dialects.stripe.refunds import refund_of, refunds_of_charge
from simulator.dialects.stripe.setupview import setup_view
from simulator.gateway.things import Resource

_DEEPEST: Final = 4
#: So much of a path is shown in an error.
_SHOWN: Final = 100
_PAGES: Final = frozenset({"list", "search_result"})
_COUNT: Final = "total_count"


def _intent(desk: Desk, name: str) -> dict[str, Any] | None:
    intent = desk.find(name)
    if intent is None:
        return None
    return intent_view(intent, desk.payment(intent.payment) if intent.payment else None)


def _kept(view: Callable[[Resource], dict[str, Any]]) -> Callable[[Desk, str], Any]:
    def look_up(desk: Desk, name: str) -> dict[str, Any] | None:
        found = desk.find(name)
        return None if found is None else view(found)

    return look_up


def _product(desk: Desk, name: str) -> dict[str, Any] | None:
    """A product: merchants may name these as they like."""
    found = desk.find(name)
    return product_view(found) if found is not None and found.kind == PRODUCT else None


#: How an id becomes the object, by its prefix.
_OBJECTS: Final[Mapping[str, Callable[[Desk, str], dict[str, Any] | None]]] = MappingProxyType(
    {
        "ch": charge_of_name,
        "clock": _kept(clock_view),
        "cus": _kept(known_view),
        "dp": dispute_of,
        "pi": _intent,
        "pm": _kept(method_view),
        "price": _kept(price_view),
        "prod": _product,
        "re": refund_of,
        "seti": _kept(setup_view),
        "txn": transaction_of,
    }
)


#: Lists that are left out until they are expanded, by what they are part of.
_LISTS: Final[Mapping[tuple[str, str], Callable[[Desk, dict[str, Any]], dict[str, Any]]]] = (
    MappingProxyType(
        {
            ("charge", "refunds"): refunds_of_charge,
            ("checkout.session", "line_items"): lines_of,
        }
    )
)


#: Fields that are not there when there is nothing to tell.
_LACKING: Final = frozenset(
    {("radar.early_fraud_warning", "payment_intent"), ("refund", "failure_balance_transaction")}
)


def expanded(desk: Desk, shown: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """The answer with what `paths` name shown whole; raises Objection for what cannot be."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            raise invalid(
                f"You cannot expand more than {_DEEPEST} levels of a property "
                f"({cards.mask(path)[:_SHOWN]}).",
                "expand",
            )
        shown = _expand(desk, shown, steps, path)
    return shown


def _expand(desk: Desk, shown: dict[str, Any], steps: list[str], path: str) -> dict[str, Any]:
    """A copy of one object in which what the steps name is whole."""
    kind, first = shown.get("object"), shown.get(steps[0])
    if kind in _PAGES:
        return _expand_page(desk, shown, steps, path)
    depth = _field(str(kind), steps)
    if depth:
        return _replaced(desk, shown, steps, depth, path)
    if len(steps) > 1 and isinstance(first, dict) and "object" in first:  # whole in any case
        return {**shown, steps[0]: _expand(desk, first, steps[1:], path)}
    raise _cannot(path)


def _expand_page(desk: Desk, shown: dict[str, Any], steps: list[str], path: str) -> dict[str, Any]:
    """A page of a list: what is expanded is within each of `data`."""
    if steps == [_COUNT] and _COUNT in shown:
        return shown
    if steps[0] != "data" or len(steps) == 1:
        raise _cannot(path)
    return {**shown, "data": [_expand(desk, each, steps[1:], path) for each in shown["data"]]}


def _field(kind: str, steps: list[str]) -> int:
    """How many of the steps name a field of this kind of object that can be expanded; 0 if none."""
    known = facts.expandable(kind)
    return next((n for n in range(1, len(steps) + 1) if ".".join(steps[:n]) in known), 0)


def _replaced(
    desk: Desk, shown: dict[str, Any], steps: list[str], depth: int, path: str
) -> dict[str, Any]:
    """A copy with the field at that depth whole, and the rest of the steps within it."""
    name, rest = steps[0], steps[1:]
    if depth > 1:
        part = shown.get(name)
        if part is None:  # there is no such part now, and so nothing in it
            return shown
        return {**shown, name: _replaced(desk, part, rest, depth - 1, path)}
    if name in shown:
        return {**shown, name: _whole(desk, shown[name], rest, path)}
    place = (str(shown.get("object")), name)
    if place in _LACKING:
        return shown
    left_out = _LISTS.get(place)
    if left_out is None:
        raise unsupported("expand", f"It cannot show {cards.mask(path)[:_SHOWN]}.")
    return {**shown, name: _whole(desk, left_out(desk, shown), rest, path)}


def _whole(desk: Desk, value: Any, rest: list[str], path: str) -> Any:
    if isinstance(value, list):
        return [_whole(desk, each, rest, path) for each in value]
    if isinstance(value, str):
        look_up = _OBJECTS.get(value.partition("_")[0], _product)
        found = look_up(desk, value)
        if found is None:
            raise unsupported("expand", f"It cannot show {cards.mask(path)[:_SHOWN]}.")
        value = found
    return _expand(desk, value, rest, path) if rest and isinstance(value, dict) else value


def _cannot(path: str) -> Objection:
    return invalid(f"This property cannot be expanded ({cards.mask(path)[:_SHOWN]}).", "expand")
