"""Search, by Stripe's own library and in its query language."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop


def pay(shop: Shop, order: str, amount: int = 1999, **more: Any) -> Any:
    """An intent of an order, paid unless it says otherwise."""
    sale = {
        "amount": amount,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "metadata": {"order_id": order, "colour": "red"},
        **more,
    }
    return shop.client.v1.payment_intents.create(sale)  # type: ignore[arg-type]


def ids(found: Any) -> list[str]:
    """The ids of the hits."""
    return [each.id for each in found.data]


def test_intents_of_an_order(shop: Shop) -> None:
    """By metadata, in the state in which they are; of another order none."""
    first, second = pay(shop, "o1"), pay(shop, "o1", confirm=False)
    pay(shop, "o2")
    search = shop.client.v1.payment_intents.search
    found = search({"query": 'metadata["order_id"]:"o1"'})
    assert isinstance(found, stripe.SearchResultObject)
    assert ids(found) == [second.id, first.id]
    assert ids(search({"query": 'metadata["order_id"]:"o1" AND status:"succeeded"'})) == [first.id]
    assert ids(search({"query": 'metadata["order_id"]:"o9"'})) == []


def test_an_order_that_was_renamed(shop: Shop) -> None:
    """What was tried stays with its order in the books; it is found by what it says now."""
    paid = pay(shop, "o1")
    shop.client.v1.payment_intents.update(paid.id, {"metadata": {"order_id": "o2"}})
    search = shop.client.v1.payment_intents.search
    assert ids(search({"query": 'metadata["order_id"]:"o2"'})) == [paid.id]
    assert ids(search({"query": 'metadata["order_id"]:"o1"'})) == []
    assert [each["order_id"] for each in shop.control("GET", "/payments")["data"]] == ["o1"]


def test_charges_of_an_order(shop: Shop) -> None:
    """Failed ones too; by card, by amount, by whether they were refunded."""
    paid = pay(shop, "o1")
    with pytest.raises(stripe.CardError):
        pay(shop, "o1", payment_method="pm_card_visa_chargeDeclined")
    search = shop.client.v1.charges.search
    assert len(search({"query": 'metadata["order_id"]:"o1"'}).data) == 2
    wanted = 'metadata["order_id"]:"o1" AND status:"succeeded" AND amount:1999'
    assert ids(search({"query": wanted})) == [paid.latest_charge]
    by_card = 'payment_method_details.card.last4:"4242"'
    assert ids(search({"query": by_card})) == [paid.latest_charge]
    shop.client.v1.refunds.create({"payment_intent": paid.id})
    assert ids(search({"query": 'refunded:"true"'})) == [paid.latest_charge]


def test_customers(shop: Shop) -> None:
    """By a part of the address, whatever the case of its letters; and what is not so."""
    customers = shop.client.v1.customers
    ann = customers.create({"email": "ann@Example.com", "name": "Ann"})
    bob = customers.create({"email": "bob@other.org", "metadata": {"tier": "gold"}})
    assert ids(customers.search({"query": 'email~"example"'})) == [ann.id]
    assert ids(customers.search({"query": 'email:"ANN@example.com"'})) == [ann.id]
    assert ids(customers.search({"query": '-email~"example"'})) == [bob.id]
    assert ids(customers.search({"query": '-metadata["tier"]:null'})) == [bob.id]
    assert ids(customers.search({"query": 'name:"Ann" OR metadata["tier"]:"gold"'})) == [
        bob.id,
        ann.id,
    ]
    assert ids(customers.search({"query": f"created>={ann.created} created<99999999999"})) == [
        bob.id,
        ann.id,
    ]


def test_pages(shop: Shop) -> None:
    """Hits come by pages, which the library turns by itself; their number only if asked for."""
    made = [pay(shop, "o1", amount).id for amount in range(1000, 1005)]
    search = shop.client.v1.payment_intents.search
    query = 'metadata["order_id"]:"o1" AND amount>1000'
    first = search({"query": query, "limit": 3, "expand": ["total_count"]})
    assert (first.has_more, first.total_count) == (True, 4)
    assert [each.id for each in first.auto_paging_iter()] == made[:0:-1]
    second = search({"query": query, "limit": 3, "page": first.next_page or ""})
    assert (ids(second), second.has_more, second.next_page) == ([made[1]], False, None)
    assert "total_count" not in second
    with pytest.raises(stripe.InvalidRequestError, match="Invalid page"):
        search({"query": 'status:"canceled"', "page": first.next_page or ""})


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Missing required param"),
        ("status", "a clause was expected"),
        ('status:"a" AND', "near 'AND' a clause was expected"),
        ('status:"a" AND amount:1 OR amount:2', "AND and OR cannot stand in one query"),
        ('colour:"red"', "no field 'colour' to search by; try amount, created"),
        ("status:succeeded", 'a text stands in quotes: status:"succeeded"'),
        ('status>"a"', "'>' compares numbers, and status is none"),
        ('status~"succ"', "'~' looks into texts"),
        ('amount:"many"', "amount is compared with a number"),
        ("amount>null", "takes a number, not null"),
        ('metadata["a"]~"red"', "metadata is compared with ':'"),
        (" ".join(["amount:1"] * 11), "it has 11 clauses, and may have 10"),
    ],
)
def test_queries_that_cannot_be_read(shop: Shop, query: str, words: str) -> None:
    """The error says where, and what was meant."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.client.v1.payment_intents.search({"query": query})
    assert words in str(caught.value)
    assert caught.value.param == "query"


def test_a_part_is_of_three_characters_at_least(shop: Shop) -> None:
    """As in Stripe's index."""
    with pytest.raises(stripe.InvalidRequestError, match="3 characters or more"):
        shop.client.v1.customers.search({"query": 'email~"ab"'})


def test_the_journal_knows_what_was_looked_for(shop: Shop) -> None:
    """A search for an order is a query about it, and what it showed is written down."""
    paid = pay(shop, "o1")
    shop.client.v1.payment_intents.search({"query": 'metadata["order_id"]:"o1"'})
    number = paid.latest_charge.removeprefix("ch_")
    assert queried(shop)["order"] == "o1"
    assert queried(shop)["shown"] == [f"pay_{number}:captured"]


def queried(shop: Shop) -> dict[str, Any]:
    """The line of the last query, once it is written: such lines come in batches."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for line in reversed(shop.control("GET", "/journal")["data"]):
            if line["kind"] == "exchange" and line["operation"] == "query":
                return dict(line)
        time.sleep(0.02)
    raise AssertionError("no query stands in the journal")
