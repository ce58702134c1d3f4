"""What tests of intents, payment methods and customers do over and over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
import stripe

from tests.stripe.kit import Shop

SECURE = "pm_card_authenticationRequired"
DONE = "https://shop.example/done?cart=7#top"


def pay(shop: Shop, card: str = "pm_card_visa", **more: Any) -> Any:
    """A new intent of 19.99 dollars, confirmed with this card."""
    wanted = {"amount": 1999, "currency": "usd", "payment_method": card, "confirm": True, **more}
    return shop.client.v1.payment_intents.create(wanted)


def intend(shop: Shop, **more: Any) -> Any:
    """A new intent of 19.99 dollars, and nothing else yet."""
    wanted = {"amount": 1999, "currency": "usd", **more}
    return shop.client.v1.payment_intents.create(wanted)


def now(shop: Shop, intent: Any) -> Any:
    """The intent as it is now, its charge and payment method whole."""
    wanted: Any = {"expand": ["latest_charge", "payment_method"]}
    return shop.client.v1.payment_intents.retrieve(intent.id, wanted)


def customer(shop: Shop, **more: Any) -> Any:
    """A new customer."""
    return shop.client.v1.customers.create({"email": "ann@example.com", **more})


def card(number: str = "4242424242424242", **more: Any) -> dict[str, Any]:
    """A card as a payer types it in, and what else is said of the payment method."""
    entry = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    return {"type": "card", "card": entry, **more}


def refused(call: Callable[[], object], kind: type[stripe.StripeError] | None = None) -> Any:
    """The error that comes of a call, which has to be of this kind."""
    with pytest.raises(kind or stripe.InvalidRequestError) as caught:
        call()
    assert type(caught.value) is (kind or stripe.InvalidRequestError)
    return caught.value


def page_of(intent: Any) -> str:
    """Where the payer has to prove who pays."""
    action = intent.next_action
    if action.type == "redirect_to_url":
        return str(action.redirect_to_url.url)
    return str(action.use_stripe_sdk.stripe_js)


def act(intent: Any, action: str = "approve") -> int:
    """The payer does something at that page, as a program does; returns the HTTP status."""
    return requests.post(page_of(intent), json={"action": action}, timeout=10).status_code


def told(shop: Shop) -> list[str]:
    """The names of all events, oldest first."""
    return [each.type for each in shop.client.v1.events.list({"limit": 100}).data][::-1]
