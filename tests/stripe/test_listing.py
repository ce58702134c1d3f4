"""Pages of lists: no more work than a page needs."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
import requests

from simulator.dialects.stripe import facts
from simulator.dialects.stripe.listing import Page, page, shown
from simulator.dialects.stripe.objection import Objection
from tests.stripe.kit import Shop
from tests.stripe.shopping import customer, pay, refused


class _Thing(NamedTuple):
    id: str


def _listed(**wanted: Any) -> tuple[list[str], list[str]]:
    """The ids on a page of nine things, newest first, and those that were made to be shown."""
    made: list[str] = []

    def view(thing: _Thing) -> dict[str, Any]:
        made.append(thing.id)
        return {"id": thing.id.upper()}

    things = [_Thing(f"t{number}") for number in range(9, 0, -1)]
    listed = page(shown(things, view, lambda each: each.id.upper()), Page(**wanted), "/v1/things")
    return [each["id"] for each in listed["data"]], made


def test_only_what_stands_on_the_page_is_made() -> None:
    """Not what lies before its cursor, nor the one behind it."""
    ids, made = _listed(limit=2, starting_after="T7")
    assert ids == ["T6", "T5"]
    assert made == ["t6", "t5"]


def test_a_page_can_be_turned_back() -> None:
    """`ending_before` shows what stands right before the cursor."""
    ids, made = _listed(limit=2, ending_before="T5")
    assert ids == ["T7", "T6"]
    assert made == ["t7", "t6"]


@pytest.mark.parametrize("cursor", ["starting_after", "ending_before"])
def test_a_cursor_must_be_there(cursor: str) -> None:
    """Anything else is missing."""
    with pytest.raises(Objection) as caught:
        _listed(**{cursor: "T0"})
    assert (caught.value.status, caught.value.error["param"]) == (404, cursor)


@pytest.mark.parametrize(
    ("path", "param", "name"),
    [
        ("charges", "customer", "cus_none"),
        ("charges", "payment_intent", "pi_none"),
        ("checkout/sessions", "customer", "cus_none"),
        ("checkout/sessions", "payment_intent", "pi_none"),
        ("disputes", "charge", "ch_none"),
        ("disputes", "payment_intent", "pi_none"),
        ("payment_intents", "customer", "cus_none"),
        ("payment_methods", "customer", "cus_none"),
        ("radar/early_fraud_warnings", "charge", "ch_none"),
        ("refunds", "charge", "ch_none"),
        ("refunds", "payment_intent", "pi_none"),
        ("setup_intents", "customer", "cus_none"),
    ],
)
def test_a_filter_by_what_never_was(shop: Shop, path: str, param: str, name: str) -> None:
    """It is said that there is no such thing, rather than that the list is empty."""
    headers = {"Authorization": f"Bearer {shop.key}", "Stripe-Version": facts.version()}
    url = f"{shop.gateway.primary}/v1/{path}"
    answer = requests.get(url, {param: name}, headers=headers, timeout=20)
    error = answer.json()["error"]
    assert (error["code"], error["param"]) == ("resource_missing", param)


def test_the_library_raises_for_it(shop: Shop) -> None:
    """As for everything else that is not there."""
    charges = shop.client.v1.charges
    assert refused(lambda: charges.list({"customer": "cus_none"})).code == "resource_missing"
    assert not charges.list({"customer": "nobody"}).data


def test_a_filter_by_a_customer_that_was_deleted(shop: Shop) -> None:
    """What was paid is still found."""
    whose = customer(shop).id
    paid = pay(shop, customer=whose)
    shop.client.v1.customers.delete(whose)
    (found,) = shop.client.v1.payment_intents.list({"customer": whose}).data
    assert found.id == paid.id
