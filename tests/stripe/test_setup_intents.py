"""Setup intents: a card is kept for later, proved if its bank wants that, and nothing is paid."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import stripe

from tests.stripe.kit import Shop
from tests.stripe.shopping import DONE, SECURE, act, card, customer, page_of, pay, refused, told

ON_SETUP = "pm_card_authenticationRequiredOnSetup"
UNEXPECTED = "setup_intent_unexpected_state"


def set_up(shop: Shop, method: str = "pm_card_visa", **more: Any) -> Any:
    """A new setup intent, confirmed with this payment method."""
    wanted = {"payment_method": method, "confirm": True, **more}
    return shop.client.v1.setup_intents.create(wanted)


def test_a_card_is_kept_at_once(shop: Shop) -> None:
    """The card is the customer's and pays later, without the payer."""
    ann = customer(shop)
    done = set_up(shop, customer=ann.id, metadata={"order_id": "o1"}, description="Card on file")
    assert (done.status, done.usage, done.next_action) == ("succeeded", "off_session", None)
    assert shop.client.v1.customers.payment_methods.list(ann.id).data[0].id == done.payment_method
    assert pay(shop, done.payment_method, customer=ann.id, off_session=True).status == "succeeded"
    assert told(shop)[:4] == [
        "customer.created", "setup_intent.created", "payment_method.attached",
        "setup_intent.succeeded",
    ]  # fmt: skip
    assert shop.client.v1.charges.list().data[0].amount == 1999


def test_one_step_after_the_other(shop: Shop) -> None:
    """A setup intent asks for what it lacks, and can be changed until it is done."""
    api = shop.client.v1.setup_intents
    setup = api.create()
    assert setup.status == "requires_payment_method"
    assert refused(lambda: api.confirm(setup.id)).code == UNEXPECTED
    ann = customer(shop)
    ready = api.update(setup.id, {"payment_method": "pm_card_visa", "customer": ann.id})
    assert (ready.status, ready.customer) == ("requires_confirmation", ann.id)
    assert refused(lambda: api.update(setup.id, {"customer": customer(shop).id})).param == (
        "customer"
    )
    assert api.confirm(setup.id).status == "succeeded"
    error = refused(lambda: api.confirm(setup.id))
    assert (error.code, error.error.setup_intent.status) == (UNEXPECTED, "succeeded")
    assert refused(lambda: api.cancel(setup.id)).code == UNEXPECTED
    assert api.update(setup.id, {"description": "late"}).description == "late"
    other = {"payment_method": "pm_card_amex"}
    assert refused(lambda: api.update(setup.id, other)).code == UNEXPECTED


def test_the_payer_proves_it(shop: Shop) -> None:
    """The browser comes back with the setup intent; what was proved is remembered."""
    ann = customer(shop)
    setup = set_up(shop, ON_SETUP, customer=ann.id, return_url=DONE)
    assert (setup.status, setup.next_action.type) == ("requires_action", "redirect_to_url")
    assert shop.client.v1.customers.payment_methods.list(ann.id).data == []
    page = requests.get(page_of(setup), headers={"Accept": "text/html"}, timeout=10)
    assert (page.status_code, "Amount" in page.text) == (200, False)
    answer = requests.post(
        page_of(setup),
        data={"action": "approve"},
        headers={"Accept": "text/html"},
        allow_redirects=False,
        timeout=10,
    )
    assert answer.headers["Location"] == (
        f"https://shop.example/done?cart=7&setup_intent={setup.id}"
        f"&setup_intent_client_secret={setup.client_secret}&redirect_status=succeeded#top"
    )
    done = shop.client.v1.setup_intents.retrieve(setup.id, {"expand": ["payment_method"]})
    method: Any = done.payment_method
    assert (done.status, method.customer) == ("succeeded", ann.id)
    assert pay(shop, method.id, customer=ann.id, off_session=True).status == "succeeded"
    assert [each for each in told(shop) if "charge" in each] == ["charge.succeeded"]


def test_nothing_is_kept_for_a_customer_who_is_gone(shop: Shop) -> None:
    """Deleted before it is confirmed, or while the payer proves it."""
    ann, api = customer(shop), shop.client.v1.setup_intents
    ready = api.create({"customer": ann.id, "payment_method": "pm_card_visa"})
    asked = set_up(shop, ON_SETUP, customer=ann.id, return_url=DONE)
    shop.client.v1.customers.delete(ann.id)
    assert refused(lambda: api.confirm(ready.id)).code == "resource_missing"
    act(asked)
    kept: Any = api.retrieve(asked.id, {"expand": ["payment_method"]}).payment_method
    assert kept.customer is None
    assert "payment_method.attached" not in told(shop)


def test_shown_when_nobody_waits_at_the_shop(shop: Shop) -> None:
    """Without an address to go back to the page says that all is well, and of no money."""
    setup = set_up(shop, SECURE)
    act(setup)
    page = requests.get(page_of(setup), headers={"Accept": "text/html"}, timeout=10)
    assert "Confirmed" in page.text
    assert act(setup) == 200  # the second click of who has approved is no mistake


@pytest.mark.parametrize(("action", "wait"), [("reject", ""), ("cancel", ""), ("", "20m")])
def test_a_proof_that_failed(shop: Shop, action: str, wait: str) -> None:
    """No, away, or too late: another try may follow, and then it works."""
    api = shop.client.v1.setup_intents
    setup = set_up(shop, SECURE, customer=customer(shop).id)
    if wait:
        shop.advance(wait)
    else:
        act(setup, action)
    failed = api.retrieve(setup.id)
    assert (failed.status, failed.payment_method) == ("requires_payment_method", None)
    assert failed.last_setup_error
    assert failed.last_setup_error.code == "setup_intent_authentication_failure"
    assert told(shop)[-1] == "setup_intent.setup_failed"
    again = api.confirm(setup.id, {"payment_method": "pm_card_visa"})
    assert (again.status, again.last_setup_error) == ("succeeded", None)


@pytest.mark.parametrize(
    ("method", "decline_code"),
    [
        ("pm_card_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
    ],
)
def test_a_card_that_cannot_be_kept(shop: Shop, method: str, decline_code: str) -> None:
    """A documented decline raises a card error with the setup intent in it."""
    error = refused(lambda: set_up(shop, method), stripe.CardError)
    assert (error.code, error.error.decline_code) == ("card_declined", decline_code)
    assert error.error.setup_intent.status == "requires_payment_method"
    assert error.error.setup_intent.last_setup_error.code == "card_declined"


def test_called_off(shop: Shop) -> None:
    """A canceled setup intent cannot be approved, and tells why it was called off."""
    setup = set_up(shop, SECURE)
    gone = shop.client.v1.setup_intents.cancel(setup.id, {"cancellation_reason": "abandoned"})
    assert (gone.status, gone.cancellation_reason) == ("canceled", "abandoned")
    assert act(setup) == 409
    assert shop.client.v1.setup_intents.retrieve(setup.id).status == "canceled"
    shop.advance("20m")
    assert told(shop)[-1] == "setup_intent.canceled"


def test_a_proof_that_the_shop_wants(shop: Shop) -> None:
    """A shop may ask for 3-D Secure itself."""
    options = {"card": {"request_three_d_secure": "any"}}
    method = "pm_card_threeDSecureOptional"
    assert set_up(shop, method).status == "succeeded"
    assert set_up(shop, method, payment_method_options=options).status == "requires_action"


def test_charges_have_faults_and_setups_have_none(shop: Shop) -> None:
    """What a scenario orders for charges does not strike a setup."""
    shop.play("{fault: {decline: insufficient_funds}}")
    assert set_up(shop).status == "succeeded"
    refused(lambda: pay(shop), stripe.CardError)


def test_what_cannot_be_set_up(shop: Shop) -> None:
    """What is no card, somebody else's, or not known is refused."""
    wallet: Any = shop.client.v1.payment_methods.create({"type": "wallet"})
    assert "cards only" in refused(lambda: set_up(shop, wallet.id)).user_message
    ann, bob = customer(shop), customer(shop)
    mine = shop.client.v1.payment_methods.attach("pm_card_visa", {"customer": ann.id})
    assert refused(lambda: set_up(shop, mine.id, customer=bob.id)).param == "payment_method"
    assert refused(lambda: set_up(shop, attach_to_self=True)).code == "parameter_unsupported"
    api = shop.client.v1.setup_intents
    assert refused(lambda: api.retrieve("seti_nobody")).http_status == 404
    assert refused(lambda: api.create({"return_url": DONE})).param == "return_url"
    shop.http.complaints.clear()  # wallets are no type of Stripe's


def test_lists_and_secrets(shop: Shop) -> None:
    """By customer and payment method; a browser has to know the secret."""
    ann = customer(shop)
    done = set_up(shop, customer=ann.id)
    other = set_up(shop)
    api = shop.client.v1.setup_intents
    assert [each.id for each in api.list({"customer": ann.id}).data] == [done.id]
    assert [each.id for each in api.list({"payment_method": other.payment_method}).data] == [
        other.id
    ]
    browser = stripe.StripeClient(
        shop.key.replace("sk_", "pk_"),
        base_addresses={"api": shop.gateway.primary},
        http_client=shop.http,
    ).v1.setup_intents
    fresh = api.create({"customer": ann.id})
    secret: Any = {"client_secret": fresh.client_secret, "payment_method_data": card()}
    assert browser.confirm(fresh.id, secret).status == "succeeded"
    assert refused(lambda: browser.retrieve(fresh.id)).param == "client_secret"
