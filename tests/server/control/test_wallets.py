"""The payer's side of the control API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.kit import Answer, Desk, desk

GOPAY = "profile: gopay\nrules: []\n"
LI = "wal_CN_li"


@pytest.fixture(name="it")
async def _it(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, GOPAY) as it:
        yield it


async def _ask(it: Desk, method: str, path: str, body: object = None) -> Answer:
    return await it.control(method, f"/accounts/shop{path}", body)


def _method(token: str) -> dict[str, Any]:
    return {"method": {"type": "wallet", "token": token}, "currency": "CNY"}


async def test_a_wallet_is_there_before_it_is_used(it: Desk) -> None:
    """With the opening money of the profile; it is listed once something happened to it."""
    shown = await _ask(it, "GET", f"/wallets/{LI}")
    assert (shown.status, shown.body["balances"]["CNY"]) == (200, 100_000)
    assert (await _ask(it, "GET", "/wallets")).body == {"data": []}
    await it.pay(amount=30_000, body=_method(LI))
    (kept,) = (await _ask(it, "GET", "/wallets")).body["data"]
    assert (kept["token"], kept["balances"]["CNY"]) == (LI, 70_000)


async def test_a_wallet_is_made_topped_up_and_sends_money(it: Desk) -> None:
    """Balances follow; the ledger's invariants hold all the while."""
    made = await _ask(it, "POST", "/wallets", {"country": "ID", "balances": {"CNY": 500}})
    token = made.body["token"]
    assert made.status == 201
    await _ask(it, "POST", f"/wallets/{token}/top-up", {"amount": 250, "currency": "CNY"})
    gift = {"to": LI, "amount": 700, "currency": "CNY"}
    left = await _ask(it, "POST", f"/wallets/{token}/transfer", gift)
    assert left.body["balances"]["CNY"] == 50
    assert (await _ask(it, "GET", f"/wallets/{LI}")).body["balances"]["CNY"] == 100_700
    over = await _ask(it, "POST", f"/wallets/{token}/transfer", gift)
    assert (over.status, over.error["message"]) == (422, f"{token} holds 50 CNY, no more")


async def test_its_state_can_be_changed(it: Desk) -> None:
    """Frozen and unfrozen, verified, updated, linked to a card, closed for good."""
    path = f"/wallets/{LI}"
    assert (await _ask(it, "POST", f"{path}/freeze")).body["status"] == "frozen"
    assert (await _ask(it, "POST", f"{path}/unfreeze")).body["status"] == "active"
    assert (await _ask(it, "POST", f"{path}/verify", {"level": 0})).body["level"] == 0
    assert (await _ask(it, "PUT", f"{path}/app", {"version": "4.3"})).body["app"] == "4.3"
    linked = await _ask(it, "PUT", f"{path}/card", {"expires": "2020-01"})
    assert linked.body["card"] == {"expires": "2020-01", "valid": False}
    assert (await _ask(it, "DELETE", f"{path}/card")).body["card"] is None
    assert (await _ask(it, "POST", f"{path}/close")).body["status"] == "closed"
    assert (await _ask(it, "POST", f"{path}/unfreeze")).status == 422


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("GET", "/wallets/purse", None, 404, "wal_CN_000123"),
        ("POST", "/wallets", {"token": "wal_li"}, 422, "token"),
        ("POST", "/wallets", {"level": 7}, 422, "no identity level 7; there is 0, 1"),
        ("POST", f"/wallets/{LI}/top-up", {"amount": 0, "currency": "CNY"}, 422, "amount"),
        ("POST", f"/wallets/{LI}/transfer", {"to": "x", "amount": 1, "currency": "CNY"}, 422, "to"),
        ("POST", "/payments/pay_none/leave", None, 404, "no such payment"),
        ("POST", "/refund-requests", {"payment": "pay_none", "reason": "r"}, 404, "no such"),
    ],
)
async def test_bad_calls_say_what_was_meant(
    it: Desk, method: str, path: str, body: object, status: int, says: str
) -> None:
    """404 for what is not there, 422 for what cannot be."""
    answer = await _ask(it, method, path, body)
    assert (answer.status, says in answer.error["message"]) == (status, True), answer


async def test_a_payer_lets_go_of_a_payment_once(it: Desk) -> None:
    """It fails as cancelled; one that is over stays as it is."""
    paid = await it.pay(body=_method("wal_frozen_CN_1"))
    left = await _ask(it, "POST", f"/payments/{paid.body['id']}/leave")
    assert (left.body["status"], left.body["failure"]) == ("failed", "customer_cancelled")
    again = await _ask(it, "POST", f"/payments/{paid.body['id']}/leave")
    assert again.status == 422


async def test_a_refund_request_is_told_to_the_merchant(it: Desk) -> None:
    """The request stands in the native API, and in the list of the payer's side."""
    paid = await it.pay(body=_method(LI))
    wish = {"payment": paid.body["id"], "reason": "too small", "amount": 400, "within": "1h"}
    asked = await _ask(it, "POST", "/refund-requests", wish)
    assert (asked.status, asked.body["status"], asked.body["amount"]) == (201, "open", 400)
    shown = await it.call("GET", f"/v1/refund-requests/{asked.body['id']}")
    assert shown.body == asked.body
    await it.control("POST", "/accounts/shop/clock/advance", {"by": "2h"})
    (over,) = (await _ask(it, "GET", "/refund-requests")).body["data"]
    assert over["status"] == "expired"


async def test_a_refund_request_keeps_no_personal_data(it: Desk) -> None:
    """What the payer writes, and what the merchant answers, is masked before it is kept."""
    paid = await it.pay(body=_method(LI))
    words = "call +86 138 0000 0078 or li@example.org, card 4242424242424242"
    wish = {"payment": paid.body["id"], "reason": words}
    asked = await _ask(it, "POST", "/refund-requests", wish)
    answer = f"/v1/refund-requests/{asked.body['id']}/decline"
    declined = await it.call("POST", answer, {"reason": words})
    for kept in (asked.body["reason"], declined.body["reason"], declined.body["answer"]):
        assert "+86*****78" in kept
        assert "l***@example.org" in kept
        assert "4242424242424242" not in kept


async def test_wallets_and_requests_survive_a_restart(tmp_path: Path) -> None:
    """On the same journal: balance, freeze, an open request, and the moment at which it expires."""
    async with desk(tmp_path, GOPAY) as it:
        paid = await it.pay(amount=30_000, body=_method(LI))
        await _ask(it, "POST", f"/wallets/{LI}/freeze")
        wish = {"payment": paid.body["id"], "reason": "too small", "within": "1h"}
        asked = await _ask(it, "POST", "/refund-requests", wish)
    async with desk(tmp_path, GOPAY) as it:
        kept = await _ask(it, "GET", f"/wallets/{LI}")
        assert (kept.body["status"], kept.body["balances"]["CNY"]) == ("frozen", 70_000)
        assert (await _ask(it, "GET", "/refund-requests")).body["data"] == [asked.body]
        refund = {"payment": paid.body["id"], "request": asked.body["id"], "amount": 10_000}
        assert (await it.call("POST", "/v1/refunds", refund)).status == 201
        back = await _ask(it, "GET", f"/wallets/{LI}")
        assert back.body["balances"]["CNY"] == 80_000
        await it.control("POST", "/accounts/shop/clock/advance", {"by": "2h"})
        (answered,) = (await _ask(it, "GET", "/refund-requests")).body["data"]
        assert answered["status"] == "accepted"


async def test_a_merchant_sees_nothing_of_a_wallet(it: Desk) -> None:
    """Neither by the native API nor in the answer to a payment."""
    assert (await it.call("GET", f"/v1/wallets/{LI}")).status == 404
    paid = await it.pay(body=_method(LI))
    assert "balance" not in str(paid.body)


async def test_a_token_that_begins_like_a_wallet_has_to_be_one(it: Desk) -> None:
    """A misspelt trouble would pay as an ordinary wallet, and the test would prove nothing."""
    answer = await it.pay(body=_method("wal_frozn_CN_1"))
    assert answer.status == 400
    assert "wal_frozen_…" in answer.error["message"]
