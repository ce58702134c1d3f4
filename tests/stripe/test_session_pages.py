"""What becomes of checkout sessions when payers pay at their pages."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from simulator.assembly import Settings
from tests.stripe.kit import Shop, running
from tests.stripe.pages import BROKE, DONE, EMAIL, SECURE, SITE, Payer, now, opened, told

COMPLETED = "checkout.session.completed"


@pytest.fixture(name="payer")
def _payer() -> Payer:
    return Payer()


def late(shop: Shop, what: str) -> None:
    """Let charges take money a minute later, and tell this meanwhile."""
    shop.play(
        f"{{when: {{operation: authorize}}, fault: {{late_success: {{after: 60s, told: {what}}}}}}}"
    )


def payments(shop: Shop) -> list[dict[str, Any]]:
    """All payments of the account, as the gateway itself sees them."""
    found: list[dict[str, Any]] = shop.control("GET", "/payments")["data"]
    return found


def test_a_session_is_paid_at_its_page(shop: Shop, payer: Payer) -> None:
    """The payer lands at success_url with the session's id; session, intent and events agree."""
    session = opened(shop, payment_intent_data={"metadata": {"order_id": "ord_1"}})
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None
    assert payer.pay(session) == DONE.replace("{CHECKOUT_SESSION_ID}", session.id)
    paid = now(shop, session)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    intent = shop.client.v1.payment_intents.retrieve(
        paid.payment_intent, {"expand": ["latest_charge", "payment_method"]}
    )
    assert (intent.status, intent.amount_received) == ("succeeded", 3000)
    assert intent.metadata.order_id == "ord_1"
    assert isinstance(intent.payment_method, stripe.PaymentMethod)
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert intent.payment_method.card is not None
    assert intent.payment_method.card.last4 == "4242"
    assert intent.payment_method.billing_details.email == paid.customer_details.email == EMAIL
    assert intent.latest_charge.payment_method == intent.payment_method.id
    assert told(shop) == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", COMPLETED,
    ]  # fmt: skip
    (event,) = shop.client.v1.events.list({"type": COMPLETED}).data
    assert event.data.object["id"] == session.id
    assert event.data.object["payment_status"] == "paid"


def test_a_decline_leaves_it_open(shop: Shop, payer: Payer) -> None:
    """Another card then pays the same intent, which tells why the first did not."""
    session = opened(shop)
    assert payer.pay(session, BROKE).startswith(session.url)
    declined = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (declined.status, declined.payment_status) == ("open", "unpaid")
    intent: Any = declined.payment_intent
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.decline_code == "insufficient_funds"
    assert intent.last_payment_error.payment_method.card.last4 == "9995"
    payer.pay(session)
    paid = now(shop, session)
    assert (paid.status, paid.payment_intent) == ("complete", intent.id)
    assert [each["status"] for each in payments(shop)] == ["failed", "captured"]
    assert told(shop) == [
        "payment_intent.created", "charge.failed", "payment_intent.payment_failed",
        "charge.succeeded", "payment_intent.succeeded", COMPLETED,
    ]  # fmt: skip


def test_by_challenge(shop: Shop, payer: Payer) -> None:
    """While the payer proves who pays the session stays open; the proof pays it."""
    session = opened(shop)
    proof = payer.pay(session, SECURE)
    waits = now(shop, session)
    assert (waits.status, waits.payment_status) == ("open", "unpaid")
    assert payer.post(payer.look(proof), proof, action="approve").startswith(SITE)
    assert now(shop, session).payment_status == "paid"
    assert told(shop)[-1] == COMPLETED


def test_a_challenge_that_fails(shop: Shop, payer: Payer) -> None:
    """The payer is back at the page and may pay by another card."""
    session = opened(shop)
    proof = payer.pay(session, SECURE)
    assert payer.post(payer.look(proof), proof, action="reject").startswith(session.url)
    assert now(shop, session).status == "open"
    assert payer.pay(session).startswith(SITE)


def test_the_shop_can_ask_for_the_proof(shop: Shop, payer: Payer) -> None:
    """By request_three_d_secure even a card that needs none is asked."""
    options = {"card": {"request_three_d_secure": "challenge"}}
    session = opened(shop, payment_method_options=options)
    proof = payer.pay(session, "4000000000003055")
    assert "/auth_" in proof
    assert payer.post(payer.look(proof), proof, action="approve").startswith(SITE)


def test_money_that_is_only_held(shop: Shop, payer: Payer) -> None:
    """By manual capture the session is complete and unpaid until the shop takes the money."""
    session = opened(shop, payment_intent_data={"capture_method": "manual"})
    assert payer.pay(session).startswith(SITE)
    held = now(shop, session)
    assert (held.status, held.payment_status) == ("complete", "unpaid")
    shop.client.v1.payment_intents.capture(held.payment_intent)
    assert now(shop, session).payment_status == "paid"
    assert [each for each in told(shop) if each.startswith("checkout")] == [COMPLETED]


def test_money_that_comes_later(shop: Shop, payer: Payer) -> None:
    """The payer goes on at once; the session is paid, and tells so, when the money is there."""
    late(shop, "processing")
    session = opened(shop)
    assert payer.pay(session).startswith(SITE)
    waits = now(shop, session)
    assert (waits.status, waits.payment_status) == ("complete", "unpaid")
    shop.advance("2m")
    assert now(shop, session).payment_status == "paid"
    names = [each for each in told(shop) if each.startswith("checkout")]
    assert names == [COMPLETED, "checkout.session.async_payment_succeeded"]


def test_money_that_does_not_come(shop: Shop, payer: Payer) -> None:
    """What was processing is rejected: told, and the page takes nothing more."""
    shop.play("{when: {operation: authorize}, fault: {review: {lasts: 60s, approves: 0%}}}")
    session = opened(shop)
    assert payer.pay(session).startswith(SITE)
    shop.advance("2m")
    lost = now(shop, session)
    assert (lost.status, lost.payment_status) == ("complete", "unpaid")
    names = [each for each in told(shop) if each.startswith("checkout")]
    assert names == [COMPLETED, "checkout.session.async_payment_failed"]
    assert payer.look(session.url).headers["Location"].startswith(SITE)


def test_nobody_knows_for_a_while(shop: Shop, payer: Payer) -> None:
    """The page waits with the payer; the session is open, and cannot be expired meanwhile."""
    late(shop, "unknown")
    session = opened(shop)
    assert payer.pay(session).startswith(session.url)
    waits = now(shop, session)
    assert (waits.status, waits.payment_status) == ("open", "unpaid")
    intent = shop.client.v1.payment_intents.retrieve(waits.payment_intent)
    assert intent.status == "processing"
    with pytest.raises(stripe.InvalidRequestError, match="being processed"):
        shop.client.v1.checkout.sessions.expire(session.id)
    shop.advance("2m")
    assert now(shop, session).payment_status == "paid"
    assert payer.look(session.url).headers["Location"].startswith(SITE)
    assert told(shop)[-1] == COMPLETED


def test_told_as_failed_and_taken_later(shop: Shop, payer: Payer) -> None:
    """The late charge completes a session that looked declined, even after the last try failed."""
    late(shop, "failed")
    session = opened(shop)
    payer.pay(session)
    shop.play("{when: {operation: query}, fault: {slow: {fixed: 1ms}}}")
    payer.pay(session, BROKE)
    assert now(shop, session).status == "open"
    shop.advance("2m")
    paid = now(shop, session)
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    intent = shop.client.v1.payment_intents.retrieve(paid.payment_intent)
    assert intent.status == "succeeded"
    assert payer.look(session.url).headers["Location"].startswith(SITE)


def test_a_double_charge_is_told_once(shop: Shop, payer: Payer) -> None:
    """Two charges, one session that is completed once."""
    shop.play("{when: {operation: authorize}, fault: duplicate_charge}")
    session = opened(shop)
    payer.pay(session)
    assert [each["status"] for each in payments(shop)] == ["captured", "captured"]
    assert told(shop).count("charge.succeeded") == 2
    assert told(shop).count(COMPLETED) == 1


def test_a_stale_answer(shop: Shop, payer: Payer) -> None:
    """A read that lags behind does not know that it was paid."""
    shop.play("{first: 1, when: {operation: query}, fault: stale_read}")
    session = opened(shop)
    payer.pay(session)
    lagging = now(shop, session)
    assert (lagging.status, lagging.payment_status) == ("open", "unpaid")
    assert lagging.payment_intent is None
    assert now(shop, session).payment_status == "paid"


def test_a_page_in_time(shop: Shop, payer: Payer) -> None:
    """When the time is up it is expired by itself, says so, and leads back to the shop."""
    session = opened(shop, cancel_url=SITE + "/cart")
    shop.advance("25h")
    over = now(shop, session)
    assert (over.status, over.payment_status, over.url) == ("expired", "unpaid", None)
    assert told(shop) == ["checkout.session.expired"]
    page = payer.look(session.url)
    assert "session has ended" in page.text
    assert f'href="{SITE}/cart"' in page.text
    assert payer.pay(session).startswith(session.url)
    assert payments(shop) == []


def test_a_proof_under_way_outlasts_the_time(shop: Shop, payer: Payer) -> None:
    """Nothing is told as expired that may still be paid."""
    session = opened(shop)
    shop.advance("1439m")
    proof = payer.pay(session, SECURE)
    shop.advance("2m")
    assert now(shop, session).status == "open"
    assert payer.post(payer.look(proof), proof, action="approve").startswith(SITE)
    assert now(shop, session).payment_status == "paid"
    assert "checkout.session.expired" not in told(shop)


def test_expired_by_the_shop(shop: Shop, payer: Payer) -> None:
    """A proof that is under way is called off; the page takes nothing any more."""
    session = opened(shop)
    proof = payer.pay(session, SECURE)
    over = shop.client.v1.checkout.sessions.expire(session.id)
    assert (over.status, over.url) == ("expired", None)
    payer.post(payer.look(proof), proof, action="approve")
    payer.pay(session)
    assert [each["status"] for each in payments(shop)] == ["canceled"]
    assert told(shop)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        shop.client.v1.checkout.sessions.expire(session.id)


def test_the_intent_of_an_open_session(shop: Shop, payer: Payer) -> None:
    """It can be neither confirmed nor canceled by itself: the session is expired instead."""
    session = opened(shop)
    payer.pay(session, BROKE)
    intent = str(now(shop, session).payment_intent)
    with pytest.raises(stripe.InvalidRequestError, match="Checkout"):
        shop.client.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    with pytest.raises(stripe.InvalidRequestError, match="Checkout"):
        shop.client.v1.payment_intents.cancel(intent)


def test_after_a_restart(tmp_path: Path, payer: Payer) -> None:
    """What was tried before the gateway ended is known to the next, on the same journal."""
    settings = Settings(port=0, backup_port=0, control_port=0, journal=tmp_path / "journal.jsonl")
    with running(settings) as gateway:
        before = Shop(gateway, "again")
        session = opened(before)
        payer.pay(session, BROKE)
        tried = now(before, session)
        paid = opened(before)
        payer.pay(paid)
        names = told(before)
    with running(settings) as gateway:
        shop = Shop(gateway, "again")
        assert now(shop, tried).payment_intent == tried.payment_intent
        assert now(shop, paid).payment_status == "paid"
        assert told(shop) == names
        moved = SimpleNamespace(url=gateway.primary + urlsplit(session.url).path)
        assert payer.pay(moved).startswith(SITE)
        assert now(shop, session).payment_status == "paid"
        shop.advance("25h")
        assert now(shop, session).status == "complete"
        assert "checkout.session.expired" not in told(shop)
