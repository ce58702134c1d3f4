"""Prices that are paid once (docs.stripe.com/api/prices)."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.goods import (
    PRICE,
    PriceData,
    TaxBehavior,
    make_price,
    price_view,
)
from simulator.dialects.stripe.listing import DatedPage, page, shown
from simulator.dialects.stripe.metadata import Metadata, merged
from simulator.dialects.stripe.objection import invalid
from simulator.dialects.stripe.params import Params, kept
from simulator.gateway.things import Resource

_URL: Final = "/v1/prices"


class CreateParams(PriceData):
    """A new price."""

    active: bool = True
    billing_scheme: Literal["per_unit"] = "per_unit"
    lookup_key: str | None = None
    metadata: Metadata | UnsetType = UNSET
    nickname: str | None = None
    transfer_lookup_key: bool = False


class UpdateParams(Params):
    """A change: what a price costs never changes."""

    active: bool | UnsetType = UNSET
    lookup_key: str | UnsetType | None = UNSET
    metadata: Metadata | UnsetType = UNSET
    nickname: str | UnsetType | None = UNSET
    tax_behavior: TaxBehavior | UnsetType = UNSET
    transfer_lookup_key: bool = False


class ListParams(DatedPage):
    """Which prices are wanted."""

    active: bool | None = None
    currency: str | None = None
    lookup_keys: list[str] | None = None
    product: str | None = None
    type: Literal["one_time", "recurring"] | None = None

    def wants(self, price: Resource) -> bool:
        """Whether this one is."""
        fields = price.fields
        asked = ("active", "currency", "product")
        return (
            all(getattr(self, name) in (None, fields[name]) for name in asked)
            and (self.lookup_keys is None or fields["lookup_key"] in self.lookup_keys)
            and self.type != "recurring"
            and self.dated(int(price.created))
        )


def _create(desk: Desk, params: CreateParams) -> Answer:
    _claim(desk, params.lookup_key, transfer=params.transfer_lookup_key)
    made = make_price(
        desk,
        params,
        active=params.active,
        lookup_key=params.lookup_key,
        metadata=merged({}, params.metadata),
        nickname=params.nickname,
    )
    return Answer(price_view(made))


def _retrieve(desk: Desk, _: Params) -> Answer:
    return Answer(price_view(desk.get(PRICE, desk.call.ids[0])))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    old = desk.get(PRICE, desk.call.ids[0])
    said: dict[str, Any] = {
        "active": params.active,
        "lookup_key": params.lookup_key,
        "nickname": params.nickname,
        "tax_behavior": params.tax_behavior,
    }
    if isinstance(params.lookup_key, str) and params.lookup_key != old.fields["lookup_key"]:
        _claim(desk, params.lookup_key, transfer=params.transfer_lookup_key)
    fields = {
        **old.fields,
        **kept(said),
        "metadata": merged(old.fields["metadata"], params.metadata),
    }
    changed = desk.put(replace(old, fields=fields))
    desk.tell("price.updated", changed)
    return Answer(price_view(changed))


def _list(desk: Desk, params: ListParams) -> Answer:
    wanted = (each for each in desk.all(PRICE) if params.wants(each))
    return Answer(page(shown(wanted, price_view), params, _URL, PRICE))


def _claim(desk: Desk, key: str | None, *, transfer: bool) -> None:
    """A lookup key is one price's: another's is taken over only if that is asked for."""
    if key is None:
        return
    for other in desk.all(PRICE):
        if other.fields["lookup_key"] != key:
            continue
        if not transfer:
            raise invalid(
                f"A price (`{other.id}`) already uses that lookup key.",
                "lookup_key",
                "resource_already_exists",
            )
        desk.put(replace(other, fields={**other.fields, "lookup_key": None}))


ENDPOINTS: Final = (
    Endpoint(method="POST", path=_URL, handle=_create, params=CreateParams),
    Endpoint(method="GET", path=_URL, handle=_list, params=ListParams, operation="query"),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query"),
    Endpoint(method="POST", path=f"{_URL}/{{}}", handle=_update, params=UpdateParams),
)
