"""Holds that nobody captures: they end by themselves after seven days."""

from __future__ import annotations

from typing import Any

import stripe

from simulator.gateway.timers import may_move_money
from tests.stripe.counter import CHANNEL, Counter
from tests.stripe.kit import Shop
from tests.stripe.shopping import SECURE, act, now, pay, refused, told

WEEK_S = 7 * 86_400
HELD = "amount=1999&currency=usd&capture_method=manual&payment_method=pm_card_visa&confirm=true"


def before(intent: Any) -> int:
    """Until when the charge of an intent has to be captured."""
    return int(intent.latest_charge.payment_method_details.card.capture_before)


def test_a_hold_ends_after_seven_days(shop: Shop) -> None:
    """The intent is canceled by the gateway, its charge expired; nothing can be captured."""
    held = now(shop, pay(shop, capture_method="manual"))
    assert abs(before(held) - held.created - WEEK_S) <= 1
    shop.advance("6d")
    assert now(shop, held).status == "requires_capture"
    shop.advance("25h")
    gone = now(shop, held)
    assert (gone.status, gone.cancellation_reason) == ("canceled", "automatic")
    assert (gone.amount_capturable, gone.amount_received) == (0, 0)
    assert (gone.latest_charge.captured, gone.latest_charge.refunded) == (False, True)
    assert told(shop)[-2:] == ["charge.expired", "payment_intent.canceled"]
    capture = shop.client.v1.payment_intents.capture
    assert refused(lambda: capture(held.id)).code == "payment_intent_unexpected_state"
    assert not shop.http.complaints


def test_what_was_captured_stays(shop: Shop) -> None:
    """So does what was canceled by hand, and what was taken at once has no such moment."""
    taken, called_off = (pay(shop, capture_method="manual") for _ in range(2))
    at_once = now(shop, pay(shop))
    assert "capture_before" not in at_once.latest_charge.payment_method_details.card
    shop.client.v1.payment_intents.capture(taken.id)
    shop.client.v1.payment_intents.cancel(called_off.id)
    count = len(told(shop))
    shop.advance("8d")
    assert now(shop, taken).status == "succeeded"
    assert now(shop, called_off).cancellation_reason is None
    assert len(told(shop)) == count


def test_the_time_counts_from_the_hold(shop: Shop) -> None:
    """A payer who proves it later has not used any of it up."""
    intent = pay(shop, SECURE, capture_method="manual")
    shop.advance("5m")
    act(intent)
    assert 300 <= before(now(shop, intent)) - intent.created - WEEK_S <= 302


def test_charges_of_old_expire_too(shop: Shop) -> None:
    """And say so to whoever wants to capture them."""
    charges = shop.client.v1.charges
    held = charges.create(
        {"amount": 500, "currency": "usd", "source": "tok_visa", "capture": False}
    )
    shop.advance("8d")
    error = refused(lambda: charges.capture(held.id), stripe.InvalidRequestError)
    assert error.code == "charge_expired_for_capture"
    assert told(shop)[-1] == "charge.expired"


def test_nobody_waits_for_it(shop: Shop) -> None:
    """A drill that settles is not kept by a hold: no money of the merchant's moves."""
    pay(shop, capture_method="manual")
    assert shop.control("GET", "")["pending"]["late"] == 0


def test_what_is_in_store_comes_first(shop: Shop) -> None:
    """The issuer may take a hold back before its time; else it goes on to its end."""
    fault = "{reversed_after_approval: {after: 1h}}"
    shop.play(f"{{name: r, when: {{operation: authorize}}, fault: {fault}}}")
    held = pay(shop, capture_method="manual", metadata={"order_id": "o1"})
    shop.advance("2h")
    assert now(shop, held).status == "canceled"
    count = len(told(shop))
    shop.advance("8d")
    assert len(told(shop)) == count


def test_a_restart_keeps_it() -> None:
    """The same journal, and the same end."""
    counter = Counter()
    assert counter.ask("POST", "/v1/payment_intents", HELD).status == 200
    (payment,) = counter.account.store.channel(CHANNEL).payments()
    assert payment.held_until > 0
    assert not may_move_money(payment)
    again = counter.restarted()
    again.wait(WEEK_S - 60)
    assert again.told()[-1] == "payment_intent.amount_capturable_updated"
    again.wait(120)
    assert again.told()[-2:] == ["charge.expired", "payment_intent.canceled"]
    (ended,) = again.account.store.channel(CHANNEL).payments()
    assert ended.status == "canceled"
