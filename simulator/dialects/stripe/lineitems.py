"""The lines of a checkout session: what is sold, how many, and for how much."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType

from simulator.dialects.stripe.desk import Desk
from simulator.dialects.stripe.goods import PRICE, PRODUCT, PriceData, make_price, price_view
from simulator.dialects.stripe.listing import Page, page
from simulator.dialects.stripe.metadata import Metadata, merged
from simulator.dialects.stripe.objection import absent, invalid, unsupported
from simulator.dialects.stripe.params import Params
from simulator.gateway.things import Resource

_MOST: Final = 100
_LONGEST: Final = 500


class Adjustable(Params):
    """Whether the payer may change a quantity."""

    enabled: bool


class LineItem(Params):
    """One line: a price that there is, or one that comes into being with it."""

    price: str | None = None
    price_data: PriceData | None = None
    quantity: int | None = None
    metadata: Metadata | UnsetType = UNSET
    adjustable_quantity: Adjustable | None = None
    tax_rates: list[str] | None = None


def priced(desk: Desk, wanted: list[LineItem]) -> list[dict[str, Any]]:
    """The lines as they are kept, all of one currency; raises Objection."""
    if not wanted:
        raise absent("line_items")
    if len(wanted) > _MOST:
        raise invalid(f"A session can have up to {_MOST} line items.", "line_items")
    items = [_priced(desk, each, f"line_items[{n}]") for n, each in enumerate(wanted)]
    if len({item["currency"] for item in items}) > 1:
        raise invalid("All line items must have the same currency.", "line_items")
    return items


def title(items: list[dict[str, Any]]) -> str:
    """What all of it is called, in short: `2 T-shirt, Mug`."""
    names = (
        item["description"]
        if item["quantity"] == 1
        else f"{item['quantity']} {item['description']}"
        for item in items
    )
    return ", ".join(names)[:_LONGEST]


def lines_view(desk: Desk, session: Resource, wanted: Page | None = None) -> dict[str, Any]:
    """A page of a session's lines as callers see them, in their order."""
    url = f"/v1/checkout/sessions/{session.id}/line_items"
    shown = (_line_view(desk, item) for item in session.fields["items"])
    return page(shown, wanted or Page(), url, "item")


def lines_of(desk: Desk, view: dict[str, Any]) -> dict[str, Any]:
    """The first page of the lines of a session, by what is shown of it."""
    return lines_view(desk, desk.get("checkout.session", view["id"]))


def _priced(desk: Desk, line: LineItem, place: str) -> dict[str, Any]:
    if line.tax_rates:
        raise unsupported(f"{place}[tax_rates]")
    if line.adjustable_quantity is not None and line.adjustable_quantity.enabled:
        raise unsupported(f"{place}[adjustable_quantity][enabled]")
    price = _price_of(desk, line, place)
    quantity = 1 if line.quantity is None else line.quantity
    if quantity < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            f"{place}[quantity]",
            "parameter_invalid_integer",
        )
    product = desk.get(PRODUCT, price.fields["product"], f"{place}[price]")
    return {
        "id": desk.new("li"),
        "price": price.id,
        "quantity": quantity,
        "amount": price.fields["unit_amount"] * quantity,
        "currency": price.fields["currency"],
        "description": product.fields["name"],
        "metadata": merged({}, line.metadata),
    }


def _price_of(desk: Desk, line: LineItem, place: str) -> Resource:
    if (line.price is None) == (line.price_data is None):
        if line.price is None:
            raise absent(f"{place}[price]")
        raise invalid(
            "You may only specify one of these parameters: price, price_data.", f"{place}[price]"
        )
    if line.price_data is not None:
        return make_price(desk, line.price_data, f"{place}[price_data]", told=False)
    price = desk.get(PRICE, line.price or "", f"{place}[price]")
    if not price.fields["active"]:
        raise invalid(
            "The price specified is inactive. This field only accepts active prices.",
            f"{place}[price]",
        )
    return price


def _line_view(desk: Desk, item: dict[str, Any]) -> dict[str, Any]:
    price = desk.find(item["price"])
    return {
        "id": item["id"],
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": item["amount"],
        "amount_tax": 0,
        "amount_total": item["amount"],
        "currency": item["currency"],
        "description": item["description"],
        "metadata": item["metadata"],
        "price": None if price is None else price_view(price),
        "quantity": item["quantity"],
    }
