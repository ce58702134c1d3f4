"""3-D Secure by Stripe's library: who has to prove what, where, and what comes of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import stripe

from tests.stripe.kit import Shop
from tests.stripe.shopping import DONE, SECURE, act, now, page_of, pay, refused, told

FAILURE = "payment_intent_authentication_failure"


def leave(intent: Any, action: str) -> Any:
    """A browser without JavaScript sends the form; returns where it is sent at once."""
    answer = requests.post(
        page_of(intent),
        data={"action": action},
        headers={"Accept": "text/html"},
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 303
    return urlsplit(answer.headers["Location"])


def test_where_the_payer_has_to_go(shop: Shop) -> None:
    """With an address to come back to there is a redirect, without one it is Stripe.js's affair."""
    there = pay(shop, SECURE, return_url=DONE)
    assert (there.status, there.amount_received) == ("requires_action", 0)
    assert there.next_action.type == "redirect_to_url"
    assert there.next_action.redirect_to_url.return_url == DONE
    assert pay(shop, SECURE).next_action.type == "use_stripe_sdk"
    assert pay(shop, SECURE, return_url=DONE, use_stripe_sdk=True).next_action.type == (
        "use_stripe_sdk"
    )
    assert told(shop)[:2] == ["payment_intent.created", "payment_intent.requires_action"]


@pytest.mark.parametrize(
    ("action", "said", "status"),
    [("approve", "succeeded", "succeeded"), ("reject", "failed", "requires_payment_method"),
     ("cancel", "failed", "requires_payment_method")],
)  # fmt: skip
def test_back_at_the_shop(shop: Shop, action: str, said: str, status: str) -> None:
    """The payer comes back with the intent, its secret and the result; what stood there stays."""
    intent = pay(shop, SECURE, return_url=DONE)
    back = leave(intent, action)
    assert (back.scheme, back.netloc, back.path, back.fragment) == (
        "https", "shop.example", "/done", "top",
    )  # fmt: skip
    assert parse_qs(back.query) == {
        "cart": ["7"],
        "payment_intent": [intent.id],
        "payment_intent_client_secret": [intent.client_secret],
        "redirect_status": [said],
    }
    after = now(shop, intent)
    assert after.status == status
    again = requests.get(
        page_of(intent), headers={"Accept": "text/html"}, allow_redirects=False, timeout=10
    )
    assert again.headers["Location"] == back.geturl()
    if said == "failed":
        assert (after.last_payment_error.code, after.latest_charge) == (FAILURE, None)
        assert told(shop)[-1] == "payment_intent.payment_failed"


def test_what_the_charge_tells_of_it(shop: Shop) -> None:
    """A challenge that was passed stands in the charge, with who is liable."""
    intent = pay(shop, SECURE, return_url=DONE)
    act(intent)
    secure = now(shop, intent).latest_charge.payment_method_details.card.three_d_secure
    assert (secure.authentication_flow, secure.result) == ("challenge", "authenticated")
    assert secure.electronic_commerce_indicator == "05"


@pytest.mark.parametrize(
    ("result", "flow", "told_as"),
    [
        ("frictionless", "frictionless", "authenticated"),
        ("attempted", "frictionless", "attempt_acknowledged"),
    ],
)
def test_a_proof_that_nobody_notices(shop: Shop, result: str, flow: str, told_as: str) -> None:
    """The bank decides by itself; the charge says how."""
    shop.play(f"{{when: {{operation: authorize}}, fault: {{three_ds: {result}}}}}")
    secure = now(shop, pay(shop)).latest_charge.payment_method_details.card.three_d_secure
    assert (secure.authentication_flow, secure.result) == (flow, told_as)


def test_no_from_the_bank_at_once(shop: Shop) -> None:
    """A bank that says no by itself raises an error, and no charge is made."""
    shop.play("{when: {operation: authorize}, fault: {three_ds: rejected}}")
    error = refused(lambda: pay(shop), stripe.CardError)
    assert error.code == FAILURE
    assert error.error.payment_intent.latest_charge is None


@pytest.mark.parametrize(
    ("result", "wait", "status"),
    [
        ("challenge", "11m", "requires_payment_method"),
        ("abandoned", "1m", "requires_payment_method"),
        ("decoupled", "1m", "succeeded"),
    ],
)
def test_time_goes_by(shop: Shop, result: str, wait: str, status: str) -> None:
    """A challenge that nobody answers fails; one that is approved elsewhere succeeds."""
    shop.play(f"{{when: {{operation: authorize}}, fault: {{three_ds: {result}}}}}")
    intent = pay(shop, return_url=DONE)
    assert intent.status == "requires_action"
    shop.advance(wait)
    assert now(shop, intent).status == status


def test_another_card_after_a_challenge_that_failed(shop: Shop) -> None:
    """The same intent is paid in the end."""
    intent = pay(shop, SECURE)
    act(intent, "reject")
    api = shop.client.v1.payment_intents
    assert api.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


def test_confirmed_again_while_the_payer_is_away(shop: Shop) -> None:
    """The first page is worth nothing any more; there is no canceled intent in it for anybody."""
    first = pay(shop, SECURE)
    second = shop.client.v1.payment_intents.confirm(first.id)
    assert page_of(second) != page_of(first)
    assert act(first) == 409
    assert now(shop, first).status == "requires_action"
    act(second)
    assert now(shop, first).amount_received == 1999
    assert "payment_intent.canceled" not in told(shop)


def test_called_off_meanwhile(shop: Shop) -> None:
    """A canceled intent cannot be approved any more, and the browser goes back all the same."""
    intent = pay(shop, SECURE, return_url=DONE)
    assert shop.client.v1.payment_intents.cancel(intent.id).status == "canceled"
    assert act(intent) == 409
    assert "redirect_status=failed" in leave(intent, "approve").query
    assert now(shop, intent).amount_received == 0


def test_in_two_steps(shop: Shop) -> None:
    """With manual confirmation nothing is charged before the shop has asked again."""
    intent = pay(shop, SECURE, confirmation_method="manual", return_url=DONE)
    assert "redirect_status=succeeded" in leave(intent, "approve").query
    proved = now(shop, intent)
    assert (proved.status, proved.latest_charge, proved.next_action) == (
        "requires_confirmation", None, None,
    )  # fmt: skip
    shop.advance("2h")
    assert shop.client.v1.payment_intents.confirm(intent.id).status == "succeeded"
    charge = now(shop, intent).latest_charge
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert told(shop) == [
        "payment_intent.created", "payment_intent.requires_action", "charge.succeeded",
        "payment_intent.succeeded",
    ]  # fmt: skip


def test_in_two_steps_the_bank_may_still_say_no(shop: Shop) -> None:
    """What the scenario has in store for the charge comes with the second step."""
    shop.play("{when: {operation: authorize}, fault: {decline: insufficient_funds}}")
    intent = pay(shop, SECURE, confirmation_method="manual")
    act(intent)
    confirm = shop.client.v1.payment_intents.confirm
    error = refused(lambda: confirm(intent.id), stripe.CardError)
    assert error.error.decline_code == "insufficient_funds"


def test_who_asks_for_it(shop: Shop) -> None:
    """The shop may want a proof itself: a challenge, or whatever the bank is content with."""

    def statuses(wish: str) -> set[str]:
        options = {"card": {"request_three_d_secure": wish}}
        tokens = (f"tok_visa_DE_{n}" for n in range(12))
        return {pay(shop, each, payment_method_options=options).status for each in tokens}

    assert statuses("automatic") == {"succeeded"}
    assert statuses("challenge") == {"requires_action"}
    assert statuses("any") == {"succeeded", "requires_action"}
    shop.http.complaints.clear()  # Stripe's document is older than `challenge`
    options = {"card": {"request_three_d_secure": "any"}}
    assert pay(shop, "pm_card_threeDSecureOptional", payment_method_options=options).status == (
        "requires_action"
    )
    amex = now(shop, pay(shop, "pm_card_amex", payment_method_options=options)).latest_charge
    assert amex.payment_method_details.card.three_d_secure.result == "not_supported"


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("pm_card_threeDSecureRequiredChargeDeclined", "card_declined"),
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "card_declined"),
    ],
)
def test_approved_and_declined(shop: Shop, card: str, code: str) -> None:
    """The payer proves it, and the bank says no to the charge."""
    intent = pay(shop, card)
    act(intent)
    after = now(shop, intent)
    assert (after.status, after.last_payment_error.code) == ("requires_payment_method", code)
    assert after.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"


def test_a_code_in_place_of_a_button(shop: Shop) -> None:
    """A bank that sends a code is a challenge like any other."""
    shop.play("{when: {operation: authorize}, fault: {otp: {}}}")
    intent = pay(shop, return_url=DONE, receipt_email="ann@example.com")
    code = shop.control("GET", "/inbox")["data"][0]["code"]
    typed = {"action": "submit_code", "code": code}
    assert requests.post(page_of(intent), json=typed, timeout=10).json()["status"] == "succeeded"
    assert now(shop, intent).status == "succeeded"
