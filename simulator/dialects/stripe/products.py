"""Products (docs.stripe.com/api/products)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.goods import (
    PRICE,
    PRODUCT,
    PriceData,
    TaxBehavior,
    TaxDetails,
    images,
    make_price,
    product_view,
    put_product,
)
from simulator.dialects.stripe.listing import DatedPage, page, shown
from simulator.dialects.stripe.metadata import Metadata, merged
from simulator.dialects.stripe.objection import absent, invalid
from simulator.dialects.stripe.params import Params, kept
from simulator.gateway.things import Resource

_URL: Final = "/v1/products"


class Feature(Params):
    """A line in which a product is praised."""

    name: str


class Dimensions(Params):
    """Of a parcel, in inches and ounces."""

    height: float
    length: float
    weight: float
    width: float


class DefaultPrice(Params):
    """The price that comes into being with a product."""

    currency: str
    metadata: Metadata | UnsetType = UNSET
    recurring: dict[str, Any] | None = None
    tax_behavior: TaxBehavior = "unspecified"
    unit_amount: int | None = None
    unit_amount_decimal: str | None = None


class _Told(Params):
    active: bool | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    images: list[str] | UnsetType | None = UNSET
    marketing_features: list[Feature] | UnsetType | None = UNSET
    metadata: Metadata | UnsetType = UNSET
    name: str | UnsetType | None = UNSET
    package_dimensions: Dimensions | UnsetType | None = UNSET
    shippable: bool | UnsetType = UNSET
    statement_descriptor: str | UnsetType | None = UNSET
    tax_code: str | UnsetType | None = UNSET
    tax_details: TaxDetails | UnsetType | None = UNSET
    unit_label: str | UnsetType | None = UNSET
    url: str | UnsetType | None = UNSET


class CreateParams(_Told):
    """A new product; it may bring its id."""

    id: str | None = None
    type: Literal["good", "service"] = "service"
    default_price_data: DefaultPrice | None = None


class UpdateParams(_Told):
    """A change: what is not sent stays as it is."""

    default_price: str | UnsetType | None = UNSET


class ListParams(DatedPage):
    """Which products are wanted."""

    active: bool | None = None
    ids: list[str] | None = None
    shippable: bool | None = None
    type: str | None = None
    url: str | None = None

    def wants(self, product: Resource) -> bool:
        """Whether this one is."""
        fields = product.fields
        asked = ("active", "shippable", "type", "url")
        return (
            all(getattr(self, name) in (None, fields[name]) for name in asked)
            and (self.ids is None or product.id in self.ids)
            and self.dated(int(product.created))
        )


def _create(desk: Desk, params: CreateParams) -> Answer:
    said = _said(params, {})
    if "name" not in said:
        raise absent("name")
    made = put_product(desk, params.id, {**said, "type": params.type})
    if params.default_price_data is not None:
        data = asdict(params.default_price_data)
        metadata = merged({}, data.pop("metadata"))
        price = PriceData(product=made.id, **data)
        paid = make_price(desk, price, "default_price_data", metadata=metadata)
        made = desk.put(replace(made, fields={**made.fields, "default_price": paid.id}))
    return Answer(product_view(made))


def _retrieve(desk: Desk, _: Params) -> Answer:
    return Answer(product_view(desk.get(PRODUCT, desk.call.ids[0])))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    old = desk.get(PRODUCT, desk.call.ids[0])
    said = _said(params, old.fields["metadata"])
    price = params.default_price
    if isinstance(price, str):
        found = desk.get(PRICE, price, "default_price")
        if found.fields["product"] != old.id:
            raise invalid(
                "The price specified in default_price does not belong to this product.",
                "default_price",
            )
    if not isinstance(price, UnsetType):
        said["default_price"] = price
    changed = desk.put(replace(old, fields={**old.fields, **said}))
    desk.tell("product.updated", changed)
    return Answer(product_view(changed))


def _delete(desk: Desk, _: Params) -> Answer:
    old = desk.get(PRODUCT, desk.call.ids[0])
    if any(_prices_of(desk, old)):
        raise invalid(
            "This product cannot be deleted because it has one or more user-created prices.",
            "id",
            kept=True,
        )
    gone = desk.put(replace(old, deleted=True))
    desk.tell("product.deleted", gone)
    return Answer(product_view(gone))


def _list(desk: Desk, params: ListParams) -> Answer:
    wanted = (each for each in desk.all(PRODUCT) if params.wants(each))
    return Answer(page(shown(wanted, product_view), params, _URL, PRODUCT))


def _prices_of(desk: Desk, product: Resource) -> Iterator[Resource]:
    return (each for each in desk.all(PRICE) if each.fields["product"] == product.id)


def _said(params: _Told, old: dict[str, str]) -> dict[str, Any]:
    names = _Told.__struct_fields__
    said = kept({name: each for name, each in asdict(params).items() if name in names})
    if said.get("name", "") is None:
        raise absent("name")
    for name in ("images", "marketing_features"):
        if name in said:
            said[name] = images(said[name] or []) if name == "images" else said[name] or []
    return {**said, "metadata": merged(old, params.metadata)}


ENDPOINTS: Final = (
    Endpoint(method="POST", path=_URL, handle=_create, params=CreateParams),
    Endpoint(method="GET", path=_URL, handle=_list, params=ListParams, operation="query"),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query"),
    Endpoint(method="POST", path=f"{_URL}/{{}}", handle=_update, params=UpdateParams),
    Endpoint(method="DELETE", path=f"{_URL}/{{}}", handle=_delete),
)
