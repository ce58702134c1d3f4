"""Payment intents, by Stripe's own library."""

from __future__ import annotations

import pytest
import stripe

from tests.stripe.kit import Shop

CARD = {"payment_method": "pm_card_visa", "currency": "usd", "amount": 1999}


def test_an_intent_that_is_confirmed_at_once_succeeds(shop: Shop) -> None:
    """Create with confirm takes the money, and the charge is there."""
    intent = shop.client.v1.payment_intents.create(
        {**CARD, "confirm": True, "metadata": {"order_id": "ord_1"}, "expand": ["latest_charge"]}
    )
    assert intent.status == "succeeded"
    assert intent.amount_received == 1999
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.paid, charge.captured) == (True, True)
    assert charge.outcome is not None
    again = shop.client.v1.payment_intents.retrieve(intent.id)
    assert again.latest_charge == charge.id


def test_a_decline_raises_a_card_error_with_the_intent_in_it(shop: Shop) -> None:
    """Lack of funds is told as Stripe tells it; another card then pays the same intent."""
    with pytest.raises(stripe.CardError) as caught:
        shop.client.v1.payment_intents.create(
            {
                **CARD,
                "confirm": True,
                "payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds",
            }
        )
    error = caught.value
    assert (error.code, error.error.decline_code) == ("card_declined", "insufficient_funds")
    intent = error.error.payment_intent
    assert intent.status == "requires_payment_method"
    paid = shop.client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert paid.status == "succeeded"
    assert paid.last_payment_error is None


def test_what_is_held_is_captured_in_part(shop: Shop) -> None:
    """Manual capture holds, takes a part, and gives the rest back."""
    intent = shop.client.v1.payment_intents.create(
        {**CARD, "confirm": True, "capture_method": "manual"}
    )
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 1999)
    taken = shop.client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 500})
    assert (taken.status, taken.amount_received) == ("succeeded", 500)
