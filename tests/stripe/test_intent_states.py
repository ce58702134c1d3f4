"""What may be done with an intent, and when; what may not says so, with the intent in the error."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop
from tests.stripe.shopping import SECURE, act, customer, intend, now, pay, refused, told

BROKE = "pm_card_chargeDeclinedInsufficientFunds"
UNEXPECTED = "payment_intent_unexpected_state"


def test_from_nothing_to_paid(shop: Shop) -> None:
    """An intent asks for what it lacks, one thing after the other."""
    api = shop.client.v1.payment_intents
    intent = intend(shop)
    assert (intent.status, intent.amount_received) == ("requires_payment_method", 0)
    assert refused(lambda: api.confirm(intent.id)).code == UNEXPECTED
    assert api.update(intent.id, {"payment_method": "pm_card_visa"}).status == (
        "requires_confirmation"
    )
    paid = api.confirm(intent.id)
    assert (paid.status, paid.amount_received) == ("succeeded", 1999)
    assert told(shop) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_a_failure_takes_the_payment_method_with_it(shop: Shop) -> None:
    """After a decline another one is needed; both charges stay, each with its own card."""
    api = shop.client.v1
    intent = intend(shop, metadata={"order_id": "o1"})
    refused(
        lambda: api.payment_intents.confirm(intent.id, {"payment_method": BROKE}), stripe.CardError
    )
    failed = now(shop, intent)
    assert (failed.status, failed.payment_method) == ("requires_payment_method", None)
    assert failed.last_payment_error.payment_method.card.last4 == "9995"
    assert failed.last_payment_error.charge == failed.latest_charge.id
    assert refused(lambda: api.payment_intents.confirm(intent.id)).code == UNEXPECTED
    ready = api.payment_intents.update(intent.id, {"payment_method": "pm_card_mastercard"})
    assert (ready.status, ready.latest_charge) == ("requires_confirmation", failed.latest_charge.id)
    assert api.payment_intents.confirm(intent.id).last_payment_error is None
    charges: Any = api.charges.list({"payment_intent": intent.id}).data
    cards = [(each.status, each.payment_method_details.card.brand) for each in charges]
    assert cards == [("succeeded", "mastercard"), ("failed", "visa")]


@pytest.mark.parametrize("end", ["succeeded", "canceled", "requires_capture"])
def test_what_is_over_cannot_be_done_again(shop: Shop, end: str) -> None:
    """A wrong step changes nothing, and shows the intent as it is."""
    api = shop.client.v1.payment_intents
    manual = "manual" if end == "requires_capture" else "automatic"
    intent = intend(shop) if end == "canceled" else pay(shop, capture_method=manual)
    if end == "canceled":
        api.cancel(intent.id)
    steps: list[Any] = [
        lambda: api.confirm(intent.id, {"payment_method": "pm_card_visa"}),
        lambda: api.update(intent.id, {"amount": 2999}),
    ]
    if end != "requires_capture":
        steps += [lambda: api.capture(intent.id), lambda: api.cancel(intent.id)]
        steps.append(lambda: api.increment_authorization(intent.id, {"amount": 2999}))
    for step in steps:
        error = refused(step)
        assert (error.code, error.error.payment_intent.status) == (UNEXPECTED, end)
    words = api.update(intent.id, {"description": "late", "metadata": {"a": "1"}})
    assert (words.description, words.status) == ("late", end)


def test_canceled_for_a_reason(shop: Shop) -> None:
    """A hold that is canceled goes back; an intent without a charge only says when and why."""
    api = shop.client.v1.payment_intents
    held = pay(shop, capture_method="manual")
    gone = api.cancel(held.id, {"cancellation_reason": "requested_by_customer"})
    assert (gone.status, gone.cancellation_reason) == ("canceled", "requested_by_customer")
    assert gone.canceled_at
    assert now(shop, held).latest_charge.refunded
    plain = intend(shop)
    api.cancel(plain.id, {"cancellation_reason": "abandoned"})
    error = refused(lambda: api.cancel(intend(shop).id, {"cancellation_reason": "rain"}))
    assert error.param == "cancellation_reason"
    assert told(shop).count("payment_intent.canceled") == 2


def test_a_part_is_captured_and_the_rest_goes_back(shop: Shop) -> None:
    """No more than is held, once, and nothing below one."""
    api = shop.client.v1.payment_intents
    held = pay(shop, capture_method="manual")
    assert (held.amount_capturable, held.amount_received) == (1999, 0)
    too_much = refused(lambda: api.capture(held.id, {"amount_to_capture": 2000}))
    assert (too_much.code, too_much.param) == ("amount_too_large", "amount_to_capture")
    assert refused(lambda: api.capture(held.id, {"amount_to_capture": 0})).param == (
        "amount_to_capture"
    )
    assert (
        "captured once"
        in refused(lambda: api.capture(held.id, {"final_capture": False})).user_message
    )
    taken = api.capture(held.id, {"amount_to_capture": 500, "metadata": {"parcel": "1"}})
    assert (taken.amount_received, taken.amount_capturable, taken.amount) == (500, 0, 1999)
    charge = now(shop, held).latest_charge
    assert (charge.amount_captured, charge.amount_refunded, charge.captured) == (500, 1499, True)


def test_a_card_option_can_hold_money_too(shop: Shop) -> None:
    """Capture by hand may be asked for cards alone."""
    options = {"card": {"capture_method": "manual", "request_three_d_secure": "automatic"}}
    intent = pay(shop, payment_method_options=options)
    assert intent.status == "requires_capture"
    assert intent.payment_method_options.card.capture_method == "manual"
    error = refused(lambda: pay(shop, payment_method_options={"card": {"moto": True}}))
    assert (error.code, error.param) == (
        "parameter_unsupported", "payment_method_options[card][moto]",
    )  # fmt: skip
    shop.http.complaints.clear()


def test_receipts_go_to_addresses(shop: Shop) -> None:
    """What is no address is refused, wherever it is told."""
    api = shop.client.v1
    line = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Tea"}}
    session: Any = {
        "mode": "payment",
        "success_url": "http://127.0.0.1/",
        "line_items": [{"quantity": 1, "price_data": line}],
    }
    charge: Any = {"amount": 500, "currency": "usd", "source": "tok_visa"}
    wrong: Any = {"receipt_email": "nobody"}
    intent = intend(shop)
    paid: Any = {"payment_method": "pm_card_visa", **wrong}
    data = {**session, "payment_intent_data": wrong}
    for param, ask in (
        ("receipt_email", lambda: intend(shop, **wrong)),
        ("receipt_email", lambda: api.payment_intents.update(intent.id, wrong)),
        ("receipt_email", lambda: api.payment_intents.confirm(intent.id, paid)),
        ("receipt_email", lambda: api.charges.create({**charge, **wrong})),
        (
            "customer_email",
            lambda: api.checkout.sessions.create({**session, "customer_email": "nobody"}),
        ),
        ("payment_intent_data[receipt_email]", lambda: api.checkout.sessions.create(data)),
    ):
        error = refused(ask)
        assert (error.code, error.param) == ("email_invalid", param)
    assert intend(shop, receipt_email="ann@shop.example").receipt_email == "ann@shop.example"


def test_a_hold_cannot_grow(shop: Shop) -> None:
    """A card that is not open for it says so, as its charge does."""
    held = pay(shop, capture_method="manual")
    increment = shop.client.v1.payment_intents.increment_authorization
    assert "unavailable" in refused(lambda: increment(held.id, {"amount": 2999})).user_message
    details = now(shop, held).latest_charge.payment_method_details.card
    assert details.incremental_authorization.status == "unavailable"


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (999, "mxn", "amount_too_small"),
        (0, "usd", "parameter_invalid_integer"),
        (-5, "usd", "parameter_invalid_integer"),
        (10**12, "usd", "amount_too_large"),
    ],
)
def test_amounts_out_of_bounds(shop: Shop, amount: int, currency: str, code: str) -> None:
    """Each currency has its smallest charge; the largest has twelve digits."""
    error = refused(lambda: intend(shop, amount=amount, currency=currency))
    assert (error.code, error.param) == (code, "amount")


def test_amounts_at_the_bounds(shop: Shop) -> None:
    """The smallest and the largest can be charged; what is no card has bounds of its own."""
    assert intend(shop, amount=50).amount == 50
    assert intend(shop, amount=30, currency="gbp").currency == "gbp"
    assert pay(shop, amount=10**12 - 1).status == "succeeded"
    for method in ("pm_card_amex", shop.client.v1.payment_methods.create({"type": "wallet"}).id):
        error = refused(lambda method=method: pay(shop, method, amount=10**9))
        assert error.code == "amount_too_large"
    shop.http.complaints.clear()  # wallets are no type of Stripe's
    world = "scenario: 1\nname: in-a-test\nprofile: global\nrules: []\n"
    shop.control("PUT", "/scenario", data=world.encode())
    assert intend(shop, amount=1, currency="eur", payment_method_types=["ideal"]).amount == 1


def test_the_amount_can_change_until_it_is_paid(shop: Shop) -> None:
    """A challenge that was for another amount is worth nothing."""
    api = shop.client.v1.payment_intents
    intent = pay(shop, SECURE)
    changed = api.update(intent.id, {"amount": 2999})
    assert (changed.status, changed.next_action) == ("requires_confirmation", None)
    assert act(intent) == 409
    assert api.retrieve(intent.id).status == "requires_confirmation"
    again = api.confirm(intent.id)
    assert again.status == "requires_action"
    act(again)
    assert api.retrieve(intent.id).amount_received == 2999
    assert refused(lambda: api.update(intent.id, {"amount": 10})).code == UNEXPECTED


def test_a_customer_is_for_good(shop: Shop) -> None:
    """An intent without a customer can get one; nobody else's after that."""
    api = shop.client.v1.payment_intents
    ann, bob = customer(shop), customer(shop)
    intent = intend(shop)
    assert api.update(intent.id, {"customer": ann.id}).customer == ann.id
    assert refused(lambda: api.update(intent.id, {"customer": bob.id})).param == "customer"
    assert refused(lambda: intend(shop, customer="cus_nobody")).code == "resource_missing"


def test_lists_are_cut_by_customer_and_time(shop: Shop) -> None:
    """Newest first, a page at a time."""
    ann = customer(shop)
    mine = [intend(shop, customer=ann.id) for _ in range(3)]
    other = intend(shop)
    api = shop.client.v1.payment_intents
    found = [each.id for each in api.list({"customer": ann.id, "limit": 2}).auto_paging_iter()]
    assert found == [each.id for each in reversed(mine)]
    assert [each.id for each in api.list({"limit": 1}).data] == [other.id]
    assert api.list({"created": {"lt": mine[0].created}}).data == []
    assert api.list({"created": {"gte": mine[0].created}, "limit": 1}).has_more


def test_a_browser_knows_one_secret(shop: Shop) -> None:
    """With a publishable key an intent is open to whoever knows its secret, and to nobody else."""
    intent = intend(shop)
    browser = stripe.StripeClient(
        shop.key.replace("sk_", "pk_"),
        base_addresses={"api": shop.gateway.primary},
        http_client=shop.http,
    ).v1.payment_intents
    secret: Any = {"client_secret": intent.client_secret}
    assert browser.retrieve(intent.id, secret).id == intent.id
    assert refused(lambda: browser.retrieve(intent.id)).param == "client_secret"
    wrong: Any = {"client_secret": f"{intent.id}_secret_none"}
    assert refused(lambda: browser.retrieve(intent.id, wrong)).param == "client_secret"
    browser.update(intent.id, {**secret, "receipt_email": "ann@example.com"})
    assert browser.confirm(intent.id, {**secret, "payment_method": "pm_card_visa"}).status == (
        "succeeded"
    )
    by_hand = intend(shop, confirmation_method="manual", payment_method="pm_card_visa")
    secret = {"client_secret": by_hand.client_secret}
    assert "secret key" in refused(lambda: browser.confirm(by_hand.id, secret)).user_message
    refused(lambda: browser.cancel(by_hand.id), stripe.PermissionError)


@pytest.mark.parametrize("name", ["off_session", "return_url", "error_on_requires_action"])
def test_what_goes_with_a_confirmation_only(shop: Shop, name: str) -> None:
    """Said of an intent that is not confirmed at once, it is refused."""
    value: object = "https://shop.example/" if name == "return_url" else True
    assert refused(lambda: intend(shop, **{name: value})).param == name


def test_a_name_that_leads_nowhere(shop: Shop) -> None:
    """An unknown intent, an address that is none, and a currency of another world."""
    api = shop.client.v1.payment_intents
    assert refused(lambda: api.retrieve("pi_nobody")).http_status == 404
    assert refused(lambda: pay(shop, return_url="javascript:alert(1)")).code == "url_invalid"
    assert refused(lambda: intend(shop, currency="xyz")).param == "currency"
    assert refused(lambda: intend(shop, amount="")).param == "amount"


def test_sent_again_by_the_gateway_itself(shop: Shop) -> None:
    """A wallet that does not get through is processing; it is told once, and paid in the end."""
    shop.play("{when: {operation: authorize}, fault: {retrying: {tries: 2, every: 5s}}}")
    intent = pay(shop, shop.client.v1.payment_methods.create({"type": "wallet"}).id)
    assert (intent.status, intent.amount_received) == ("processing", 0)
    shop.advance("60s")
    assert now(shop, intent).status == "succeeded"
    assert told(shop)[-2:] == ["charge.succeeded", "payment_intent.succeeded"]
    shop.http.complaints.clear()  # wallets are no type of Stripe's


def test_held_and_taken_late(shop: Shop) -> None:
    """A capture that is not done yet is processing, and then what was asked for is taken."""
    held = pay(shop, capture_method="manual")
    shop.play("{when: {operation: capture}, fault: {late_success: {after: 30s, told: processing}}}")
    taken = shop.client.v1.payment_intents.capture(held.id, {"amount_to_capture": 700})
    assert (taken.status, taken.amount_received) == ("processing", 0)
    shop.advance("31s")
    assert now(shop, held).amount_received == 700


@pytest.mark.parametrize("name", ["apply_customer_balance", "verify_microdeposits"])
def test_what_is_not_here(shop: Shop, name: str) -> None:
    """An endpoint of Stripe's that is not here says so, and does nothing."""
    call: Any = getattr(shop.client.v1.payment_intents, name)
    assert "does not support" in refused(lambda: call(intend(shop).id)).user_message
