"""Customers: kept as they are sent, with what they pay by."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop
from tests.stripe.shopping import customer, refused, told


def test_what_was_said_is_answered_and_changed(shop: Shop) -> None:
    """What is sent comes back; what is not sent stays; an empty text unsets."""
    api = shop.client.v1.customers
    address = {"line1": "1 Road", "city": "Town", "country": "GB"}
    ann = customer(shop, name="Ann", address=address, metadata={"a": "1"}, phone="+4420")
    assert (ann.name, ann.address.city, ann.address.state) == ("Ann", "Town", None)
    changed = api.update(ann.id, {"name": "", "metadata": {"b": "2"}, "tax_exempt": "exempt"})
    assert (changed.name, changed.phone, changed.tax_exempt) == (None, "+4420", "exempt")
    assert changed.metadata
    assert changed.metadata.to_dict() == {"a": "1", "b": "2"}
    assert api.retrieve(ann.id) == changed


def test_a_card_from_the_start(shop: Shop) -> None:
    """A payment method that comes with the customer is attached, and can be the default."""
    api = shop.client.v1.customers
    ann = customer(shop, payment_method="pm_card_visa")
    assert told(shop) == ["payment_method.attached", "customer.created"]
    method = api.payment_methods.list(ann.id).data[0]
    settings: Any = {"invoice_settings": {"default_payment_method": method.id}}
    wanted = {**settings, "expand": ["invoice_settings.default_payment_method"]}
    changed: Any = api.update(ann.id, wanted)
    assert changed.invoice_settings.default_payment_method.card.last4 == "4242"
    tried: Any = {"invoice_settings": {"default_payment_method": "pm_card_visa"}}
    both = customer(shop, payment_method="pm_card_visa", **tried)
    assert (
        both.invoice_settings.default_payment_method == api.payment_methods.list(both.id).data[0].id
    )
    error = refused(lambda: api.update(customer(shop).id, settings))
    assert error.param == "invoice_settings[default_payment_method]"


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"email": "nobody"}, "email"),
        ({"name": "n" * 257}, "name"),
        ({"payment_method": "pm_nobody"}, "payment_method"),
        ({"shoe_size": 43}, "shoe_size"),
        ({"balance": 500}, "balance"),
    ],
)
def test_what_cannot_be(shop: Shop, wrong: dict[str, Any], param: str) -> None:
    """What makes no sense, or has no effect here, is refused by name."""
    assert refused(lambda: customer(shop, **wrong)).param == param


def test_deleted_with_all_that_was_theirs(shop: Shop) -> None:
    """Who is deleted is only said to be; the card cannot be used again, and the list is shorter."""
    api = shop.client.v1
    ann, bob = customer(shop, payment_method="pm_card_visa"), customer(shop)
    method = api.customers.payment_methods.list(ann.id).data[0]
    assert api.customers.delete(ann.id).deleted
    assert api.customers.retrieve(ann.id).deleted
    assert [each.id for each in api.customers.list().data] == [bob.id]
    assert api.payment_methods.retrieve(method.id).customer is None
    refused(lambda: api.payment_methods.attach(method.id, {"customer": bob.id}))
    assert refused(lambda: api.customers.update(ann.id, {})).code == "resource_missing"
    gone: Any = api.events.list({"type": "customer.deleted"}).data[0].data.object
    assert gone["email"] == "ann@example.com"


def test_lists_are_cut_and_paged(shop: Shop) -> None:
    """By address, by time, and page by page in both directions."""
    api = shop.client.v1.customers
    made = [customer(shop, email=f"p{n}@example.com") for n in range(5)]
    assert [each.id for each in api.list({"email": "p3@example.com"}).data] == [made[3].id]
    pages = [each.id for each in api.list({"limit": 2}).auto_paging_iter()]
    assert pages == [each.id for each in reversed(made)]
    before = api.list({"limit": 2, "ending_before": made[0].id})
    assert [each.id for each in before.data] == [made[2].id, made[1].id]
    assert api.list({"created": {"gt": made[0].created + 3600}}).data == []
    assert isinstance(refused(lambda: api.list({"limit": 0})), stripe.InvalidRequestError)
