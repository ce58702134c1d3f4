"""Products and prices, by Stripe's own library."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop


def test_a_product_with_its_price(shop: Shop) -> None:
    """Made in one request, shown with each other, changed, and told of."""
    hat = shop.client.v1.products.create(
        {
            "name": "Hat",
            "default_price_data": {"currency": "usd", "unit_amount": 4200},
            "description": "Warm",
            "images": ["https://shop.example/hat.png"],
            "metadata": {"shelf": "3"},
            "expand": ["default_price"],
        }
    )
    assert isinstance(hat.default_price, stripe.Price)
    assert (hat.default_price.unit_amount, hat.default_price.product) == (4200, hat.id)
    cheaper = shop.client.v1.prices.create(
        {
            "currency": "usd",
            "product": hat.id,
            "unit_amount_decimal": Decimal(3900),
            "nickname": "sale",
        }
    )
    changed = shop.client.v1.products.update(
        hat.id, {"default_price": cheaper.id, "description": "", "metadata": {"shelf": ""}}
    )
    assert (changed.default_price, changed.description) == (cheaper.id, None)
    assert changed.metadata.to_dict() == {}
    whole = shop.client.v1.prices.retrieve(cheaper.id, {"expand": ["product"]})
    assert isinstance(whole.product, stripe.Product)
    assert (whole.product.name, whole.nickname) == ("Hat", "sale")
    events = [each.type for each in shop.client.v1.events.list().data]
    assert events == ["product.updated", "price.created", "price.created", "product.created"]


def test_products_are_found(shop: Shop) -> None:
    """By whether they are sold, and by their ids."""
    made = [
        shop.client.v1.products.create({"name": name, "active": name != "old", "id": f"own_{name}"})
        for name in ("old", "new")
    ]
    listed = shop.client.v1.products.list
    assert [each.id for each in listed().data] == [made[1].id, made[0].id]
    assert [each.id for each in listed({"active": True}).data] == ["own_new"]
    assert [each.id for each in listed({"ids": ["own_old"]}).data] == ["own_old"]
    price = shop.client.v1.prices.create(
        {"currency": "usd", "unit_amount": 1, "product": "own_new", "expand": ["product"]}
    )
    assert isinstance(price.product, stripe.Product)
    assert price.product.name == "new"


def test_prices_are_found(shop: Shop) -> None:
    """By product, currency and lookup key, which is one price's at a time."""
    hat = shop.client.v1.products.create({"name": "Hat"})
    first, second = (
        shop.client.v1.prices.create(
            {"currency": currency, "unit_amount": 1, "product": hat.id, "lookup_key": currency}
        )
        for currency in ("usd", "eur")
    )
    listed = shop.client.v1.prices.list
    assert [each.id for each in listed({"product": hat.id}).data] == [second.id, first.id]
    assert [each.id for each in listed({"currency": "usd"}).data] == [first.id]
    assert [each.id for each in listed({"lookup_keys": ["eur"]}).data] == [second.id]
    assert listed({"type": "recurring"}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        shop.client.v1.prices.update(first.id, {"lookup_key": "eur"})
    shop.client.v1.prices.update(first.id, {"lookup_key": "eur", "transfer_lookup_key": True})
    assert [each.id for each in listed({"lookup_keys": ["eur"]}).data] == [first.id]


def test_a_product_is_deleted(shop: Shop) -> None:
    """Only while it has no price."""
    hat = shop.client.v1.products.create({"name": "Hat"})
    assert shop.client.v1.products.delete(hat.id).deleted
    with pytest.raises(stripe.InvalidRequestError, match="No such product"):
        shop.client.v1.products.retrieve(hat.id)
    sold = shop.client.v1.products.create(
        {"name": "Hat", "default_price_data": {"currency": "usd", "unit_amount": 1}}
    )
    with pytest.raises(stripe.InvalidRequestError, match="prices"):
        shop.client.v1.products.delete(sold.id)


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({}, "currency"),
        ({"currency": "usd", "unit_amount": 1}, "product"),
        ({"currency": "usd", "product": "prod_none", "unit_amount": 1}, "product"),
        ({"currency": "usd", "product_data": {"name": "x"}}, "unit_amount"),
        ({"currency": "usd", "product_data": {"name": "x"}, "unit_amount": -1}, "unit_amount"),
        (
            {"currency": "usd", "product_data": {"name": "x"}, "unit_amount_decimal": "0.5"},
            "unit_amount_decimal",
        ),
        (
            {
                "currency": "usd",
                "product_data": {"name": "x"},
                "unit_amount": 1,
                "recurring": {"interval": "month"},
            },
            "recurring",
        ),
        (
            {"currency": "usd", "product_data": {"name": "x"}, "tiers_mode": "graduated"},
            "tiers_mode",
        ),
    ],
)
def test_mistakes_in_prices(shop: Shop, sent: Any, param: str) -> None:
    """Each names the parameter at fault."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.client.v1.prices.create(sent)
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({}, "name"),
        ({"name": "x", "id": "a b"}, "id"),
        ({"name": "x", "id": "4242424242424242"}, "id"),
        ({"name": "x", "images": ["i"] * 9}, "images"),
    ],
)
def test_mistakes_in_products(shop: Shop, sent: Any, param: str) -> None:
    """The same."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.client.v1.products.create(sent)
    assert caught.value.param == param
