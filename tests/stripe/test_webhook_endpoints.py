"""Webhook endpoints, made and kept by Stripe's own library."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop

URL = "http://127.0.0.1:9/hooks"


def make(shop: Shop, **changes: Any) -> stripe.WebhookEndpoint:
    """An endpoint for all events."""
    params = {"url": URL, "enabled_events": ["*"], **changes}
    return shop.client.v1.webhook_endpoints.create(params)


def test_the_secret_is_told_once(shop: Shop) -> None:
    """In the answer to its making, and never again."""
    made = make(shop, description="orders", metadata={"team": "shop"})
    assert made.id.startswith("we_")
    assert (made.secret or "").startswith("whsec_")
    assert len(made.secret or "") > 20
    assert (made.status, made.enabled_events, made.url) == ("enabled", ["*"], URL)
    assert (made.description, made.metadata.to_dict()) == ("orders", {"team": "shop"})
    kept = shop.client.v1.webhook_endpoints.retrieve(made.id)
    assert "secret" not in kept
    assert kept.to_dict() == {k: v for k, v in made.to_dict().items() if k != "secret"}
    (listed,) = shop.client.v1.webhook_endpoints.list().data
    assert listed.to_dict() == kept.to_dict()


def test_what_is_not_sent_stays_as_it_is(shop: Shop) -> None:
    """It can be disabled and enabled again, pointed elsewhere, and want other events."""
    made = make(shop, metadata={"a": "1"})
    update = shop.client.v1.webhook_endpoints.update
    assert update(made.id, {"disabled": True}).status == "disabled"
    changed = update(made.id, {"enabled_events": ["charge.failed"], "metadata": {"b": "2"}})
    assert (changed.status, changed.enabled_events) == ("disabled", ["charge.failed"])
    assert changed.metadata.to_dict() == {"a": "1", "b": "2"}
    moved = update(made.id, {"disabled": False, "url": f"{URL}/2"})
    assert (moved.status, moved.url, moved.enabled_events) == (
        "enabled",
        f"{URL}/2",
        ["charge.failed"],
    )


def test_what_was_deleted_is_gone(shop: Shop) -> None:
    """Unlike a customer, nothing of it is shown any more."""
    made = make(shop)
    gone = shop.client.v1.webhook_endpoints.delete(made.id)
    assert (gone.id, gone.deleted) == (made.id, True)
    assert shop.client.v1.webhook_endpoints.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such webhook endpoint") as raised:
        shop.client.v1.webhook_endpoints.retrieve(made.id)
    assert (raised.value.code, raised.value.http_status) == ("resource_missing", 404)


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"url": "https://shop.example.com/hooks"}, "url", "this machine only"),
        ({"url": "ftp://127.0.0.1/hooks"}, "url", "is not an address"),
        ({"url": "hooks"}, "url", "is not an address"),
        ({"enabled_events": ["charge.done"]}, "enabled_events[0]", "charge.done is no type"),
        ({"enabled_events": ["*", "charge.*"]}, "enabled_events[1]", "is no type"),
        ({"enabled_events": []}, "enabled_events", "Missing required param"),
        ({"secret": "whsec_mine"}, "secret", "unknown parameter"),
    ],
)
def test_what_makes_no_endpoint(
    shop: Shop, changes: dict[str, Any], param: str, words: str
) -> None:
    """Other machines are not told what happens here, and no event comes that does not exist."""
    with pytest.raises(stripe.InvalidRequestError, match=words) as raised:
        make(shop, **changes)
    assert raised.value.param == param
    assert shop.client.v1.webhook_endpoints.list().data == []


def test_there_are_no_connected_accounts(shop: Shop) -> None:
    """So no endpoint can be for their events; that it is not for them is what is always so."""
    form = f"url={URL}&enabled_events[]=*&connect="
    refused = shop.post("/v1/webhook_endpoints", f"{form}true")
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "connect")
    assert shop.post("/v1/webhook_endpoints", f"{form}false").status_code == 200


def test_an_update_is_checked_as_well(shop: Shop) -> None:
    """A refused one changes nothing."""
    made = make(shop)
    with pytest.raises(stripe.InvalidRequestError) as raised:
        shop.client.v1.webhook_endpoints.update(made.id, {"url": "http://192.0.2.1/"})
    assert (raised.value.param, raised.value.code) == ("url", "url_invalid")
    assert shop.client.v1.webhook_endpoints.retrieve(made.id).url == URL


def test_there_are_sixteen_at_most(shop: Shop) -> None:
    """A deleted one makes room."""
    made = [make(shop) for _ in range(16)]
    with pytest.raises(stripe.InvalidRequestError, match="maximum of 16"):
        make(shop)
    shop.client.v1.webhook_endpoints.delete(made[0].id)
    make(shop)
    pages = shop.client.v1.webhook_endpoints.list({"limit": 5})
    assert len([each.id for each in pages.auto_paging_iter()]) == 16
