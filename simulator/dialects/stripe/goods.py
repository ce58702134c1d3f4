"""What is sold: products and their prices, however they come into being."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from simulator import cards
from simulator.dialects.stripe.desk import Desk
from simulator.dialects.stripe.metadata import Metadata, merged
from simulator.dialects.stripe.objection import absent, invalid, unsupported
from simulator.dialects.stripe.params import Params
from simulator.gateway.things import Resource
from simulator.money import currencies

PRODUCT: Final = "product"
PRICE: Final = "price"
#: The most that one unit costs, in minor units.
_MOST: Final = 99_999_999
_ID: Final = re.compile(r"[\w-]{1,255}")
_IMAGES: Final = 8

TaxBehavior = Literal["exclusive", "inclusive", "unspecified"]


class TaxDetails(Params):
    """Which tax it would bear; none is worked out here."""

    tax_code: str | None = None
    performance_location: str | None = None


class ProductData(Params):
    """A product that comes into being with its price."""

    name: str
    active: bool | None = None
    id: str | None = None
    description: str | None = None
    images: list[str] | None = None
    metadata: Metadata | UnsetType = UNSET
    statement_descriptor: str | None = None
    tax_code: str | None = None
    tax_details: TaxDetails | None = None
    unit_label: str | None = None


class PriceData(Params):
    """A price that comes into being with what it is for; the product is named or told."""

    currency: str
    product: str | None = None
    product_data: ProductData | None = None
    recurring: dict[str, Any] | None = None
    tax_behavior: TaxBehavior = "unspecified"
    unit_amount: int | None = None
    unit_amount_decimal: str | None = None


#: What is kept of a product of which nothing was said but its name.
BLANK_PRODUCT: Final[dict[str, Any]] = {
    "active": True,
    "default_price": None,
    "description": None,
    "images": [],
    "marketing_features": [],
    "metadata": {},
    "package_dimensions": None,
    "shippable": None,
    "statement_descriptor": None,
    "tax_code": None,
    "tax_details": None,
    "type": "service",
    "unit_label": None,
    "url": None,
}
#: The same of a price.
_BLANK_PRICE: Final[dict[str, Any]] = {
    "active": True,
    "lookup_key": None,
    "metadata": {},
    "nickname": None,
    "tax_behavior": "unspecified",
}


def product_view(product: Resource) -> dict[str, Any]:
    """A product as callers see it."""
    if product.deleted:
        return {"id": product.id, "object": PRODUCT, "deleted": True}
    return {
        "id": product.id,
        "object": PRODUCT,
        "created": int(product.created),
        "livemode": False,
        "updated": int(product.updated),
        **product.fields,
    }


def price_view(price: Resource) -> dict[str, Any]:
    """A price as callers see it."""
    amount = price.fields["unit_amount"]
    return {
        "id": price.id,
        "object": PRICE,
        "billing_scheme": "per_unit",
        "created": int(price.created),
        "custom_unit_amount": None,
        "livemode": False,
        "recurring": None,
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount_decimal": str(amount),
        **price.fields,
    }


def make_product(desk: Desk, data: ProductData, *, told: bool = True) -> Resource:
    """A new product, put down; `told` says whether an event tells of it."""
    active = told if data.active is None else data.active
    said = {
        "name": data.name,
        "active": active,
        "description": data.description,
        "images": images(data.images or []),
        "metadata": merged({}, data.metadata),
        "statement_descriptor": data.statement_descriptor,
        "tax_code": data.tax_code,
        "tax_details": msgspec.to_builtins(data.tax_details),
        "unit_label": data.unit_label,
    }
    return put_product(desk, data.id, said, told=told)


def put_product(
    desk: Desk, name: str | None, said: dict[str, Any], *, told: bool = True
) -> Resource:
    """A new product of this id, if it has one already; raises Objection if that is taken."""
    if name is not None and (not _ID.fullmatch(name) or cards.mask(name) != name):
        raise invalid(f"Invalid product id: {cards.mask(name)[:100]}", "id")
    if name is not None and desk.thing(name) is not None:
        raise invalid("Product already exists.", "id", "resource_already_exists")
    made = desk.put(
        Resource(
            id=name or desk.new("prod"),
            kind=PRODUCT,
            channel=desk.context.snapshot.channel,
            fields={**BLANK_PRODUCT, **said},
        )
    )
    if told:
        desk.tell("product.created", made)
    return made


def make_price(
    desk: Desk, data: PriceData, place: str = "", *, told: bool = True, **more: Any
) -> Resource:
    """A new price, put down, with its product; raises Objection.

    `place` is the parameter in which it stands, `more` what else is kept of it.
    """
    if data.recurring is not None:
        raise unsupported(_under(place, "recurring"), "Prices are paid once.")
    product = _product_of(desk, data, place, told=told)
    said = {
        "active": told,
        "currency": currency(data.currency, _under(place, "currency")),
        "product": product.id,
        "tax_behavior": data.tax_behavior,
        "unit_amount": _amount(data, place),
    }
    made = desk.put(
        Resource(
            id=desk.new("price"),
            kind=PRICE,
            channel=desk.context.snapshot.channel,
            fields={**_BLANK_PRICE, **said, **more},
        )
    )
    if told:
        desk.tell("price.created", made)
    return made


def currency(code: str, param: str) -> str:
    """A currency in lower case; raises Objection for what is none."""
    if code.upper() not in currencies():
        raise invalid(
            f"Invalid currency: {cards.mask(code)[:20]}. Currencies are ISO 4217 codes such as usd",
            param,
        )
    return code.lower()


def images(addresses: list[str]) -> list[str]:
    """The pictures of a product."""
    if len(addresses) > _IMAGES:
        raise invalid(f"Products can have up to {_IMAGES} images.", "images")
    return addresses


def _product_of(desk: Desk, data: PriceData, place: str, *, told: bool) -> Resource:
    if (data.product is None) == (data.product_data is None):
        if data.product is None:
            raise absent(_under(place, "product"))
        raise invalid(
            "You may only specify one of these parameters: product, product_data.",
            _under(place, "product"),
        )
    if data.product_data is not None:
        return make_product(desk, data.product_data, told=told)
    return desk.get(PRODUCT, data.product or "", _under(place, "product"))


def _amount(data: PriceData, place: str) -> int:
    """What one unit costs, in minor units: a part of one cannot be charged."""
    if (data.unit_amount is None) == (data.unit_amount_decimal is None):
        if data.unit_amount is None:
            raise absent(_under(place, "unit_amount"))
        raise invalid(
            "You may only specify one of these parameters: unit_amount, unit_amount_decimal.",
            _under(place, "unit_amount"),
        )
    if data.unit_amount is not None:
        return _bounded(data.unit_amount, _under(place, "unit_amount"))
    param = _under(place, "unit_amount_decimal")
    try:
        exact = Decimal(data.unit_amount_decimal or "")
    except InvalidOperation as error:
        raise invalid("Invalid decimal", param) from error
    if exact != exact.to_integral_value():
        raise unsupported(param, "Amounts are whole minor units.")
    return _bounded(int(exact), param)


def _bounded(amount: int, param: str) -> int:
    if amount < 0:
        raise invalid("Invalid non-negative integer", param, "parameter_invalid_integer")
    if amount > _MOST:
        raise invalid(f"Amount must be no more than {_MOST}", param, "amount_too_large")
    return amount


def _under(place: str, name: str) -> str:
    return f"{place}[{name}]" if place else name
