"""What happens in the scenarios of wallet/."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from tests.scenarios.script import Step
from tests.scenarios.stage import Act, Row, Stage


def wallet(purse: str = "wal_CN_000123", amount: int = 1000) -> dict[str, Any]:
    """A payment from a wallet."""
    return {"method": {"type": "wallet", "token": purse}, "currency": "CNY", "amount": amount}


async def _state(here: Stage, order: str) -> dict[str, Any]:
    """The one payment of an order as a merchant sees it."""
    (payment,) = await here.it.find(order)
    return payment


async def _begun(here: Stage, order: str, cause: str, **pay: Any) -> None:
    """A payment that is retrying for this cause, and says what to do meanwhile."""
    answer = await here.it.pay(order, body=wallet(**pay))
    assert answer.status == 201, answer
    here.retrying(answer.body, cause, 0)
    assert await here.taken(order) == 0


def mended(
    failure: str, cause: str, token: str, *remedy: tuple[str, str, object], amount: int = 1000
) -> Act:
    """Left alone it fails by its name; with the remedy the next try goes through."""

    async def play(here: Stage) -> None:
        await _begun(here, "left-alone", cause, purse=token, amount=amount)
        await here.advance(120)
        ended = await _state(here, "left-alone")
        assert (ended["status"], ended["failure"]) == ("failed", failure)
        await _begun(here, "mended", cause, purse=token, amount=amount)
        await here.advance(15)
        here.retrying(await _state(here, "mended"), cause, 1)
        for method, path, body in remedy:
            await here.control(method, f"/wallets/{token}{path}", body)
        await here.advance(20)
        assert (await _state(here, "mended"))["status"] == "captured"
        assert await here.taken("mended") == amount

    return Act(failure, play)


def refused(failure: str, token: str, amount: int, *remedy: tuple[str, str, object]) -> Act:
    """It is refused at once; with the remedy a new payment goes through."""

    async def play(here: Stage) -> None:
        answer = await here.it.pay("refused", body=wallet(token, amount))
        assert (answer.status, answer.error["failure"]) == (402, failure)
        for method, path, body in remedy:
            await here.control(method, f"/wallets/{token}{path}", body)
        again = await here.it.pay("refused", body=wallet(token, amount))
        assert (again.status, again.body["status"]) == (201, "captured")

    return Act(failure, play)


async def cancelled_in_the_middle(here: Stage) -> None:
    """A cancel of the order ends it, and another payment may be made: one charge in the end."""
    order = await _struck(here, "no-way-through/goes-on")
    closed = await here.it.call("POST", "/v1/payments/cancel", {"order_id": order})
    assert closed.body["data"][0]["status"] == "canceled"
    await here.advance(600)
    assert await here.taken(order) == 0
    assert (await here.it.pay(order, channel="backup")).status == 201
    assert await here.taken(order) == 1000


async def left_by_its_payer(here: Stage) -> None:
    """The payer presses cancel while it is retrying."""
    order = await _struck(here, "pressed-cancel/tired-of-waiting")
    payment = await _state(here, order)
    await here.control("POST", f"/payments/{payment['id']}/leave")
    await here.advance(600)
    ended = await _state(here, order)
    assert (ended["status"], ended["failure"]) == ("failed", "customer_cancelled")
    assert await here.taken(order) == 0


async def _struck(here: Stage, hit: str, **pay: Any) -> str:
    """An order that this rule has left retrying."""
    for number in range(1, 400):
        order = f"w{number}"
        answer = await here.it.pay(order, body=wallet(f"wal_CN_{number}", **pay))
        if answer.body.get("status") == here.waiting and hit in here.hits(order):
            return order
    raise AssertionError(f"no order meets {hit}")


async def shop_comes_back(here: Stage) -> None:
    """The first messages are lost; the one that is acknowledged lets the payment through."""
    order = await _struck(here, "shop-does-not-answer")
    tried = await here.tried(order, 1)
    news = [line for line in tried if line.type == "payment.retrying"]
    assert not news[0].acknowledged
    assert any(line.acknowledged for line in news)
    assert "message-not-taken" in here.hits(order)
    await _soon(here, order, "captured")
    assert await here.taken(order) == 1000


async def shop_stays_down(here: Stage) -> None:
    """Nothing is ever acknowledged: it fails for the shop's own system, and nobody was charged."""
    order = await _struck(here, "shop-does-not-answer", amount=6000)
    for _ in range(6):
        await here.advance(5)
        await asyncio.sleep(0.01)
    ended = await _state(here, order)
    assert (ended["status"], ended["failure"]) == ("failed", "merchant_misconfigured")
    assert "endpoint-down" in here.hits(order)
    assert await here.taken(order) == 0


async def shop_is_reached_in_the_end(here: Stage) -> None:
    """Some messages are lost; the first that is acknowledged lets the payment through."""
    await here.control("POST", "/phase", {"name": "festival"})
    order = await _struck(here, "overloaded/shop-not-reached")
    await _soon(here, order, "captured")
    assert await here.taken(order) == 1000


async def _soon(here: Stage, order: str, status: str) -> None:
    for _ in range(500):
        if (await _state(here, order))["status"] == status:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{order} is not {status}")


async def asked_and_answered(here: Stage) -> None:
    """One request is accepted, one declined, one nobody answers; each is answered once."""
    asked = [await _asked(here, order) for order in ("yes", "no", "silence")]
    yes, no, _ = asked
    body = {"payment": yes["payment"], "request": yes["id"]}
    for _ in range(2):
        refund = await here.it.call("POST", "/v1/refunds", body)
        assert refund.body["amount"] == 1000
    path = f"/v1/refund-requests/{no['id']}/decline"
    declined = await here.it.call("POST", path, {"reason": "it was delivered"})
    assert declined.body["status"] == "declined"
    await here.advance(4 * 86_400)
    listed = await here.control("GET", "/refund-requests")
    assert [each["status"] for each in listed.body["data"]] == ["accepted", "declined", "expired"]
    assert await here.taken("yes") == 0
    assert await here.taken("no") == 1000
    assert listed.body["data"][1]["answer"] == "it was delivered"


async def not_heard_of(here: Stage) -> None:
    """News of some requests is lost; whoever asks by order finds them all the same."""
    for number in range(1, 60):
        request = await _asked(here, f"r{number}")
        await asyncio.sleep(0.01)
        if "request-not-heard" in here.hits(f"r{number}"):
            found = await here.it.call("GET", f"/v1/refund-requests?order_id=r{number}")
            assert [each["id"] for each in found.body["data"]] == [request["id"]]
            return
    raise AssertionError("every request was heard of")


async def _asked(here: Stage, order: str) -> dict[str, Any]:
    paid = await here.it.pay(order, body=wallet(f"wal_CN_{order}"))
    body = {"payment": paid.body["id"], "reason": "changed my mind"}
    return (await here.control("POST", "/refund-requests", body)).body


def _scene(failure: str, play: Callable[[Stage], Awaitable[None]]) -> Act:
    return Act(failure, play)


def retrying(hit: str, ends: str, failure: str = "customer_action_pending") -> Step:
    """A payment that is retrying, and how it ends when the time has come."""
    return Step(
        hit=hit,
        failure=failure,
        sees="201",
        money="later" if ends == "captured" else "none",
        then=("same key: 201", "ask: retrying", "wait: done", f"ask: {ends}"),
        pay=wallet(),
    )


#: What happens in the drill, where no shop and no shoppers are.
DRILL: Final[Row] = (
    retrying("overloaded/gets-through", "captured"),
    retrying("overloaded/gives-up", "failed"),
    retrying("overloaded/goes-on", "retrying"),
    Act("customer_action_pending", shop_is_reached_in_the_end),
)

ROWS: Final[dict[str, Row]] = {
    "wallet/retrying-network": (retrying("weak-signal", "captured"),),
    "wallet/retrying-persists": (
        retrying("no-way-through/gives-up", "failed", "processing_error"),
        Step(
            hit="no-way-through/goes-on",
            failure="payment_expired",
            sees="201",
            then=("wait: done", "ask: retrying", "wait: done", "ask: failed"),
            pay=wallet(),
        ),
        _scene("payment_expired", cancelled_in_the_middle),
    ),
    "wallet/merchant-endpoint-fails": (
        _scene("customer_action_pending", shop_comes_back),
        _scene("merchant_misconfigured", shop_stays_down),
    ),
    "wallet/balance-too-low": (
        mended(
            "wallet_insufficient_balance",
            "account",
            "wal_empty_CN_1",
            ("POST", "/top-up", {"amount": 1000, "currency": "CNY"}),
        ),
    ),
    "wallet/account-frozen": (
        mended("wallet_account_frozen", "account", "wal_frozen_CN_1", ("POST", "/unfreeze", None)),
    ),
    "wallet/identity-not-verified": (
        refused(
            "identity_not_verified",
            "wal_unverified_CN_1",
            150_000,
            ("POST", "/verify", {"level": 1}),
        ),
    ),
    "wallet/outdated-app": (
        mended(
            "wallet_app_outdated",
            "app",
            "wal_outdated_CN_1",
            ("PUT", "/app", {"version": "8.2.0"}),
        ),
    ),
    "wallet/linked-card-expired": (
        mended(
            "expired_card", "account", "wal_expired_CN_1", ("PUT", "/card", {"expires": "2090-12"})
        ),
    ),
    "wallet/payer-cancels": (
        Step(
            hit="pressed-cancel/at-once",
            failure="customer_cancelled",
            sees="402",
            then=("card: 201",),
            money="once",
            pay=wallet(),
        ),
        _scene("customer_cancelled", left_by_its_payer),
    ),
    "wallet/refund-requested": (
        _scene("", asked_and_answered),
        _scene("", not_heard_of),
    ),
}
