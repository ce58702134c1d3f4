"""By what an intent can be paid, with and without the payer, and what is kept of that."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop
from tests.stripe.shopping import DONE, SECURE, act, card, customer, intend, now, pay, refused, told

ON_SETUP = "pm_card_authenticationRequiredOnSetup"
FREE = "pm_card_authenticationRequiredSetupForOffSession"
GLOBAL = "scenario: 1\nname: in-a-test\nprofile: global\nrules: []\n"


def follow(shop: Shop, text: str) -> None:
    """Let the account be another gateway."""
    shop.control("PUT", "/scenario", data=text.encode())


def test_types_are_the_gateways_unless_some_are_named(shop: Shop) -> None:
    """By default an intent takes what the gateway takes; by hand, cards; else what it says."""
    intent = intend(shop)
    assert intent.automatic_payment_methods.to_dict() == {
        "allow_redirects": "always", "enabled": True,
    }  # fmt: skip
    assert intent.payment_method_types == ["card", "wallet", "bank_transfer"]
    assert intend(shop, confirmation_method="manual").payment_method_types == ["card"]
    none = intend(shop, automatic_payment_methods={"enabled": False})
    assert (none.payment_method_types, none.automatic_payment_methods) == (["card"], None)
    named = intend(shop, allowed_payment_method_types=["card", "wallet"])
    assert named.payment_method_types == named.allowed_payment_method_types == ["card", "wallet"]
    less = intend(shop, excluded_payment_method_types=["wallet"])
    assert less.payment_method_types == ["card", "bank_transfer"]
    shop.http.complaints.clear()  # wallets are no type of Stripe's


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        ({"payment_method_types": ["shells"]}, "payment_method_types"),
        ({"payment_method_types": ["card", "affirm"]}, "payment_method_types"),
        ({"allowed_payment_method_types": ["ideal"]}, "allowed_payment_method_types"),
        (
            {"payment_method_types": ["card"], "automatic_payment_methods": {"enabled": True}},
            "payment_method_types",
        ),
        (
            {"confirmation_method": "manual", "automatic_payment_methods": {"enabled": True}},
            "confirmation_method",
        ),
        ({"application_fee_amount": 5}, "application_fee_amount"),
        ({"payment_method_options": {"card": {"request_three_d_secure": "maybe"}}}, None),
    ],
)
def test_types_that_do_not_go_together(
    shop: Shop, wanted: dict[str, Any], param: str | None
) -> None:
    """What excludes each other, or is not known or not here, is refused by name."""
    error = refused(lambda: intend(shop, **wanted))
    assert error.param == (param or "payment_method_options[card][request_three_d_secure]")


def test_another_type_than_was_said(shop: Shop) -> None:
    """An intent for cards takes no wallet, and one that excludes them neither."""
    wallet: Any = {"payment_method_data": {"type": "wallet"}}
    for how in ({"payment_method_types": ["card"]}, {"excluded_payment_method_types": ["wallet"]}):
        error = refused(lambda how=how: intend(shop, **how, **wallet))
        assert error.code == "payment_intent_incompatible_payment_method"
    paid = shop.client.v1.payment_intents.confirm(intend(shop).id, wallet)
    assert paid.status == "succeeded"
    shop.http.complaints.clear()  # wallets are no type of Stripe's


def test_whoever_is_sent_away_must_come_back(shop: Shop) -> None:
    """Where the gateway has methods that redirect an address is needed, unless none is wanted."""
    follow(shop, GLOBAL)
    assert refused(lambda: pay(shop)).param == "return_url"
    never = {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    assert pay(shop, **never).status == "succeeded"
    assert pay(shop, payment_method_types=["card"]).status == "succeeded"
    assert pay(shop, return_url=DONE).status == "succeeded"
    alipay: Any = {"payment_method": None, "payment_method_data": {"type": "alipay"}}
    only = {"payment_method_types": ["alipay"], "currency": "cny"}
    error = refused(lambda: pay(shop, **{**only, **alipay}))
    assert (error.code, error.param) == ("parameter_missing", "return_url")
    error = refused(lambda: pay(shop, **{**never, **alipay}))
    assert error.code == "payment_intent_incompatible_payment_method"
    sent = pay(shop, **{**only, **alipay}, return_url=DONE)
    assert sent.next_action.type == "alipay_handle_redirect"
    assert sent.next_action.alipay_handle_redirect.return_url == DONE
    shop.http.complaints.clear()  # what goes with each type at Stripe is not told here


def test_kept_for_later_with_the_first_payment(shop: Shop) -> None:
    """With setup_future_usage the card becomes the customer's, in time to be seen in the answer."""
    ann = customer(shop)
    first = pay(shop, customer=ann.id, setup_future_usage="off_session", expand=["payment_method"])
    assert first.payment_method.customer == ann.id
    later = pay(shop, first.payment_method.id, customer=ann.id, off_session=True)
    assert later.status == "succeeded"
    assert told(shop)[1:4] == [
        "payment_intent.created", "payment_method.attached", "charge.succeeded",
    ]  # fmt: skip


def test_kept_without_a_customer(shop: Shop) -> None:
    """Then it can still be attached when all is done; without setup_future_usage it cannot."""
    kept = pay(shop, setup_future_usage="on_session")
    owner = customer(shop)
    attach = shop.client.v1.payment_methods.attach
    assert attach(kept.payment_method, {"customer": owner.id}).customer == owner.id
    spent = pay(shop)
    refused(lambda: attach(spent.payment_method, {"customer": owner.id}))
    options = {"card": {"setup_future_usage": "none"}}
    none = pay(shop, setup_future_usage="on_session", payment_method_options=options)
    refused(lambda: attach(none.payment_method, {"customer": owner.id}))


def test_kept_when_the_payer_has_proved_it(shop: Shop) -> None:
    """It is kept when the payment succeeds, not before; and what was proved once is remembered."""
    ann = customer(shop)
    intent = pay(shop, ON_SETUP, customer=ann.id, setup_future_usage="off_session")
    assert shop.client.v1.customers.payment_methods.list(ann.id).data == []
    act(intent)
    method = shop.client.v1.customers.payment_methods.list(ann.id).data[0]
    assert told(shop)[-3:] == [
        "payment_method.attached", "charge.succeeded", "payment_intent.succeeded",
    ]  # fmt: skip
    assert pay(shop, method.id, customer=ann.id, off_session=True).status == "succeeded"
    assert pay(shop, method.id, customer=ann.id).status == "requires_action"


def test_without_the_payer_nothing_can_be_proved(shop: Shop) -> None:
    """A card that wants a proof is declined, and the error holds all that it takes to go on."""
    error = refused(lambda: pay(shop, SECURE, off_session=True), stripe.CardError)
    assert (error.code, error.error.decline_code) == ("authentication_required",) * 2
    intent = error.error.payment_intent
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.code == "authentication_required"
    assert error.error.payment_method.id == intent.last_payment_error.payment_method.id
    assert error.error.charge == intent.latest_charge
    refused(lambda: pay(shop, ON_SETUP, off_session="recurring"), stripe.CardError)
    assert pay(shop, FREE, off_session="one_off").status == "succeeded"
    assert pay(shop, FREE).status == "requires_action"


def test_a_challenge_by_scenario_finds_nobody(shop: Shop) -> None:
    """What a scenario orders is a decline where nobody is there; a silent proof still goes on."""
    shop.play("{when: {amount: 1999}, fault: {three_ds: challenge}}\n"
              "{when: {amount: 2999}, fault: {three_ds: frictionless}}")  # fmt: skip
    error = refused(lambda: pay(shop, off_session=True), stripe.CardError)
    assert error.error.decline_code == "authentication_required"
    assert pay(shop, amount=2999, off_session=True).status == "succeeded"


def test_a_shop_that_cannot_handle_challenges(shop: Shop) -> None:
    """With error_on_requires_action there is a decline in place of the challenge."""
    error = refused(lambda: pay(shop, SECURE, error_on_requires_action=True), stripe.CardError)
    assert error.code == "authentication_required"
    assert error.error.decline_code == "authentication_not_handled"
    assert error.error.payment_intent.status == "requires_payment_method"
    assert pay(shop, error_on_requires_action=True).status == "succeeded"


def test_a_method_in_the_request_itself(shop: Shop) -> None:
    """A card can come with the confirmation, and what is said of its payer with it."""
    data = card(billing_details={"email": "ann@example.com", "name": "Ann"})
    intent = shop.client.v1.payment_intents.confirm(intend(shop).id, {"payment_method_data": data})
    paid = now(shop, intent)
    assert paid.payment_method.billing_details.name == "Ann"
    assert paid.latest_charge.billing_details.email == "ann@example.com"


def test_rules_know_the_payer(shop: Shop) -> None:
    """Country and address match, whoever tells them: the method, the intent or the customer."""
    shop.play(
        "{when: {payer.email: vip@example.com}, fault: {decline: lost_card}}\n"
        "{when: {payer.country: DE}, fault: {decline: stolen_card}}"
    )

    def decline(**more: Any) -> str:
        error = refused(lambda: pay(shop, **more), stripe.CardError)
        return str(error.error.decline_code)

    vip = {"billing_details": {"email": "vip@example.com"}}
    german = {"billing_details": {"address": {"country": "DE"}}}
    assert decline(payment_method=None, payment_method_data=card(**vip)) == "lost_card"
    assert decline(payment_method=None, payment_method_data=card(**german)) == "stolen_card"
    assert decline(receipt_email="vip@example.com") == "lost_card"
    assert decline(customer=customer(shop, email="vip@example.com").id) == "lost_card"
    method = shop.client.v1.payment_methods.create({**card(), **german})
    assert decline(card=method.id) == "stolen_card"
    assert pay(shop, receipt_email="else@example.com").status == "succeeded"


def test_a_gateway_that_counts_payers_counts_these(shop: Shop) -> None:
    """Too many failures of one payer are refused, whatever the card; another payer is not."""
    follow(shop, GLOBAL.replace("profile: global", "profile: evisa"))
    where = {"payment_method_types": ["card"], "receipt_email": "ann@example.com"}
    for _ in range(5):
        refused(lambda: pay(shop, "pm_card_chargeCustomerFail", **where), stripe.CardError)
    error = refused(lambda: pay(shop, "pm_card_mastercard", **where), stripe.CardError)
    assert error.code == "card_decline_rate_limit_exceeded"
    bob = {**where, "receipt_email": "bob@example.com"}
    assert pay(shop, "pm_card_mastercard", **bob).status in ("succeeded", "requires_action")
