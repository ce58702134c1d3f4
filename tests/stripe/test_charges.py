"""Charges: those of intents, in every state; and those made without one."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import stripe

from tests.stripe.kit import Shop
from tests.stripe.pages import BROKE, Payer, opened
from tests.stripe.paying import AMOUNT, Refusal, charge_of, news, pay, told, words


def test_a_charge_tells_what_became_of_its_money(shop: Shop) -> None:
    """Paid and captured, approved by the network, with its transaction and its card."""
    intent = pay(shop, description="Shoes", statement_descriptor_suffix="SHOES")
    charge = charge_of(shop, intent, "balance_transaction", "payment_intent")
    assert (charge.paid, charge.captured, charge.status) == (True, True, "succeeded")
    assert (charge.amount, charge.amount_captured, charge.amount_refunded) == (AMOUNT, AMOUNT, 0)
    assert charge.balance_transaction.net == AMOUNT
    assert charge.payment_intent.id == intent.id
    assert charge.outcome is not None
    assert (charge.outcome.type, charge.outcome.risk_level) == ("authorized", "normal")
    assert charge.calculated_statement_descriptor == "PAYDRILL* SHOES"
    assert (charge.description, words(charge)) == ("Shoes", {"order_id": "ord_1"})
    card = charge.payment_method_details.card
    assert (card.brand, card.last4, card.funding, card.checks.cvc_check) == (
        "visa",
        "4242",
        "credit",
        "pass",
    )


def test_a_declined_card_tells_its_risk(shop: Shop) -> None:
    """The outcome of a charge that failed is as risky as its card."""
    asked = {"amount": AMOUNT, "currency": "eur", "confirm": True}
    method = "pm_card_cvcCheckFailElevatedRisk"
    with pytest.raises(stripe.CardError):
        shop.client.v1.payment_intents.create({**asked, "payment_method": method})  # type: ignore[typeddict-item]
    outcome = shop.client.v1.charges.list().data[0].outcome
    assert outcome is not None
    assert (outcome.type, outcome.reason) == ("issuer_declined", "incorrect_cvc")
    assert (outcome.risk_level, outcome.risk_score) == ("elevated", 68)


@pytest.mark.parametrize(
    ("card", "told_as"),
    [
        ("pm_card_visa_debit", {"funding": "debit"}),
        ("pm_card_avsFail", {"address_line1_check": "fail", "address_postal_code_check": "fail"}),
        ("pm_card_riskLevelElevated", {"risk_level": "elevated"}),
        ("pm_card_jp", {"country": "JP"}),
    ],
)
def test_a_test_card_shows_with_its_charge(shop: Shop, card: str, told_as: dict[str, str]) -> None:
    """What is known of a card, what its bank checked, and how risky it was."""
    method = shop.client.v1.payment_methods.create(
        {
            "type": "card",
            "card": {"token": card},
            "billing_details": {"address": {"line1": "1 High St", "postal_code": "12345"}},
        }
    )
    charge = charge_of(shop, pay(shop, method.id))
    shown = charge.payment_method_details.card.to_dict()
    shown |= shown["checks"] | (charge.outcome.to_dict() if charge.outcome else {})
    assert {name: shown[name] for name in told_as} == told_as


@pytest.mark.parametrize(
    ("card", "code", "kind", "status"),
    [
        ("pm_card_chargeDeclined", "card_declined", "issuer_declined", "declined_by_network"),
        (
            "pm_card_chargeDeclinedExpiredCard",
            "expired_card",
            "issuer_declined",
            "declined_by_network",
        ),
        ("pm_card_radarBlock", "card_declined", "blocked", "not_sent_to_network"),
    ],
)
def test_a_charge_that_failed_says_why(
    shop: Shop, card: str, code: str, kind: str, status: str
) -> None:
    """By its failure code and its outcome; nothing was taken."""
    with pytest.raises(stripe.CardError) as caught:
        pay(shop, card)
    name = caught.value.error.payment_intent.latest_charge
    charge = shop.client.v1.charges.retrieve(name)
    assert (charge.status, charge.paid, charge.captured) == ("failed", False, False)
    assert charge.failure_code == code
    assert charge.failure_message
    assert charge.outcome is not None
    assert (charge.outcome.type, charge.outcome.network_status) == (kind, status)
    assert (charge.balance_transaction, charge.amount_captured) == (None, 0)


def test_each_try_of_an_intent_is_a_charge_of_its_own(shop: Shop) -> None:
    """And keeps its own words, whatever the intent comes to say."""
    with pytest.raises(stripe.CardError) as caught:
        pay(shop, "pm_card_chargeDeclined", description="first")
    intent = caught.value.error.payment_intent
    intents = shop.client.v1.payment_intents
    intents.update(intent.id, {"description": "second"})
    paid = intents.confirm(intent.id, {"payment_method": "pm_card_mastercard"})
    intents.update(intent.id, {"description": "third", "metadata": {"a": "1"}})
    last, first = shop.client.v1.charges.list({"payment_intent": intent.id}).data
    assert last.id == paid.latest_charge
    assert (first.status, last.status) == ("failed", "succeeded")
    assert (first.description, last.description) == ("first", "second")
    assert words(last) == {"order_id": "ord_1"}
    assert first.payment_method != last.payment_method
    assert last.payment_method_details.card.brand == "mastercard"


def test_what_is_held_is_no_money_yet(shop: Shop) -> None:
    """Authorized: paid, not captured; captured in part, the rest has gone back."""
    intent = pay(shop, capture_method="manual")
    held = charge_of(shop, intent)
    assert (held.paid, held.captured, held.amount_captured) == (True, False, 0)
    assert held.balance_transaction is None
    shop.client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1500})
    taken = charge_of(shop, intent)
    assert (taken.captured, taken.amount_captured, taken.amount_refunded) == (True, 1500, 499)
    assert not taken.refunded
    shop.client.v1.refunds.create({"charge": taken.id})
    assert charge_of(shop, intent).refunded


def test_a_hold_that_is_canceled_has_gone_back(shop: Shop) -> None:
    """It counts as refunded, though nothing was ever taken."""
    intent = pay(shop, capture_method="manual")
    shop.client.v1.payment_intents.cancel(intent.id)
    charge = charge_of(shop, intent)
    assert (charge.refunded, charge.captured, charge.status) == (True, False, "succeeded")
    assert told(shop)[-2:] == ["charge.refunded", "payment_intent.canceled"]


def test_a_charge_that_is_under_way_is_pending(shop: Shop) -> None:
    """Until it is known; then it took the money."""
    shop.play(
        "{when: {operation: authorize}, fault: {late_success: {after: 5s, told: processing}}}"
    )
    intent = pay(shop)
    charge = charge_of(shop, intent)
    assert (charge.status, charge.paid, charge.outcome) == ("pending", False, None)
    shop.advance("10s")
    assert charge_of(shop, intent).status == "succeeded"
    assert told(shop) == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


def test_a_charge_that_was_told_failed_can_take_the_money_late(shop: Shop) -> None:
    """The intent has succeeded then, though another card was declined meanwhile."""
    shop.play(
        "{when: {operation: authorize}, first: 1, fault: {late_success: {after: 9s, told: failed}}}"
    )
    with pytest.raises(stripe.CardError) as caught:
        pay(shop)
    intent, intents = caught.value.error.payment_intent, shop.client.v1.payment_intents
    first = intent.latest_charge
    assert shop.client.v1.charges.retrieve(first).status == "failed"
    with pytest.raises(stripe.CardError):
        intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})
    shop.advance("10s")
    now = intents.retrieve(intent.id)
    assert (now.status, now.latest_charge) == ("succeeded", first)
    assert shop.client.v1.charges.retrieve(first).paid
    assert told(shop)[-2:] == ["charge.succeeded", "payment_intent.succeeded"]


def test_money_that_is_taken_twice_is_two_charges(shop: Shop) -> None:
    """Both belong to the intent, which knows of one."""
    shop.play("{when: {operation: authorize}, fault: duplicate_charge}")
    intent = pay(shop)
    charges = shop.client.v1.charges.list({"payment_intent": intent.id}).data
    assert len(charges) == 2
    assert all(each.paid and each.payment_intent == intent.id for each in charges)
    assert told(shop).count("charge.succeeded") == 2
    assert told(shop).count("payment_intent.succeeded") == 1


def test_what_the_issuer_takes_back_has_failed(shop: Shop) -> None:
    """With a transaction that takes the money away again; the intent wants another card."""
    shop.play("{when: {operation: authorize}, fault: {reversed_after_approval: 5s}}")
    intent = pay(shop)
    shop.advance("10s")
    charge = charge_of(shop, intent, "failure_balance_transaction")
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, "card_declined")
    assert charge.failure_balance_transaction.net == -AMOUNT
    assert charge.outcome is not None
    assert charge.outcome.network_status == "reversed_after_approval"
    assert told(shop)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    now = shop.client.v1.payment_intents.retrieve(intent.id)
    assert (now.status, now.amount_received) == ("requires_payment_method", 0)


def test_a_charge_under_review_waits_for_people(shop: Shop) -> None:
    """Pending, and the outcome says for what."""
    shop.play("{when: {operation: authorize}, fault: {review: {lasts: 60s, approves: 100%}}}")
    intent = pay(shop)
    charge = charge_of(shop, intent)
    assert charge.status == "pending"
    assert charge.outcome is not None
    assert charge.outcome.type == "manual_review"


def test_charges_are_listed(shop: Shop) -> None:
    """Newest first, by page; of a customer, an intent, a group of transfers, a time."""
    customer = shop.client.v1.customers.create({})
    first = pay(shop, customer=customer.id)
    second = pay(shop, transfer_group="g1")
    charges = shop.client.v1.charges
    every = [each.id for each in charges.list({"limit": 1}).auto_paging_iter()]
    assert every == [second.latest_charge, first.latest_charge]
    assert [each.id for each in charges.list({"customer": customer.id})] == every[1:]
    assert [each.id for each in charges.list({"transfer_group": "g1"})] == every[:1]
    assert [each.id for each in charges.list({"payment_intent": first.id})] == every[1:]
    assert not charges.list({"created": {"gt": second.created + 60}}).data


def test_what_is_said_of_a_charge_can_be_changed(shop: Shop) -> None:
    """Its intent keeps its own words; a customer is set once."""
    intent, charges = pay(shop), shop.client.v1.charges
    name = charge_of(shop, intent).id
    customer = shop.client.v1.customers.create({}).id
    charge = charges.update(
        name,
        {
            "customer": customer,
            "description": "Hats",
            "fraud_details": {"user_report": "safe"},
            "metadata": {"a": "1"},
            "receipt_email": "jo@example.com",
        },
    )
    assert (charge.description, charge.customer) == ("Hats", customer)
    assert (charge.receipt_email, words(charge)) == (
        "jo@example.com",
        {"order_id": "ord_1", "a": "1"},
    )
    assert charge.fraud_details is not None
    assert charge.fraud_details.user_report == "safe"
    assert charge_of(shop, intent).description == "Hats"
    assert news(shop, "charge.updated").description == "Hats"
    assert shop.client.v1.payment_intents.retrieve(intent.id).description is None
    with Refusal() as refused:
        charges.update(name, {"customer": "cus_other"})
    assert refused.param == "customer"


@pytest.mark.parametrize("name", ["ch_none", "pay_none", "x"])
def test_a_charge_that_is_not_there_is_told(shop: Shop, name: str) -> None:
    """404, to whatever is asked of it."""
    charges = shop.client.v1.charges
    asks: tuple[Any, ...] = (charges.retrieve, charges.update, charges.capture)
    for ask in asks:
        with Refusal() as refused:
            ask(name)
        assert (refused.code, refused.error.http_status) == ("resource_missing", 404)


def test_no_charge_is_made_before_the_payer_has_proved_it(shop: Shop) -> None:
    """An intent that waits for its payer has none."""
    intent = pay(shop, "pm_card_authenticationRequired")
    assert (intent.status, intent.latest_charge) == ("requires_action", None)
    assert not shop.client.v1.charges.list().data


def test_a_payment_at_a_page_has_a_receipt_there(shop: Shop) -> None:
    """The payer can look at it; each try at the page keeps what it was made with."""
    session = opened(shop)
    payer = Payer()
    payer.pay(session, BROKE)
    payer.pay(session)
    name = shop.client.v1.checkout.sessions.retrieve(session.id).payment_intent
    last, first = shop.client.v1.charges.list({"payment_intent": name}).data
    assert (first.status, last.status) == ("failed", "succeeded")
    assert first.payment_method != last.payment_method
    assert first.receipt_url is None
    page = requests.get(last.receipt_url, timeout=10)
    assert page.status_code == 200
    assert "4242" in page.text
