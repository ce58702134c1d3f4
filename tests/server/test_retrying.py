"""Payments that are retrying, on a real gateway: what is told, to whom, and over a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from simulator.journal.entry import Commit, Delivery
from simulator.journal.reader import read_lines
from tests.server.crash import Process
from tests.server.kit import KEY, Desk, desk
from tests.server.receiver import Receiver

WALLET = {"method": {"type": "wallet", "token": "wal_CN_1"}}
RETRYING = """rules:
  - name: weak-signal
    when: {method: wallet, operation: authorize}
    fault: {retrying: {tries: 2, every: 10s, growth: 2, cause: network}}
"""
BY_MERCHANT = """rules:
  - name: shop-down
    when: {method: wallet, operation: authorize}
    fault: {retrying: {tries: 8, every: 30s, growth: 1, cause: merchant}}
"""


async def _advance(it: Desk, seconds: float) -> None:
    await it.control("POST", "/accounts/shop/clock/advance", {"by": f"{seconds}s"})


async def test_the_answer_says_that_it_is_neither_paid_nor_failed(tmp_path: Path) -> None:
    """201, retrying, with its tries, when the next one comes, and what to do and to say."""
    async with desk(tmp_path, RETRYING) as it:
        answer = await it.pay(body=WALLET, key="k1")
        assert (answer.status, answer.body["status"], answer.body["failure"]) == (
            201,
            "retrying",
            None,
        )
        told = answer.body["retrying"]
        assert (told["tries"], told["of"], told["cause"]) == (0, 2, "network")
        assert (told["failure"], told["retry"], told["money"]) == (
            "customer_action_pending",
            "query",
            "unknown",
        )
        again = await it.pay(body=WALLET, key="k1")
        assert again.body == answer.body
        await _advance(it, 10)
        (shown,) = await it.find()
        assert (shown["status"], shown["retrying"]["tries"]) == ("retrying", 1)
        assert shown["retrying"]["next"] > told["next"]
        await _advance(it, 20)
        (ended,) = await it.find()
        assert (ended["status"], ended["amount_captured"]) == ("captured", 1000)
        assert "retrying" not in ended
        exchange = it.exchanges()[0]
        assert (exchange.told, exchange.seen) == ("retrying", "ok")


async def test_a_second_charge_meanwhile_is_what_it_must_not_be_taken_for(tmp_path: Path) -> None:
    """The gateway does not protect a shop that pays again: both get through."""
    async with desk(tmp_path, RETRYING) as it:
        await it.pay(body=WALLET, key="k1")
        await it.pay(body=WALLET, key="k2")
        status = await it.control("GET", "/accounts/shop")
        assert status.body["pending"]["late"] == 2
        await _advance(it, 40)
        assert sum(each["amount_captured"] for each in await it.find()) == 2000


async def test_an_endpoint_that_answers_500_keeps_it_retrying(tmp_path: Path) -> None:
    """As soon as it answers 2xx again the payment goes through, once."""
    news: list[str] = []
    receiver = Receiver(news)
    await receiver.start()
    receiver.accept = False
    try:
        address = f"http://127.0.0.1:{receiver.port}/hooks"
        async with desk(tmp_path, BY_MERCHANT, webhook=address) as it:
            await it.pay(body=WALLET)
            await _until(lambda: len(news) >= 1)
            await _advance(it, 3)
            await _until(lambda: len(news) >= 2)
            (waiting,) = await it.find()
            assert waiting["status"] == "retrying"
            assert waiting["retrying"]["cause"] == "merchant"
            receiver.accept = True
            await _advance(it, 10)
            await _until(lambda: _captures(it) == 1)
            (paid,) = await it.find()
            assert (paid["status"], paid["amount_captured"]) == ("captured", 1000)
            await _advance(it, 60)
            assert _captures(it) == 1
    finally:
        await receiver.close()


async def test_a_kill_in_the_middle_does_not_end_it(tmp_path: Path) -> None:
    """Started again on its journal, the gateway goes on where it was, and charges once."""
    journal, scenario = tmp_path / "journal.jsonl", tmp_path / "s.yaml"
    fault = "{retrying: {tries: 3, every: 1s, growth: 1, cause: network}}"
    scenario.write_text(
        f"scenario: 1\nname: s\nrules:\n  - {{name: r, when: {{method: wallet}}, fault: {fault}}}\n"
    )
    gateway = Process(journal, str(scenario))
    body = {"order_id": "o1", "amount": 700, "currency": "CNY", **WALLET}
    headers = {"Authorization": f"Bearer {KEY}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        try:
            await gateway.start()
            await _post(session, f"{gateway.url}/v1/payments", body)
            await _until(lambda: _tries(journal) >= 1)
            await gateway.kill()
            before = _tries(journal)
            await gateway.start()
            path = f"{gateway.url}/v1/payments?order_id=o1"
            payment = await _ended(session, path)
        finally:
            await gateway.kill()
    assert before < 3
    assert (payment["status"], payment["amount_captured"]) == ("captured", 700)
    taken = [posting for line in _commits(journal) for posting in line.postings]
    assert [(each.debit, each.credit) for each in taken].count(("wallet:wal_CN_1", "merchant")) == 1


async def _post(session: aiohttp.ClientSession, url: str, body: object) -> dict[str, Any]:
    async with session.post(url, json=body) as response:
        answer: dict[str, Any] = await response.json()
        return answer


async def _ended(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with asyncio.timeout(15):
        while True:
            async with session.get(url) as response:
                (payment,) = (await response.json())["data"]
            if payment["status"] != "retrying":
                found: dict[str, Any] = payment
                return found
            await asyncio.sleep(0.05)


def _commits(journal: Path) -> list[Commit]:
    return [line for line in read_lines(journal) if isinstance(line, Commit)]


def _tries(journal: Path) -> int:
    payments = [each for line in _commits(journal) for each in line.payments]
    return max((each.resends.tries for each in payments if each.resends), default=0)


def _captures(it: Desk) -> int:
    lines = it.lines()
    told = {line.event for line in lines if isinstance(line, Delivery) and line.acknowledged}
    born = [event for line in lines if isinstance(line, Commit) for event in line.events]
    return sum(event.type == "payment.captured" and event.id in told for event in born)


async def _until(holds: Callable[[], bool], tries: int = 500) -> None:
    for _ in range(tries):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came to that")
