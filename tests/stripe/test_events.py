"""Events looked up again by Stripe's own library."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripe.hooks import listening, settled
from tests.stripe.kit import Shop


def customers(shop: Shop, number: int) -> None:
    """So many events of two types each."""
    for _ in range(number):
        made = shop.client.v1.customers.create({})
        shop.client.v1.customers.update(made.id, {"name": "N"})


def types(shop: Shop, **params: Any) -> list[str]:
    """The types of the events that are found, newest first."""
    return [each.type for each in shop.client.v1.events.list(params).auto_paging_iter()]


def test_events_are_listed_newest_first(shop: Shop) -> None:
    """Page by page, forwards and backwards."""
    customers(shop, 3)
    assert types(shop, limit=2) == ["customer.updated", "customer.created"] * 3
    page = shop.client.v1.events.list({"limit": 2})
    rest = shop.client.v1.events.list({"limit": 2, "starting_after": page.data[-1].id})
    back = shop.client.v1.events.list({"limit": 2, "ending_before": rest.data[0].id})
    assert [each.id for each in back.data] == [each.id for each in page.data]


@pytest.mark.parametrize(
    ("params", "number"),
    [
        ({"type": "customer.created"}, 2),
        ({"type": "customer.*"}, 4),
        ({"type": "charge.*"}, 0),
        ({"types": ["customer.updated", "charge.failed"]}, 2),
        ({"created": {"gte": 1}}, 4),
        ({"created": {"lt": 1}}, 0),
        ({"created": 1}, 0),
        ({"type": "customer.created", "created": {"gt": 1}}, 2),
    ],
)
def test_events_are_chosen(shop: Shop, params: dict[str, Any], number: int) -> None:
    """By type, by several types, by time, and by both."""
    customers(shop, 2)
    assert len(types(shop, **params)) == number


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"type": "a", "types": ["a"]}, "types"),
        ({"types": ["a"] * 21}, "types"),
        ({"limit": 0}, "limit"),
        ({"starting_after": "evt_x"}, "starting_after"),
        ({"delivery_success": "perhaps"}, "delivery_success"),
    ],
)
def test_what_cannot_be_listed(shop: Shop, params: dict[str, Any], param: str) -> None:
    """The parameter at fault is named."""
    with pytest.raises(stripe.InvalidRequestError) as raised:
        shop.client.v1.events.list(params)
    assert raised.value.param == param


def test_what_was_not_delivered_can_be_asked_for(shop: Shop) -> None:
    """As a merchant does after an outage of its own."""
    with listening() as hooks:
        shop.client.v1.webhook_endpoints.create(
            {"url": hooks.url, "enabled_events": ["customer.created", "customer.updated"]}
        )
        hooks.script = [200, 500]
        customers(shop, 1)
        (taken, refused) = hooks.some(2)
        shop.client.v1.customers.create({})
        hooks.next()
        settled(shop, 3)
        found = types(shop, delivery_success=False)
        assert len(found) == 1
        missed = shop.client.v1.events.list({"delivery_success": False}).data[0]
        assert missed.id in (taken["id"], refused["id"])
        assert missed.pending_webhooks == 1
        assert len(types(shop, delivery_success=True)) == 2
        shop.advance("5m")
        assert hooks.next().event["id"] == missed.id
        settled(shop, 4)
        assert types(shop, delivery_success=False) == []


def test_the_accounts_own_address_counts_too(shop: Shop) -> None:
    """While there is one: what it was sent and refused is undelivered."""
    customers(shop, 1)
    assert types(shop, delivery_success=False) == []
    with listening() as hooks:
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        hooks.script = [500]
        shop.control("PUT", "/webhook", json={"url": hooks.url, "secret": secret})
        made = shop.client.v1.customers.create({})
        assert hooks.next().event["data"]["object"]["id"] == made.id
        newest = shop.client.v1.events.list({"limit": 1}).data[0]
        assert newest.pending_webhooks == 1


def test_nobodys_event_is_not_found(shop: Shop) -> None:
    """Nor is one of another channel, which is another account of Stripe."""
    customers(shop, 1)
    known = shop.client.v1.events.list({"limit": 1}).data[0]
    backup = stripe.StripeClient(shop.key, base_addresses={"api": shop.gateway.backup})
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        backup.v1.events.retrieve(known.id)
    assert backup.v1.events.list().data == []


def test_the_time_is_that_of_the_accounts_clock(shop: Shop) -> None:
    """A day later by that clock is a day later."""
    first = shop.client.v1.customers.create({})
    shop.advance("24h")
    second = shop.client.v1.customers.create({})
    newest, oldest = shop.client.v1.events.list().data
    assert (oldest.created, newest.created) == (first.created, second.created)
    assert newest.created - oldest.created >= 86_400
    since = {"created": {"gte": newest.created}}
    assert [each.id for each in shop.client.v1.events.list(since).data] == [newest.id]
