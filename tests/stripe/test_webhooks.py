"""Webhooks as an integration with Stripe's library takes them, on real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from simulator.assembly import Settings
from tests.stripe.hooks import Hooks, listening, settled
from tests.stripe.kit import Shop, running
from tests.stripe.spec import event_complaints

CARD = {"payment_method": "pm_card_visa", "currency": "usd", "amount": 1999, "confirm": True}
PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(name="hooks")
def _hooks() -> Iterator[Hooks]:
    with listening() as hooks:
        yield hooks


def make(shop: Shop, hooks: Hooks, *names: str) -> stripe.WebhookEndpoint:
    """An endpoint for these events."""
    return shop.client.v1.webhook_endpoints.create(
        {"url": hooks.url, "enabled_events": list(names)}
    )


def pay(shop: Shop, **changes: Any) -> stripe.PaymentIntent:
    """An intent that is confirmed at once."""
    return shop.client.v1.payment_intents.create({**CARD, **changes})


def test_a_payment_is_told_in_stripes_words(shop: Shop, hooks: Hooks) -> None:
    """Each event verifies, has Stripe's shape, and is the one that can be looked up."""
    secret = make(shop, hooks, "*").secret or ""
    intent = pay(shop, metadata={"order_id": "ord_1"})
    letters = [hooks.next() for _ in PAID]
    told = sorted((each.verified(secret) for each in letters), key=lambda each: each.id)
    assert [each.type for each in told] == PAID
    for letter in letters:
        assert event_complaints(letter.event) == []
        kept = shop.client.v1.events.retrieve(letter.event["id"])
        sent = {**letter.event, "pending_webhooks": kept.pending_webhooks}
        assert kept.to_dict() == sent
    succeeded = told[-1]
    assert succeeded.data.object["id"] == intent.id
    assert succeeded.data.object["status"] == "succeeded"
    assert succeeded.data.object["metadata"].to_dict() == {"order_id": "ord_1"}
    assert (succeeded.request or {})["id"].startswith("req_")


def test_the_request_that_led_to_it_is_named(shop: Shop, hooks: Hooks) -> None:
    """By its id and its idempotency key."""
    make(shop, hooks, "customer.created")
    shop.client.v1.customers.create({"name": "N"}, {"idempotency_key": "k1"})
    request = hooks.next().event["request"]
    assert request == {"id": shop.http.headers["Request-Id"], "idempotency_key": "k1"}


def test_a_wrong_secret_proves_nothing(shop: Shop, hooks: Hooks) -> None:
    """Nor does a body that was changed."""
    secret = make(shop, hooks, "customer.created").secret or ""
    shop.client.v1.customers.create({})
    letter = hooks.next()
    assert letter.verified(secret).type == "customer.created"
    stripe.WebhookSignature.verify_header(letter.body.decode(), letter.signature, secret, 300)
    with pytest.raises(stripe.SignatureVerificationError):
        letter.verified(secret + "x")
    with pytest.raises(stripe.SignatureVerificationError):
        letter._replace(body=letter.body + b" ").verified(secret)


def test_an_endpoint_gets_what_it_asked_for(shop: Shop, hooks: Hooks) -> None:
    """Beside the account's own address, which gets everything, signed with its own secret."""
    secret = make(shop, hooks, "charge.succeeded").secret or ""
    with listening() as own:
        shop.control("PUT", "/webhook", json={"url": own.url, "secret": SECRET})
        pay(shop)
        assert [each["type"] for each in own.some(3)] == PAID
        assert hooks.next().verified(secret).type == "charge.succeeded"
        shop.client.v1.customers.create({})
        assert own.next().verified(SECRET).type == "customer.created"
        assert hooks.silent


def test_nothing_is_sent_where_nobody_wants_it(shop: Shop, hooks: Hooks) -> None:
    """Not to a disabled endpoint, not to a deleted one; what happened meanwhile never comes."""
    endpoint = make(shop, hooks, "customer.created")
    update = shop.client.v1.webhook_endpoints.update
    update(endpoint.id, {"disabled": True})
    shop.client.v1.customers.create({"name": "unheard"})
    update(endpoint.id, {"disabled": False})
    shop.client.v1.customers.create({"name": "heard"})
    assert hooks.next().event["data"]["object"]["name"] == "heard"
    shop.client.v1.webhook_endpoints.delete(endpoint.id)
    shop.client.v1.customers.create({})
    shop.advance("96h")
    assert shop.control("GET", "")["pending"]["webhooks"] == 0
    assert hooks.silent


def test_it_is_sent_again_by_the_accounts_clock(shop: Shop, hooks: Hooks) -> None:
    """Five minutes later, then 25 more; the id stays, the signature is fresh."""
    secret = make(shop, hooks, "customer.created").secret or ""
    hooks.script = [500, 400]
    shop.client.v1.customers.create({})
    first = hooks.next()
    settled(shop, 1)
    shop.advance("5m")
    assert hooks.next().event["id"] == first.event["id"]
    settled(shop, 2)
    shop.advance("25m")
    assert hooks.next().verified(secret).id == first.event["id"]
    lines = settled(shop, 3)
    assert [line.get("attempt", 1) for line in lines] == [1, 2, 3]
    assert {line["name"] for line in lines} == {"customer.created"}


def test_it_can_be_sent_again_to_one_address(shop: Shop, hooks: Hooks) -> None:
    """The control API names the endpoint; another account's or a wrong one is refused."""
    endpoint = make(shop, hooks, "customer.created")
    shop.client.v1.customers.create({})
    event = hooks.next().event["id"]
    settled(shop, 1)
    path = f"/deliveries/{event}/replay"
    again = shop.control("POST", path, params={"endpoint": endpoint.id})
    assert again == {
        "event": event,
        "attempt": 2,
        "name": "customer.created",
        "endpoint": endpoint.id,
    }
    assert hooks.next().event["id"] == event
    lines = settled(shop, 2)
    assert {line["endpoint"] for line in lines} == {endpoint.id}


def test_a_forged_event_claims_what_never_was(shop: Shop, hooks: Hooks) -> None:
    """In Stripe's shape, of the order and its intent, with a charge that nobody knows."""
    secret = make(shop, hooks, "payment_intent.payment_failed").secret or ""
    shop.play("{name: lie, when: {webhook: payment.failed}, fault: {webhook_forged: {}}}")
    with pytest.raises(stripe.CardError) as raised:
        pay(shop, payment_method="pm_card_chargeDeclined", metadata={"order_id": "ord_9"})
    lie, truth = hooks.next(), hooks.next()
    assert truth.verified(secret).type == "payment_intent.payment_failed"
    with pytest.raises(stripe.SignatureVerificationError):
        lie.verified(secret)
    assert event_complaints(lie.event) == []
    assert lie.event["type"] == "payment_intent.succeeded"
    claimed = lie.event["data"]["object"]
    assert claimed["id"] == raised.value.error.payment_intent.id
    assert (claimed["status"], claimed["amount_received"]) == ("succeeded", 1999)
    assert claimed["metadata"] == {"order_id": "ord_9"}
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.events.retrieve(lie.event["id"])


def test_a_stale_event_has_a_right_signature_and_an_old_time(shop: Shop, hooks: Hooks) -> None:
    """Stripe's library refuses it; it comes again, fresh, by the schedule."""
    secret = make(shop, hooks, "payment_intent.succeeded").secret or ""
    shop.play(
        "{name: old, when: {webhook: payment.captured, attempt: 1}, fault: {webhook_stale: {}}}"
    )
    pay(shop)
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        hooks.next().verified(secret)
    settled(shop, 1)
    shop.advance("5m")
    assert hooks.next().verified(secret).type == "payment_intent.succeeded"


def test_what_is_owed_survives_a_restart(tmp_path: Path, hooks: Hooks) -> None:
    """The next try comes when it would have come, with the same secret."""
    with running(_settings(tmp_path)) as before:
        shop = Shop(before, "shop")
        secret = make(shop, hooks, "customer.created").secret or ""
        hooks.script = [500]
        shop.client.v1.customers.create({})
        event = hooks.next().event["id"]
        settled(shop, 1)
    with running(_settings(tmp_path)) as after:
        shop = Shop(after, "shop")
        (missed,) = shop.client.v1.events.list({"delivery_success": False}).data
        assert missed.id == event
        assert hooks.silent
        shop.advance("5m")
        assert hooks.next().verified(secret).id == event


def test_a_host_is_allowed_by_whoever_starts_the_gateway(tmp_path: Path) -> None:
    """Where it is allowed no more, nothing is sent, whatever the journal says."""
    with running(_settings(tmp_path, webhook_hosts=("hooks.test",))) as before:
        shop = Shop(before, "shop")
        params = {"url": "http://hooks.test/", "enabled_events": ["*"]}
        shop.client.v1.webhook_endpoints.create(params)
    with running(_settings(tmp_path)) as after:
        shop = Shop(after, "shop")
        shop.client.v1.customers.create({})
        assert [each.url for each in shop.client.v1.webhook_endpoints.list()] == [params["url"]]
        assert shop.control("GET", "/deliveries")["data"] == []
        assert shop.control("GET", "")["pending"]["webhooks"] == 0


def _settings(folder: Path, **changes: Any) -> Settings:
    journal = folder / "journal.jsonl"
    return Settings(port=0, backup_port=0, control_port=0, journal=journal, **changes)
