"""Receipts, statements, disputes and notices through the whole gateway, and after a restart."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from simulator.gateway.things import Notice
from simulator.journal.entry import Commit
from tests.server.kit import Desk, desk

ADVANCE = "/accounts/shop/clock/advance"
DISPUTES = "/accounts/shop/disputes"


async def today(it: Desk, days: int = 0) -> str:
    """The day of the account's clock, after so many days more."""
    by = f"{days}d" if days else "1ms"
    wall = (await it.control("POST", ADVANCE, {"by": by})).body["wall"]
    return datetime.fromtimestamp(wall, UTC).date().isoformat()


async def statement(it: Desk, day: str, **more: Any) -> tuple[str, list[dict[str, str]]]:
    """Whether a statement is closed, and its rows."""
    answer = await it.call("GET", f"/v1/statements/{day}", **more)
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return answer.headers["Paydrill-Statement"], list(
        csv.DictReader(io.StringIO(answer.body["text"], newline=""))
    )


async def test_a_receipt(tmp_path: Path) -> None:
    """Number, masked card, amounts and times, refunds too; a failed payment has none."""
    async with desk(tmp_path) as it:
        paid = await it.pay()
        name = paid.body["id"]
        await it.call("POST", "/v1/refunds", {"payment": name, "amount": 300})
        receipt = await it.call("GET", f"/v1/payments/{name}/receipt")
        assert receipt.status == 200
        body = receipt.body
        assert body["number"].startswith("R-")
        assert (body["amount"], body["amount_returned"], body["card"]) == (
            1000,
            300,
            "visa ****0123",
        )
        assert [(line["type"], line["amount"]) for line in body["lines"]] == [
            ("payment", 1000),
            ("refund", -300),
        ]
        card = {"type": "card", "token": "tok_decline_expired_card"}
        failed = await it.pay("o2", body={"method": card})
        asked = f"/v1/payments/{failed.error['payment']['id']}/receipt"
        assert (await it.call("GET", asked)).status == 409
        assert (await it.call("GET", "/v1/payments/pay_x/receipt")).status == 404


async def test_a_statement(tmp_path: Path) -> None:
    """Rows, totals for each currency, and bytes that never change once the day is over."""
    async with desk(tmp_path) as it:
        day = await today(it)
        paid = await it.pay()
        await it.pay("o,2", body={"currency": "EUR"})
        await it.pay("elsewhere", channel="backup")
        await it.call("POST", "/v1/refunds", {"payment": paid.body["id"], "amount": 300})
        state, rows = await statement(it, day)
        assert state == "open"
        assert [(row["type"], row["order_id"], row["amount"], row["currency"]) for row in rows] == [
            ("charge", "o1", "1000", "USD"),
            ("charge", "o,2", "1000", "EUR"),
            ("refund", "o1", "-300", "USD"),
            ("total", "", "1000", "EUR"),
            ("total", "", "700", "USD"),
        ]
        assert [row["order_id"] for row in (await statement(it, day, channel="backup"))[1]] == [
            "elsewhere",
            "",
        ]
        await today(it, 1)
        closed = await it.call("GET", f"/v1/statements/{day}")
        await it.call("POST", "/v1/refunds", {"payment": paid.body["id"], "amount": 700})
        assert (await it.call("GET", f"/v1/statements/{day}")).body == closed.body
        assert closed.headers["Paydrill-Statement"] == "closed"
        for wrong, status in (("2999-01-01", 404), ("soon", 400), ("2026-13-01", 400)):
            assert (await it.call("GET", f"/v1/statements/{wrong}")).status == status


async def test_a_dispute_by_hand(tmp_path: Path) -> None:
    """Opened and closed by the control API; the merchant sees it, answers it, and hears of it."""
    told: list[dict[str, Any]] = []
    async with desk(tmp_path) as it, hooks(told) as url:
        secret = {"url": url, "secret": it.serving.secret}
        await it.control("PUT", "/accounts/shop/webhook", secret)
        paid = (await it.pay()).body
        opened = await it.control("POST", DISPUTES, {"payment": paid["id"]})
        assert (opened.status, opened.body["status"], opened.body["amount"]) == (
            201,
            "opened",
            1000,
        )
        name = opened.body["id"]
        again = await it.control("POST", DISPUTES, {"payment": paid["id"]})
        assert again.status == 422
        assert (await it.control("POST", DISPUTES, {"payment": "pay_x"})).status == 404
        text = "Mr Smith, smith@example.com, +44 20 7946 0958, card 4242 4242 4242 4242"
        evidence = await it.call("POST", f"/v1/disputes/{name}/evidence", {"notes": text})
        assert (evidence.status, evidence.body["status"]) == (200, "under_review")
        assert evidence.body["evidence"] == ["notes"]
        empty = await it.call("POST", f"/v1/disputes/{name}/evidence", {})
        assert (empty.status, "evidence" in empty.error["message"]) == (400, True)
        closed = await it.control("POST", f"{DISPUTES}/{name}/close", {"won": True})
        assert closed.body["status"] == "won"
        listed = (await it.control("GET", DISPUTES)).body["data"]
        assert [each["id"] for each in listed] == [name]
        assert (await it.call("GET", f"/v1/disputes/{name}", channel="backup")).status == 404
        await until(told, 3)
        kinds = {each["type"]: each["data"] for each in told}
        assert set(kinds) == {"payment.captured", "dispute.opened", "dispute.won"}
        assert kinds["dispute.opened"]["dispute"]["amount"] == 1000
        assert kinds["dispute.won"]["payment"]["amount_disputed"] == 0
        journal = (tmp_path / "journal.jsonl").read_text()
        assert not any(secret in journal for secret in ("smith@", "7946", "4242 4242"))


async def test_notices_are_journaled_without_personal_data(tmp_path: Path) -> None:
    """What was said, masked, and only in the words of the catalogue; a key makes it one."""
    async with desk(tmp_path) as it:
        body = {
            "order_id": "o1",
            "via": "sms",
            "message": "Call +49 30 1234567 or write to a.b@example.com about r1-17, 19.99 EUR",
            "language": "en",
            "reason": "insufficient_funds",
            "next_step": "top_up",
        }
        sent = await it.call("POST", "/v1/notifications", body, key="one")
        assert (sent.status, sent.body["status"]) == (201, "sent")
        again = await it.call("POST", "/v1/notifications", body, key="one")
        assert again.body["id"] == sent.body["id"]
        lines = [line for line in it.lines() if isinstance(line, Commit)]
        notices = [thing for line in lines for thing in line.things if isinstance(thing, Notice)]
        assert [notice.message for notice in notices] == [
            "Call +49*****67 or write to a***@example.com about r1-17, 19.99 EUR"
        ]
        for wrong in (
            {"reason": "no_money"},
            {"next_step": "pray"},
            {"via": "dove"},
            {"message": ""},
            {"language": "xx"},
        ):
            refused = await it.call("POST", "/v1/notifications", body | wrong)
            assert refused.status == 400
            assert next(iter(wrong)) in refused.error["message"]
        assert "one of 'en', 'zh'" in refused.error["message"]


SCENARIO = """
rules:
  - {name: back, when: {operation: refund, order: o1}, fault: {refund_fails: 5s}}
  - {name: gone, when: {operation: authorize, order: o2}, fault: {reversed_after_approval: 5s}}
  - {name: argued, when: {operation: authorize, order: o3}, fault: {dispute: {after: 5s}}}
  - {name: books, when: {operation: authorize, order: o4}, fault: {statement_wrong_amount: -1}}
"""


@pytest.mark.parametrize("before", [True, False], ids=["due before", "due after"])
async def test_a_restart_forgets_nothing(tmp_path: Path, before: bool) -> None:
    """What is in store strikes all the same, and the statement says the same."""
    async with desk(tmp_path, SCENARIO) as it:
        day = await today(it)
        names = {order: (await it.pay(order)).body["id"] for order in ("o1", "o2", "o3", "o4")}
        await it.call("POST", "/v1/refunds", {"payment": names["o1"], "reference": "r"})
        if before:
            await it.control("POST", ADVANCE, {"by": "6s"})
        rows = await statement(it, day)
    async with desk(tmp_path, SCENARIO) as it:
        assert await statement(it, day) == rows
        if not before:
            await it.control("POST", ADVANCE, {"by": "6s"})
        shown = {order: (await it.find(order))[0] for order in names}
        assert shown["o1"]["amount_refunded"] == 0
        assert shown["o2"]["amount_reversed"] == 1000
        assert shown["o3"]["amount_disputed"] == 1000
        again = {"payment": names["o1"], "reference": "r"}
        came_back = await it.call("POST", "/v1/refunds", again)
        assert (came_back.status, came_back.body["status"]) == (200, "failed")
        _, after = await statement(it, day)
        assert {row["type"] for row in after} == {
            "charge", "refund", "refund_failure", "reversal", "dispute", "total",
        }  # fmt: skip
        assert [row["amount"] for row in after if row["order_id"] == "o4"] == ["999"]


@asynccontextmanager
async def hooks(told: list[dict[str, Any]]) -> AsyncIterator[str]:
    """A merchant's endpoint that keeps the events it gets; yields its address."""

    async def take(request: web.Request) -> web.Response:
        told.append(await request.json())
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hooks", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hooks"
    finally:
        await runner.cleanup()


async def until(told: list[dict[str, Any]], count: int) -> None:
    """Wait until so many events have come."""
    for _ in range(200):
        if len(told) >= count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(told)


async def test_a_profile_says_what_a_dispute_costs(tmp_path: Path) -> None:
    """Its fee stands in the dispute and in the statement, and stays there when it is won."""
    async with desk(tmp_path, "profile: oule-pay\nrules: []\n") as it:
        day = await today(it)
        paid = (await it.pay()).body
        opened = await it.control("POST", DISPUTES, {"payment": paid["id"]})
        assert opened.body["fee"] == 1500
        await it.control("POST", f"{DISPUTES}/{opened.body['id']}/close", {"won": True})
        _, rows = await statement(it, day)
        assert [(row["type"], row["amount"]) for row in rows] == [
            ("charge", "1000"),
            ("dispute", "-1000"),
            ("fee", "-1500"),
            ("dispute_won", "1000"),
            ("total", "-500"),
        ]
        await it.control("POST", ADVANCE, {"by": "40d"})
        assert (await it.call("GET", f"/v1/disputes/{opened.body['id']}")).body["status"] == "won"


async def test_a_dispute_that_nobody_answers_is_lost(tmp_path: Path) -> None:
    """At the deadline of the profile, and not before."""
    async with desk(tmp_path) as it:
        paid = (await it.pay()).body
        opened = (await it.control("POST", DISPUTES, {"payment": paid["id"]})).body
        path = f"/v1/disputes/{opened['id']}"
        await it.control("POST", ADVANCE, {"by": "6d"})
        assert (await it.call("GET", path)).body["status"] == "opened"
        await it.control("POST", ADVANCE, {"by": "2d"})
        assert (await it.call("GET", path)).body["status"] == "lost"
        late = await it.call("POST", f"{path}/evidence", {"notes": "delivered"})
        assert late.status == 409
