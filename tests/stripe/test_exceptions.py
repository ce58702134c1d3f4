"""Which exception of Stripe's library each kind of trouble raises, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop

SALE = {
    "amount": 1999,
    "currency": "usd",
    "payment_method": "pm_card_visa",
    "confirm": True,
}
Ask = Callable[[stripe.StripeClient], Any]


def pay(**changes: Any) -> Ask:
    """A sale, with these changes."""
    return lambda client: client.v1.payment_intents.create({**SALE, **changes})  # type: ignore[typeddict-item]


def look(client: stripe.StripeClient) -> Any:
    """A query."""
    return client.v1.customers.list()


@pytest.mark.parametrize(
    ("ask", "kind", "told"),
    [
        (
            pay(payment_method="pm_card_visa_chargeDeclined"),
            stripe.CardError,
            (402, "card_error", "card_declined", None),
        ),
        (
            pay(amount="x"),
            stripe.InvalidRequestError,
            (400, "invalid_request_error", "parameter_invalid_integer", "amount"),
        ),
        (
            pay(colour="red"),
            stripe.InvalidRequestError,
            (400, "invalid_request_error", "parameter_unknown", "colour"),
        ),
        (
            pay(customer="cus_no"),
            stripe.InvalidRequestError,
            (404, "invalid_request_error", "resource_missing", "customer"),
        ),
        (
            lambda client: client.v1.payment_intents.retrieve("pi_no"),
            stripe.InvalidRequestError,
            (404, "invalid_request_error", "resource_missing", "intent"),
        ),
        (
            lambda client: client.v1.subscriptions.list(),
            stripe.InvalidRequestError,
            (404, "invalid_request_error", None, None),
        ),
        (
            lambda client: client.v1.customers.create({"expand": ["email"]}),
            stripe.InvalidRequestError,
            (400, "invalid_request_error", None, "expand"),
        ),
    ],
)
def test_what_is_wrong_with_a_request(
    shop: Shop, ask: Ask, kind: type[stripe.StripeError], told: tuple[int, str, str, str]
) -> None:
    """Status, type, code and parameter, as they stand in the error."""
    with pytest.raises(kind) as caught:
        ask(shop.client)
    error = caught.value
    body = error.json_body["error"]
    found = (error.http_status, body["type"], body.get("code"), body.get("param"))
    assert type(error) is kind
    assert found == told
    assert error.request_id
    assert body["message"]


@pytest.mark.parametrize(
    ("fault", "kind", "status"),
    [
        ("{rate_limited: 3s}", stripe.RateLimitError, 429),
        ("{error: {status: 403}}", stripe.PermissionError, 403),
        ("{error: {status: 500}}", stripe.APIError, 500),
        ("{error: {status: 503}}", stripe.APIError, 503),
        ("{error: {status: 504, charged: yes}}", stripe.APIError, 504),
        ("{error: {status: 502, body: html}}", stripe.APIError, 502),
        ("{garbage: 200}", stripe.APIConnectionError, None),
        ("{reset: {}}", stripe.APIConnectionError, None),
        ("{truncate: 50%}", stripe.APIConnectionError, None),
        ("{lost_reply: 10ms}", stripe.APIConnectionError, None),
        ("{hang: 10ms}", stripe.APIConnectionError, None),
        ("{outage: {}}", stripe.APIConnectionError, None),
    ],
)
def test_what_the_gateway_or_the_network_does(
    shop: Shop, fault: str, kind: type[stripe.StripeError], status: int | None
) -> None:
    """Trouble of the gateway's own has a status; what never comes through has none."""
    shop.play(f"{{when: {{channel: primary}}, fault: {fault}}}")
    with pytest.raises(kind) as caught:
        pay()(shop.client)
    assert type(caught.value) is kind
    assert caught.value.http_status == status


@pytest.mark.parametrize("key", ["sk_live_0123456789", "nonsense", "sk_test_"])
def test_keys_that_open_nothing(shop: Shop, key: str) -> None:
    """AuthenticationError, in which the key is hidden but for its end."""
    client = stripe.StripeClient(key, base_addresses={"api": shop.gateway.primary})
    with pytest.raises(stripe.AuthenticationError) as caught:
        look(client)
    assert caught.value.http_status == 401
    assert "0123456789" not in str(caught.value)


def test_nobody_there() -> None:
    """A port at which nobody listens."""
    client = stripe.StripeClient("sk_test_a", base_addresses={"api": "http://127.0.0.1:9"})
    with pytest.raises(stripe.APIConnectionError):
        look(client)


def test_a_key_with_other_parameters(shop: Shop) -> None:
    """IdempotencyError."""
    create = shop.client.v1.payment_intents.create
    create(SALE, {"idempotency_key": "k"})  # type: ignore[arg-type]
    with pytest.raises(stripe.IdempotencyError) as caught:
        create({**SALE, "amount": 1}, {"idempotency_key": "k"})  # type: ignore[typeddict-item]
    assert caught.value.http_status == 400
