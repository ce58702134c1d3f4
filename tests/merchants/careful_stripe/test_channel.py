"""What the careful shop asks Stripe, in which order, and what it makes of the answers."""

from __future__ import annotations

from typing import Any

from simulator.merchants.careful.channel import Kind
from simulator.merchants.careful.notices import Notice
from simulator.merchants.careful.records import Order, Payment, Refund
from simulator.merchants.careful_stripe.channel import StripeChannel
from tests.merchants.careful_stripe.scripted import (
    Bench,
    Said,
    charge,
    error,
    intent,
    listed,
    order,
    scripted,
    tried,
)

MADE: Said = (200, intent("requires_payment_method"))
CREATE = "POST /v1/payment_intents"
CONFIRM = "POST /v1/payment_intents/pi_1/confirm"
CANCEL = "POST /v1/payment_intents/pi_1/cancel"
RETRIEVE = "GET /v1/payment_intents/pi_1"
CHARGES = "GET /v1/charges"


def channel(bench: Bench) -> StripeChannel:
    """The shop's account there."""
    return StripeChannel("primary", bench.stripe.url, bench.settings, bench.session)


def paid(main: str | None = "ch_1") -> Order:
    """An order whose intent is known to be paid."""
    placed = order()
    tried(placed)
    placed.learn(Payment("pi_1", "primary", "captured", 500, 1, charge=main))
    return placed


async def test_an_intent_is_made_and_then_confirmed_each_under_a_key_of_the_attempt() -> None:
    """The order stands in the metadata; amount and currency are Stripe's way."""
    async with scripted(MADE, (200, intent())) as bench:
        placed = order(payer={"name": "Erika", "country": "DE", "email": None})
        attempt = placed.begin("primary")
        reply = await channel(bench).charge(placed, attempt, None)
        made, confirmed = bench.stripe.asked
    assert attempt.handle == "pi_1"
    assert [(each.id, each.status, each.charge) for each in reply.payments] == [
        ("pi_1", "captured", "ch_1")
    ]
    assert (made.what, made.key) == (CREATE, "o-1-1-intent")
    assert made.params == {
        "amount": "500",
        "currency": "eur",
        "metadata[order_id]": "o-1",
        "metadata[channel]": "primary",
    }
    assert (confirmed.what, confirmed.key) == (CONFIRM, "o-1-1")
    assert confirmed.params == {
        "payment_method_data[type]": "card",
        "payment_method_data[card][token]": "tok_visa_DE_1",
        "payment_method_data[billing_details][name]": "Erika",
        "payment_method_data[billing_details][address][country]": "DE",
        "return_url": "http://127.0.0.1:8000/orders/o-1",
    }


async def test_an_intent_that_nobody_confirmed_has_charged_nothing() -> None:
    """A lost answer to the first request is a no, for this time: there is nothing to doubt."""
    async with scripted((502, b"<html>")) as bench:
        reply = await channel(bench).charge(placed := order(), placed.begin("primary"), None)
        assert bench.stripe.whats == [CREATE]
    assert reply.kind is Kind.DENIED
    assert not reply.answered


async def test_a_lost_answer_to_the_second_request_is_a_doubt() -> None:
    """The name is known; the same request is sent again under the same key."""
    async with scripted(MADE, (502, b"<html>"), (200, intent())) as bench:
        placed = order()
        attempt, account = placed.begin("primary"), channel(bench)
        assert (await account.charge(placed, attempt, None)).kind is Kind.UNKNOWN
        assert (await account.charge(placed, attempt, None)).kind is Kind.TOLD
        assert bench.stripe.whats == [CREATE, CONFIRM, CONFIRM]
        assert bench.stripe.asked[1] == bench.stripe.asked[2]


async def test_a_payer_who_must_prove_it_is_sent_to_the_page() -> None:
    """The address is Stripe's, and so is the type of what is to be done there."""
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": "http://x/p", "return_url": ""}}
    said = intent("requires_action", next_action=action)
    async with scripted(MADE, (200, said)) as bench:
        placed = order()
        before = Payment("pi_0", "primary", "failed", 0, 1, failure="authentication_required")
        placed.begin("primary")
        placed.learn(before)
        attempt = placed.begin("primary")
        reply = await channel(bench).charge(placed, attempt, None)
        wish = bench.stripe.asked[1].params
    assert reply.payments[0].next_action == {"type": "redirect_to_url", "url": "http://x/p"}
    assert wish["payment_method_options[card][request_three_d_secure]"] == "any"


async def test_a_number_goes_to_stripe_and_nowhere_else() -> None:
    """The card is at hand for this one request; what is written down has none."""
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030}
    async with scripted(MADE, (200, intent())) as bench:
        placed = Order("o-1", 500, "EUR", {"type": "card"})
        await channel(bench).charge(placed, placed.begin("primary"), card)
        assert bench.stripe.asked[1].params["payment_method_data[card][number]"] == card["number"]


async def test_other_methods_go_by_their_own_name() -> None:
    """A wallet that the gateway keeps has a token."""
    async with scripted(MADE, (200, intent("processing"))) as bench:
        placed = Order("o-1", 500, "EUR", {"type": "wallet", "token": "wal_1"})
        reply = await channel(bench).charge(placed, placed.begin("primary"), None)
        wish = bench.stripe.asked[1].params
    assert (wish["payment_method_data[type]"], wish["payment_method_data[wallet][token]"]) == (
        "wallet",
        "wal_1",
    )
    assert reply.payments[0].status == "processing"


async def test_an_intent_that_was_not_tried_says_nothing_of_a_payment() -> None:
    """The confirmation may still be on its way."""
    async with scripted((200, intent("requires_payment_method"))) as bench:
        tried(placed := order())
        reply = await channel(bench).look(placed)
        assert bench.stripe.whats == [RETRIEVE]
    assert (reply.kind, reply.payments) == (Kind.TOLD, ())


async def test_after_a_crash_the_first_request_finds_the_intent_again() -> None:
    """What it is called was not on file yet; made again under its key it is the same one."""
    async with scripted(MADE, (200, intent("canceled"))) as bench:
        attempt = tried(placed := order(), "")
        reply = await channel(bench).look(placed)
        assert bench.stripe.whats == [CREATE, RETRIEVE]
        assert bench.stripe.asked[0].key == "o-1-1-intent"
    assert attempt.handle == "pi_1"
    assert [each.status for each in reply.payments] == ["canceled"]


async def test_an_attempt_that_never_got_a_name_is_not_asked_about() -> None:
    """It ended before anything could be charged."""
    async with scripted((200, {})) as bench:
        tried(placed := order(), "").over = True
        assert (await channel(bench).look(placed)).kind is Kind.TOLD
        assert bench.stripe.asked == []


async def test_of_a_paid_intent_all_charges_are_looked_at() -> None:
    """The one that it was paid by is the intent; another one is a payment of its own."""
    async with scripted(listed(charge("ch_2"), charge("ch_1"))) as bench:
        reply = await channel(bench).look(paid())
        assert bench.stripe.whats == [CHARGES]
        assert bench.stripe.asked[0].params["payment_intent"] == "pi_1"
    assert [(each.id, each.charge) for each in reply.payments] == [
        ("ch_2", "ch_2"),
        ("pi_1", "ch_1"),
    ]


async def test_money_that_is_gone_again_is_followed() -> None:
    """A charge that failed though it was captured was taken back; a dispute says how it stands."""
    gone = charge(status="failed", captured=True)
    async with scripted(listed(gone)) as bench:
        (seen,) = (await channel(bench).look(paid())).payments
    assert (seen.status, seen.amount_reversed) == ("captured", 500)
    dispute = {"id": "dp_1", "object": "dispute", "status": "needs_response", "amount": 500}
    async with scripted(listed(charge(disputed=True)), listed(dispute)) as bench:
        (seen,) = (await channel(bench).look(paid())).payments
        assert bench.stripe.asked[1].params["charge"] == "ch_1"
    assert (seen.dispute, seen.amount_disputed) == ("dp_1", 500)


async def test_a_failed_charge_is_the_intents_own_affair() -> None:
    """Why it failed stands in the intent, and nothing more was charged for it."""
    failed = intent(
        "requires_payment_method",
        latest_charge="ch_1",
        last_payment_error={"type": "card_error", "code": "expired_card"},
    )
    async with scripted((200, failed)) as bench:
        tried(placed := order())
        reply = await channel(bench).look(placed)
        assert bench.stripe.whats == [RETRIEVE]
    assert [(each.id, each.status, each.failure) for each in reply.payments] == [
        ("pi_1", "failed", "expired_card")
    ]


async def test_half_a_look_is_none() -> None:
    """The intent is known, its charges are not: then nothing is known of duplicates."""
    async with scripted((200, intent()), (500, {})) as bench:
        tried(placed := order())
        assert (await channel(bench).look(placed)).kind is Kind.UNKNOWN
        assert bench.stripe.whats == [RETRIEVE, CHARGES]


async def test_closing_cancels_what_could_still_be_paid() -> None:
    """An attempt that is over is left alone; the error for one that was paid is its answer."""
    async with scripted((200, intent("canceled"))) as bench:
        placed = order()
        tried(placed, "pi_0").over = True
        tried(placed)
        reply = await channel(bench).close(placed)
        assert bench.stripe.whats == [CANCEL]
    assert [each.status for each in reply.payments] == ["canceled"]
    paid_meanwhile = error(400, code="payment_intent_unexpected_state", payment_intent=intent())
    async with scripted(paid_meanwhile) as bench:
        tried(placed := order())
        reply = await channel(bench).close(placed)
    assert [each.status for each in reply.payments] == ["captured"]


async def test_closing_that_is_not_answered_has_not_happened() -> None:
    """It is tried again."""
    async with scripted((500, {})) as bench:
        tried(placed := order())
        assert (await channel(bench).close(placed)).kind is Kind.UNKNOWN


def _refund(**more: Any) -> dict[str, Any]:
    own = {"order_id": "o-1", "channel": "primary", "payment": "pi_1"}
    given = {"id": "re_1", "object": "refund", "amount": 500, "status": "pending"}
    return {**given, "metadata": own, **more}


async def test_a_refund_is_made_once_and_says_whose_it_is() -> None:
    """The key follows from the payment, the metadata lead back to it."""
    refund = Refund("pi_1", "primary", 500)
    async with scripted((200, _refund())) as bench:
        reply = await channel(bench).give_back(paid(), refund)
        (asked,) = bench.stripe.asked
    assert (asked.what, asked.key) == ("POST /v1/refunds", "refund-pi_1")
    assert (asked.params["charge"], asked.params["metadata[payment]"]) == ("ch_1", "pi_1")
    assert reply.refund is not None
    assert (reply.refund.id, reply.refund.status, reply.refund.payment) == (
        "re_1",
        "pending",
        "pi_1",
    )


async def test_a_refund_that_came_back_is_paid_out_by_the_bank() -> None:
    """Stripe knows no other way than the card; so this goes the native way."""
    refund = Refund("pi_1", "primary", 500, round=2)
    native = {"id": "re_2", "status": "pending", "payment": "pay_1"}
    async with scripted((201, native)) as bench:
        reply = await channel(bench).give_back(paid(), refund)
        (asked,) = bench.stripe.asked
    assert (asked.what, asked.key) == ("POST /v1/refunds", "refund-pay_1-2")
    assert reply.refund is not None


async def test_what_became_of_a_refund() -> None:
    """One that was canceled has failed, for the shop."""
    async with scripted((200, _refund(status="canceled"))) as bench:
        reply = await channel(bench).ask_refund("re_1")
    assert reply.refund is not None
    assert reply.refund.status == "failed"


async def test_a_dispute_is_answered_with_evidence_or_closed() -> None:
    """Both once, under a key."""
    evidence = {"product": "A book", "receipt": "order o-1", "notes": "Delivered."}
    async with scripted((200, {"id": "dp_1", "object": "dispute"})) as bench:
        account = channel(bench)
        assert (await account.answer("dp_1", evidence)).kind is Kind.TOLD
        assert (await account.answer("dp_2", None)).kind is Kind.TOLD
        sent, closed = bench.stripe.asked
    assert (sent.what, sent.key) == ("POST /v1/disputes/dp_1", "answer-dp_1")
    assert sent.params["submit"] == "true"
    assert sent.params["evidence[product_description]"] == "A book"
    assert closed.what == "POST /v1/disputes/dp_2/close"


async def test_payers_are_told_the_native_way() -> None:
    """Stripe sends no messages for a shop."""
    notice = Notice("failed:pi_1", "expired_card", "other_card", "Too old.", "en")
    async with scripted((201, {"status": "sent"})) as bench:
        reply = await channel(bench).tell("o-1", notice, "sms")
        assert bench.stripe.whats == ["POST /v1/notifications"]
    assert reply.delivered


async def test_a_day_is_its_balance_transactions() -> None:
    """Whose each of them is stands elsewhere; what is no payment's money is left out."""
    data = [
        {"reporting_category": "charge", "amount": 500, "source": "ch_1"},
        {"reporting_category": "refund_failure", "amount": 500, "source": "re_1"},
        {"reporting_category": "payout", "amount": -900, "source": "po_1"},
        {"reporting_category": "charge", "amount": 5, "source": None},
    ]
    moved = (
        {"id": f"txn_{n}", "object": "balance_transaction", "currency": "eur", **each}
        for n, each in enumerate(data)
    )
    async with scripted(listed(*moved)) as bench:
        reply = await channel(bench).statement("2025-11-11")
        wish = bench.stripe.asked[0].params
    assert (wish["created[gte]"], wish["created[lt]"]) == ("1762819200", "1762905600")
    assert reply.statement is not None
    assert [(row.type, row.id, row.order, row.amount, row.currency) for row in reply.statement] == [
        ("charge", "ch_1", "", 500, "EUR"),
        ("refund_failure", "re_1", "", 500, "EUR"),
    ]


async def test_whose_a_movement_is_can_be_asked() -> None:
    """A charge says it itself, a refund or dispute by its charge; of none there is no answer."""
    async with scripted((200, charge())) as bench:
        (found,) = (await channel(bench).find("ch_1")).payments
    assert (found.id, found.order_id) == ("ch_1", "o-1")
    for name, what in (("re_1", "GET /v1/refunds/re_1"), ("dp_1", "GET /v1/disputes/dp_1")):
        async with scripted((200, {"id": name, "object": "x", "charge": charge()})) as bench:
            (found,) = (await channel(bench).find(name)).payments
            assert bench.stripe.asked[0].what == what
            assert bench.stripe.asked[0].params == {"expand[0]": "charge"}
        assert found.order_id == "o-1"
    async with scripted(error(404, code="resource_missing")) as bench:
        assert (await channel(bench).find("ch_9")).kind is Kind.REJECTED
