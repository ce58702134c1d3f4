"""Scenes that are another in Stripe's words, by the scene of the native API that they stand for."""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

import aiohttp

from simulator.journal.entry import Delivery
from tests.hosted.kit import GOOD, Payer
from tests.scenarios import after, pages, risk, wallet
from tests.scenarios.declines import declined
from tests.scenarios.script import AMOUNT, Step
from tests.scenarios.stage import Act, Stage
from tests.stripe.library.stage import StripeStage


def _ours(here: Stage) -> StripeStage:
    return cast("StripeStage", here)


async def _charge_of(here: Stage, intent: str) -> dict[str, Any]:
    """The last charge of an intent."""
    at = f"/v1/payment_intents/{intent}?expand[]=latest_charge"
    charge: dict[str, Any] = (await _ours(here).stripe("GET", at))["latest_charge"]
    return charge


def refund_fails(arm: str, told: str) -> Act:
    """It is accepted, and comes back: the refund has failed, and the charge is whole again."""

    async def play(here: Stage) -> None:
        order, intent, back = await _struck_refund(here, f"comes-back/{arm}")
        assert back["status"] == told
        await here.advance(6)
        came_back = await _ours(here).stripe("GET", f"/v1/refunds/{back['id']}")
        assert came_back["status"] == "failed"
        assert came_back["failure_reason"] == "expired_or_canceled_card"
        assert came_back["failure_balance_transaction"]
        assert (await _charge_of(here, intent))["amount_refunded"] == 0
        assert await here.taken(order) == AMOUNT
        tries = await here.tried(order, 2)
        assert "refund.failed" in {each.name for each in tries}

    return Act("refund_failed", play)


async def _struck_refund(here: Stage, hit: str) -> tuple[str, str, dict[str, Any]]:
    """An order whose refund the rule strikes, its intent, and the refund."""
    for number in range(1, 200):
        order = f"{hit}-{number}".replace("/", "-")
        paid = await here.it.call("POST", "/v1/payments", here.payment(order))
        form = {"payment_intent": paid.body["id"]}
        back = await _ours(here).stripe("POST", "/v1/refunds", form)
        if hit in here.hits(order):
            return order, paid.body["id"], back
    raise AssertionError(f"no refund met {hit}")


async def reversed_later(here: Stage) -> None:
    """A true yes, and ten seconds later the money is gone; the event says so."""
    paid = await here.meet("issuer-changes-its-mind")
    order, name = paid.body["order_id"], paid.body["id"]
    assert paid.body["status"] == "captured"
    await here.advance(11)
    lost = (await here.it.call("GET", f"/v1/payments/{name}")).body
    assert (lost["status"], lost["failure"]) == ("failed", "reversed_after_approval")
    assert (await _charge_of(here, name))["status"] == "failed"
    tries = await here.tried(order, 2)
    told = ["payment_intent.succeeded", "payment_intent.payment_failed"]
    assert [each.name for each in tries] == told
    assert {each.type for each in tries} == {"payment.captured", "payment.reversed"}
    again = await here.it.call("POST", "/v1/refunds", {"payment": name})
    assert again.status == 400, again


def disputed(arm: str, *, evidence: bool, won: bool) -> Act:
    """Withdrawn at once; with evidence and a good case it comes back."""

    async def play(here: Stage) -> None:
        paid = await here.meet(f"payer-goes-to-the-bank/{arm}")
        await here.advance(11)
        assert (await _charge_of(here, paid.body["id"]))["disputed"] is True
        at = f"/v1/disputes?payment_intent={paid.body['id']}"
        (dispute,) = (await _ours(here).stripe("GET", at))["data"]
        assert (dispute["status"], dispute["amount"]) == ("needs_response", AMOUNT)
        assert [each["amount"] for each in dispute["balance_transactions"]] == [-AMOUNT]
        if evidence:
            form = {"evidence": {"uncategorized_text": "delivered on Monday"}}
            sent = await _ours(here).stripe("POST", f"/v1/disputes/{dispute['id']}", form)
            assert sent["status"] == "under_review"
        await here.advance(3700)
        ended = await _ours(here).stripe("GET", f"/v1/disputes/{dispute['id']}")
        assert ended["status"] == ("won" if won else "lost")
        back = sum(each["amount"] for each in ended["balance_transactions"])
        assert back == (0 if won else -AMOUNT)

    return Act("disputed", play)


async def _moved(here: Stage, charge: str | None = None) -> list[dict[str, Any]]:
    """What moved on the balance, or what a charge moved there."""
    at = "/v1/balance_transactions?limit=100" + (f"&source={charge}" if charge else "")
    found: list[dict[str, Any]] = (await _ours(here).stripe("GET", at))["data"]
    return found


async def left_out(here: Stage, order: str, intent: str) -> None:
    """The charge stands, and on the balance there is nothing of it."""
    charge = await _charge_of(here, intent)
    assert (charge["amount_captured"], charge["balance_transaction"]) == (AMOUNT, None)
    assert await _moved(here, charge["id"]) == []


async def listed_twice(here: Stage, order: str, intent: str) -> None:
    """Beside its own movement there is one of a charge that nobody can find."""
    charge = await _charge_of(here, intent)
    assert [each["amount"] for each in await _moved(here, charge["id"])] == [AMOUNT]
    (phantom,) = [each for each in await _moved(here) if not await _is_there(here, each["source"])]
    assert phantom["amount"] == AMOUNT


async def another_amount(here: Stage, order: str, intent: str) -> None:
    """One movement, with one unit of the currency too little in it."""
    charge = await _charge_of(here, intent)
    (moved,) = await _moved(here, charge["id"])
    assert (moved["id"], moved["amount"]) == (charge["balance_transaction"], AMOUNT - 100)


async def _is_there(here: Stage, charge: str) -> bool:
    answer = await _ours(here).it.stripe("GET", f"/v1/charges/{charge}")
    assert answer.status in {200, 404}, answer
    return answer.status == 200


async def settles_late(here: Stage) -> None:
    """Not today, but tomorrow."""
    paid = await here.meet("settlement-stands-still")
    charge = await _charge_of(here, paid.body["id"])
    assert (charge["captured"], charge["balance_transaction"]) == (True, None)
    await here.advance(86_400)
    (moved,) = await _moved(here, charge["id"])
    assert moved["amount"] == AMOUNT
    assert (await _charge_of(here, paid.body["id"]))["balance_transaction"] == moved["id"]


async def refused_in_the_end(here: Stage) -> None:
    """Three of ten reviews end badly; until then an intent is processing."""
    made = [await here.it.pay(f"odd{number}") for number in range(120)]
    waiting = [answer.body["id"] for answer in made if answer.body["status"] == "processing"]
    await here.advance(60)
    ends = [(await here.it.call("GET", f"/v1/payments/{name}")).body for name in waiting]
    assert {end["status"] for end in ends} == {"captured", "failed"}
    assert {end["failure"] for end in ends if end["status"] == "failed"} == {"risk_blocked"}


async def shop_is_told_by_hand(here: Stage) -> None:
    """Two messages are lost; sent by hand once more one arrives, and lets the payment through.

    Stripe's next try of its own would come when the payment has long given up.
    """
    order = await wallet._struck(here, "shop-does-not-answer")
    (first,) = await _tries(here, order, 1)
    for number in (2, 3):
        at = f"/deliveries/{first.event}/replay?endpoint={first.endpoint}"
        await here.control("POST", at)
        tries = await _tries(here, order, number)
    assert {line.event for line in tries} == {first.event}
    assert [line.acknowledged for line in tries] == [False, False, True]
    assert "message-not-taken" in here.hits(order)
    await wallet._soon(here, order, "captured")
    assert await here.taken(order) == AMOUNT


async def _tries(here: Stage, order: str, number: int) -> list[Delivery]:
    """The first tries to bring news that a payment goes on trying, as soon as there are so many."""
    async with asyncio.timeout(5):
        while True:
            found = [each for each in here.deliveries(order) if each.type == "payment.retrying"]
            if len(found) >= number:
                return found[:number]
            await asyncio.sleep(0.005)


async def form_sent_again(here: Stage) -> None:
    """The charge stands and its answer is lost: the stale form, sent again, finds it paid."""
    order = here.cast(Step(hit="answer-lost", failure="client_failure", sees=""))
    async with aiohttp.ClientSession() as session:
        payer = Payer(here.it, session)
        path = await payer.checkout(order_id=order, amount=AMOUNT)
        card = {"method": "card", "number": GOOD, "expiry": "12/30", "cvc": "123"}
        form = (await payer.look(path)).hidden | card
        try:
            seen = await payer.send(path, form)
        except aiohttp.ClientError:
            seen = await payer.send(path, form)
        assert "answer-lost" in here.hits(order)
        assert seen.path == "/health"  # where the shop has its payers sent
        assert await here.taken(order) == AMOUNT


#: By scenario and the name of the native scene, in the order of the row.
INSTEAD: Final[dict[tuple[str, str], tuple[Act | Step, ...]]] = {
    ("after/refund-fails", after.refund_fails.__name__): (
        refund_fails("while-pending", "pending"),
        refund_fails("after-it-was-done", "succeeded"),
    ),
    ("after/reversed", after.reversed_later.__name__): (
        Act("reversed_after_approval", reversed_later),
    ),
    ("after/disputed", after.disputed.__name__): (
        disputed("nothing-arrived", evidence=True, won=True),
        disputed("nothing-arrived", evidence=False, won=False),
        disputed("it-was-not-me", evidence=True, won=False),
    ),
    ("after/statement-differences", after.statement_row.__name__): (
        after.statement_row("the-books-are-wrong/left-out", left_out),
        after.statement_row("the-books-are-wrong/listed-twice", listed_twice),
        after.statement_row("the-books-are-wrong/another-amount", another_amount),
    ),
    ("after/settlement-delayed", after.settles_late.__name__): (
        Act("settlement_delayed", settles_late),
    ),
    ("after/notices-lost", after.no_sms.__name__): (
        declined("card-is-empty", "insufficient_funds"),
    ),
    ("pages/result-not-shown", pages.lost.__name__): (Act("client_failure", form_sent_again),),
    ("wallet/merchant-endpoint-fails", wallet.shop_comes_back.__name__): (
        Act("customer_action_pending", shop_is_told_by_hand),
    ),
    ("risk/under-review", risk.refused_in_the_end.__name__): (
        Act("risk_blocked", refused_in_the_end),
    ),
}
