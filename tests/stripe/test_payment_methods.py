"""Payment methods: what can be wrong with a card, whose it is, and how often it pays."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop
from tests.stripe.shopping import card, customer, pay, refused, told


def made(shop: Shop, **wanted: Any) -> Any:
    """A new payment method."""
    return shop.client.v1.payment_methods.create({**card(), **wanted})


def test_what_was_said_is_answered(shop: Shop) -> None:
    """Billing details, metadata and the card are told as they were sent; of the number, its end."""
    wanted = {
        "billing_details": {"email": "ann@example.com", "address": {"country": "DE", "line1": "1"}},
        "metadata": {"seat": "4a"},
        "allow_redisplay": "always",
    }
    method = made(shop, **wanted)
    again = shop.client.v1.payment_methods.retrieve(method.id)
    assert again == method
    assert method.billing_details.email == "ann@example.com"
    assert (method.billing_details.address.country, method.billing_details.phone) == ("DE", None)
    assert (method.metadata.to_dict(), method.allow_redisplay) == ({"seat": "4a"}, "always")
    assert (method.card.brand, method.card.last4, method.card.exp_year) == ("visa", "4242", 2040)
    assert method.card.checks.cvc_check == method.card.checks.address_line1_check == "unchecked"


@pytest.mark.parametrize(
    ("wrong", "code", "param"),
    [
        ({"number": "4242424242424241"}, "incorrect_number", "number"),
        ({"number": "4242"}, "invalid_number", "number"),
        ({"exp_month": 13}, "invalid_expiry_month", "exp_month"),
        ({"exp_year": 2019}, "invalid_expiry_year", "exp_year"),
        ({"exp_year": 2099}, "invalid_expiry_year", "exp_year"),
        ({"cvc": "12"}, "invalid_cvc", "cvc"),
    ],
)
def test_a_card_that_is_none(shop: Shop, wrong: dict[str, Any], code: str, param: str) -> None:
    """What cannot be a card raises a card error that names the part at fault."""
    entry = {**card()["card"], **wrong}
    error = refused(lambda: made(shop, card=entry), stripe.CardError)
    assert (error.http_status, error.code, error.param) == (402, code, param)


def test_a_real_card_is_declined_unquoted(shop: Shop) -> None:
    """A number that could be somebody's is no test card; it stands nowhere."""
    number = "4111111111111111"
    error = refused(lambda: made(shop, card=card(number)["card"]), stripe.CardError)
    assert (error.code, error.error.decline_code) == ("card_declined", "test_mode_live_card")
    assert number not in str(shop.http.bodies)
    assert number not in str(shop.control("GET", "/journal"))


def test_a_month_that_is_over_is_told_by_the_accounts_clock(shop: Shop) -> None:
    """A card runs out while the account's clock goes on, and is declined as expired."""
    owner = customer(shop)
    method = made(shop, card={**card()["card"], "exp_year": 2030})
    shop.client.v1.payment_methods.attach(method.id, {"customer": owner.id})
    assert pay(shop, method.id, customer=owner.id).status == "succeeded"
    shop.advance("2000d")
    error = refused(lambda: pay(shop, method.id, customer=owner.id), stripe.CardError)
    assert error.code == "expired_card"
    entry = {**card()["card"], "exp_year": 2030}
    assert refused(lambda: made(shop, card=entry), stripe.CardError).code == "invalid_expiry_year"


@pytest.mark.parametrize("kind", ["wallet", "alipay", "ideal", "p24", "us_bank_account"])
def test_other_ways_of_paying(shop: Shop, kind: str) -> None:
    """What the gateway takes beside cards is known by Stripe's name, or by its own."""
    method = shop.client.v1.payment_methods.create({"type": kind})
    assert (method.type, method.customer) == (kind, None)
    shop.http.complaints.clear()  # what goes with each type at Stripe is not told here


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"type": "sofort"}, "does not have the payment method type sofort"),
        ({"type": "shells"}, "must be one of"),
        ({"type": "card"}, "card"),
        ({"type": "card", "card": {"token": "tok_nobody"}}, "token"),
        ({"type": "wallet", "wallet": {"token": "wal_nowhere"}}, "wal_<COUNTRY>"),
        ({"type": "card", "card": {"number": "4242424242424242"}}, "card[exp_month]"),
        ({"type": "card", "sofas": "2"}, "sofas"),
        ({"type": "card", "customer": "cus_1"}, "does not support"),
    ],
)
def test_what_is_no_payment_method(shop: Shop, wanted: dict[str, Any], said: str) -> None:
    """What cannot be made says why."""
    create: Any = shop.client.v1.payment_methods.create
    assert said in refused(lambda: create(wanted)).user_message


def test_one_that_is_nobodys_pays_once(shop: Shop) -> None:
    """Used without a customer it is used up; a decline leaves it as it was."""
    method = made(shop)
    shop.play("{when: {operation: authorize}, first: 1, fault: {decline: insufficient_funds}}")
    refused(lambda: pay(shop, method.id, metadata={"order_id": "o1"}), stripe.CardError)
    assert pay(shop, method.id, metadata={"order_id": "o1"}).status == "succeeded"
    assert "may not be used again" in refused(lambda: pay(shop, method.id)).user_message
    attach = shop.client.v1.payment_methods.attach
    error = refused(lambda: attach(method.id, {"customer": customer(shop).id}))
    assert "may not be used again" in error.user_message


def test_attached_listed_and_detached(shop: Shop) -> None:
    """A customer's payment methods are listed newest first, and one that is let go is gone."""
    owner, api = customer(shop), shop.client.v1
    first = api.payment_methods.attach("pm_card_visa", {"customer": owner.id})
    other = api.payment_methods.attach(made(shop).id, {"customer": owner.id})
    assert other.card
    assert other.card.checks
    assert other.card.checks.cvc_check == "pass"
    assert api.payment_methods.attach(first.id, {"customer": owner.id}).customer == owner.id
    ids = [each.id for each in api.customers.payment_methods.list(owner.id).auto_paging_iter()]
    assert ids == [other.id, first.id]
    listed = api.payment_methods.list({"customer": owner.id, "type": "card", "limit": 1})
    assert ([each.id for each in listed.data], listed.has_more) == ([other.id], True)
    assert api.payment_methods.list({"type": "card"}).data == []
    assert api.customers.payment_methods.retrieve(owner.id, first.id).id == first.id
    assert api.payment_methods.detach(first.id).customer is None
    assert refused(lambda: api.customers.payment_methods.retrieve(owner.id, first.id)).code == (
        "resource_missing"
    )
    refused(lambda: api.payment_methods.detach(first.id))
    refused(lambda: api.payment_methods.attach(first.id, {"customer": owner.id}))
    assert told(shop)[1:] == [
        "payment_method.attached", "payment_method.attached", "payment_method.detached",
    ]  # fmt: skip


def test_somebody_elses(shop: Shop) -> None:
    """What belongs to one customer is not another's to attach or to pay with."""
    ann, bob = customer(shop), customer(shop)
    method = shop.client.v1.payment_methods.attach("pm_card_visa", {"customer": ann.id})
    attach = shop.client.v1.payment_methods.attach
    assert "already" in refused(lambda: attach(method.id, {"customer": bob.id})).user_message
    assert ann.id in refused(lambda: pay(shop, method.id)).user_message
    assert "another" in refused(lambda: pay(shop, method.id, customer=bob.id)).user_message


def test_a_card_that_cannot_be_kept(shop: Shop) -> None:
    """Documented cards that decline cannot be attached; those that fail later can."""
    owner, attach = customer(shop), shop.client.v1.payment_methods.attach
    broke = "pm_card_chargeDeclinedInsufficientFunds"
    error = refused(lambda: attach(broke, {"customer": owner.id}), stripe.CardError)
    assert error.error.decline_code == "insufficient_funds"
    kept = attach("pm_card_chargeCustomerFail", {"customer": owner.id})
    error = refused(lambda: pay(shop, kept.id, customer=owner.id), stripe.CardError)
    assert error.error.decline_code == "generic_decline"


def test_only_what_is_kept_can_be_changed(shop: Shop) -> None:
    """Of a customer's card, words and expiry can be told anew; one that is nobody's cannot."""
    update: Any = shop.client.v1.payment_methods.update
    method = made(shop, metadata={"a": "1"})
    assert "save this PaymentMethod" in refused(lambda: update(method.id, {})).user_message
    shop.client.v1.payment_methods.attach(method.id, {"customer": customer(shop).id})
    wanted = {
        "billing_details": {"name": "Ann"},
        "card": {"exp_year": 2041},
        "metadata": {"a": "", "b": "2"},
    }
    changed = update(method.id, wanted)
    assert (changed.billing_details.name, changed.card.exp_year) == ("Ann", 2041)
    assert (changed.card.exp_month, changed.metadata.to_dict()) == (12, {"b": "2"})
    error = refused(lambda: update(method.id, {"card": {"exp_month": 0}}), stripe.CardError)
    assert error.code == "invalid_expiry_month"


def test_a_cards_token_and_its_holder(shop: Shop) -> None:
    """A token made by the API becomes a payment method, once, with what was said of its holder."""
    entry = {**card()["card"], "name": "Ann Example"}
    token = shop.client.v1.tokens.create({"card": entry})
    method = made(shop, card={"token": token.id})
    assert (method.card.exp_year, method.billing_details.name) == (2040, "Ann Example")
    error = refused(lambda: made(shop, card={"token": token.id}))
    assert error.code == "token_already_used"
