"""Charges without an intent, and the tokens that they take."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import stripe

from tests.stripe.kit import Shop
from tests.stripe.paying import Refusal, told, words

SALE: dict[str, Any] = {"amount": 900, "currency": "usd", "source": "tok_visa"}
CARD: dict[str, Any] = {
    "number": "4242424242424242",
    "exp_month": 8,
    "exp_year": 2033,
    "cvc": "314",
    "name": "Jo Doe",
    "address_zip": "12345",
}


def charge(shop: Shop, **more: Any) -> stripe.Charge:
    """A charge made at once."""
    return shop.client.v1.charges.create({**SALE, **more})


def test_a_charge_takes_money_at_once(shop: Shop) -> None:
    """With its words, and the card in the way of old; the order is that of its metadata."""
    made = charge(shop, description="Shoes", metadata={"order_id": "ord_7"})
    assert (made.paid, made.captured, made.payment_intent) == (True, True, None)
    assert made.source is not None
    assert (made.source.object, made.source.brand, made.source.last4) == ("card", "Visa", "4242")
    assert made.payment_method == made.source.id
    again = shop.client.v1.charges.retrieve(made.id)
    assert (again.description, words(again)) == ("Shoes", {"order_id": "ord_7"})
    assert told(shop) == ["charge.succeeded"]
    payments = shop.control("GET", "/payments")["data"]
    assert [each["order_id"] for each in payments] == ["ord_7"]
    changed = shop.client.v1.charges.update(made.id, {"description": "Hats"})
    assert changed.description == "Hats"


@pytest.mark.parametrize(
    ("source", "code", "decline"),
    [
        ("tok_chargeDeclined", "card_declined", "generic_decline"),
        ("tok_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("tok_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("tok_authenticationRequired", "authentication_required", None),
    ],
)
def test_a_decline_names_the_charge(
    shop: Shop, source: str, code: str, decline: str | None
) -> None:
    """A CardError with the charge in it, and no intent; nobody can prove anything here."""
    with pytest.raises(stripe.CardError) as caught:
        charge(shop, source=source)
    error = caught.value.error
    assert error.code == code
    assert decline is None or error.decline_code in (decline, None)
    assert getattr(error, "payment_intent", None) is None
    failed = shop.client.v1.charges.retrieve(error.charge)
    assert (failed.status, failed.failure_code) == ("failed", code)
    assert told(shop) == ["charge.failed"]


def test_a_challenge_of_a_scenario_is_a_decline(shop: Shop) -> None:
    """There is no page to which the payer could be sent."""
    shop.play("{when: {operation: authorize}, fault: {three_ds: {result: challenge}}}")
    with pytest.raises(stripe.CardError) as caught:
        charge(shop)
    assert caught.value.code == "authentication_required"


def test_a_charge_is_held_and_captured(shop: Shop) -> None:
    """In part; the rest goes back. Twice it is not captured, nor more than is held."""
    held = charge(shop, capture=False)
    assert (held.captured, held.paid) == (False, True)
    charges = shop.client.v1.charges
    with Refusal() as refused:
        charges.capture(held.id, {"amount": 901})
    assert (refused.code, refused.param) == ("amount_too_large", "amount")
    taken = charges.capture(held.id, {"amount": 700, "receipt_email": "jo@example.com"})
    assert (taken.amount_captured, taken.amount_refunded) == (700, 200)
    assert taken.receipt_email == "jo@example.com"
    assert told(shop) == ["charge.succeeded", "charge.captured"]
    with Refusal() as refused:
        charges.capture(held.id)
    assert refused.code == "charge_already_captured"


def test_what_cannot_be_captured(shop: Shop) -> None:
    """What was let go; and the charge of an intent, which is captured itself."""
    held = charge(shop, capture=False)
    shop.client.v1.refunds.create({"charge": held.id})
    with Refusal() as refused:
        shop.client.v1.charges.capture(held.id)
    assert refused.code == "charge_expired_for_capture"
    intent = shop.client.v1.payment_intents.create(
        {
            "amount": 900,
            "currency": "usd",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "capture_method": "manual",
        }
    )
    with Refusal() as refused:
        shop.client.v1.charges.capture(str(intent.latest_charge))
    assert str(intent.id) in str(refused.error)


@pytest.mark.parametrize(
    ("more", "code", "param"),
    [
        ({"source": None}, "parameter_missing", "source"),
        ({"source": "tok_none"}, "resource_missing", None),
        ({"source": "pm_none"}, None, "customer"),
        ({"customer": "cus_none"}, "resource_missing", "customer"),
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": None}, "parameter_missing", "amount"),
        ({"currency": "xyz"}, None, "currency"),
        ({"destination": "acct_1"}, "parameter_unsupported", "destination"),
        ({"hurry": "yes"}, "parameter_unknown", "hurry"),
    ],
)
def test_a_charge_that_makes_no_sense_is_refused(
    shop: Shop, more: dict[str, Any], code: str | None, param: str | None
) -> None:
    """Each says what was wrong, and where."""
    sent = {name: each for name, each in {**SALE, **more}.items() if each is not None}
    with Refusal() as refused:
        shop.client.v1.charges.create(sent)
    assert refused.code == code
    assert param is None or refused.param == param


def test_a_payment_method_of_the_customer_can_be_the_source(shop: Shop) -> None:
    """Of that customer only; one without a card has nothing to be charged."""
    v1 = shop.client.v1
    customer, other = v1.customers.create({}).id, v1.customers.create({}).id
    method = v1.payment_methods.attach("pm_card_mastercard", {"customer": customer}).id
    made = charge(shop, source=method, customer=customer)
    assert (made.payment_method, made.customer, made.source) == (method, customer, None)
    with Refusal() as refused:
        charge(shop, source=method, customer=other)
    assert (refused.code, refused.param) == ("missing", "source")
    with pytest.raises(stripe.CardError) as caught:
        v1.charges.create({"amount": 900, "currency": "usd", "customer": customer})
    assert caught.value.code == "missing"


def test_a_token_stands_for_a_card_once(shop: Shop) -> None:
    """It can be looked at; what it was used for has its expiry and address; used up it is over."""
    v1 = shop.client.v1
    token = v1.tokens.create({"card": CARD})
    assert (token.type, token.used) == ("card", False)
    assert token.card is not None
    assert (token.card.last4, token.card.exp_year, token.card.name) == ("4242", 2033, "Jo Doe")
    assert (token.card.cvc_check, token.card.address_zip_check) == ("unchecked", "unchecked")
    made = charge(shop, source=token.id)
    card = made.payment_method_details.card
    assert (card.exp_month, card.exp_year) == (8, 2033)
    assert made.billing_details.name == "Jo Doe"
    assert card.checks.address_postal_code_check == "pass"
    assert v1.tokens.retrieve(token.id).used
    with Refusal() as refused:
        charge(shop, source=token.id)
    assert refused.code == "token_already_used"


def test_a_token_is_used_up_by_a_payment_method(shop: Shop) -> None:
    """Made of it by itself, or with an intent."""
    v1 = shop.client.v1
    token = v1.tokens.create({"card": CARD}).id
    method = v1.payment_methods.create({"type": "card", "card": {"token": token}})
    assert method.card is not None
    assert method.card.exp_year == 2033
    intent: Any = {
        "amount": 900,
        "currency": "usd",
        "confirm": True,
        "payment_method_data": {"type": "card", "card": {"token": token}},
    }
    with Refusal() as refused:
        v1.payment_intents.create(intent)
    assert refused.code == "token_already_used"
    fresh = v1.tokens.create({"card": CARD}).id
    intent["payment_method_data"]["card"]["token"] = fresh
    assert v1.payment_intents.create(intent).status == "succeeded"


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({**CARD, "number": "4242424242424241"}, "incorrect_number"),
        ({**CARD, "exp_month": 13}, "invalid_expiry_month"),
        ({**CARD, "exp_year": 2001}, "invalid_expiry_year"),
        ({**CARD, "cvc": "1"}, "invalid_cvc"),
    ],
)
def test_a_card_that_is_none_makes_no_token(shop: Shop, card: dict[str, Any], code: str) -> None:
    """Each is an error of the card."""
    with pytest.raises(stripe.CardError) as caught:
        shop.client.v1.tokens.create({"card": card})
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "parameter_missing"),
        ({"card": "card_1"}, "parameter_unsupported"),
        ({"bank_account": {"country": "US"}}, "parameter_unsupported"),
        ({"pii": {"id_number": "1"}}, "parameter_unsupported"),
    ],
)
def test_other_tokens_are_refused(shop: Shop, params: dict[str, Any], code: str) -> None:
    """There are none of bank accounts and persons."""
    with Refusal() as refused:
        shop.client.v1.tokens.create(params)
    assert refused.code == code


def test_a_token_that_is_not_there_is_told(shop: Shop) -> None:
    """404."""
    with Refusal() as refused:
        shop.client.v1.tokens.retrieve("tok_none")
    assert (refused.code, refused.error.http_status) == ("resource_missing", 404)


def test_an_order_that_was_closed_takes_no_charge(shop: Shop) -> None:
    """As it takes no intent: it may have been closed in the other dialect."""
    native = {"Authorization": f"Bearer {shop.key}"}
    address = f"{shop.gateway.primary}/v1/payments/cancel"
    assert requests.post(address, json={"order_id": "o1"}, headers=native, timeout=10).ok
    with pytest.raises(stripe.InvalidRequestError, match="The order o1 was closed"):
        charge(shop, metadata={"order_id": "o1"})
    assert shop.control("GET", "/payments")["data"] == []
