"""kill -9 under load: everything that was acknowledged is there after the restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from simulator.journal.entry import Commit
from simulator.journal.reader import read_lines
from tests.server.crash import TOKEN, Process
from tests.server.kit import CARD, KEY
from tests.server.receiver import Receiver

KILLS, RATE, SECONDS = 3, 250, 1.2


class Caller:
    """Sends payments at a rate and remembers every answer of 2xx, by idempotency key."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session
        self.acknowledged: dict[str, dict[str, object]] = {}
        self.unknown: set[str] = set()
        self.sent = 0

    async def pay(self, key: str) -> int:
        """One payment; the key is also the order."""
        body = {"order_id": key, "amount": 100, "currency": "USD", "method": CARD}
        headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": key}
        self.sent += 1
        try:
            async with self._session.post(
                f"{self._url}/v1/payments", json=body, headers=headers
            ) as response:
                payment = await response.json()
        except (aiohttp.ClientError, OSError):
            self.unknown.add(key)
            return 0
        if response.status == 201:
            previous = self.acknowledged.setdefault(key, payment)
            assert previous == payment, "a replay must answer as the first time"
        return response.status

    async def burst(self, name: str) -> None:
        """RATE payments a second for SECONDS, whatever the answers."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        async with asyncio.TaskGroup() as group:
            for number in range(int(RATE * SECONDS)):
                await asyncio.sleep(max(0.0, start + number / RATE - loop.time()))
                group.create_task(self.pay(f"{name}-{number}"))


async def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path: Path) -> None:
    """Three kills at 250 payments a second; ids, keys and counters survive each of them."""
    journal = tmp_path / "journal.jsonl"
    gateway = Process(journal)
    connector = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(connector=connector) as session:
        caller = Caller(gateway.url, session)
        try:
            for round_ in range(KILLS):
                await gateway.start()
                async with asyncio.TaskGroup() as group:
                    group.create_task(caller.burst(f"r{round_}"))
                    await asyncio.sleep(SECONDS * 0.7)
                    before = len(caller.acknowledged)
                    await gateway.kill()
                assert before > 50
            await gateway.start()
            await _all_there(caller, session, gateway.url)
        finally:
            await gateway.kill()
    _no_order_charged_twice(journal)


async def _all_there(caller: Caller, session: aiohttp.ClientSession, url: str) -> None:
    """Every acknowledged payment is found as it was, and its key is answered from the record."""
    headers = {"Authorization": f"Bearer {KEY}"}
    for payment in caller.acknowledged.values():
        async with session.get(f"{url}/v1/payments/{payment['id']}", headers=headers) as found:
            assert await found.json() == payment
    statuses = {await caller.pay(key) for key in tuple(caller.acknowledged)}
    assert statuses == {201}
    # What was in doubt is settled by its key: charged before the kill or charged now, once.
    for key in tuple(caller.unknown):
        assert await caller.pay(key) == 201


def _no_order_charged_twice(journal: Path) -> None:
    orders = [
        payment.order
        for line in read_lines(journal)
        if isinstance(line, Commit)
        for payment in line.payments
    ]
    assert len(orders) == len(set(orders))


async def test_attempt_counters_and_owed_webhooks_survive(tmp_path: Path) -> None:
    """`first: 2` goes on counting, and an event nobody acknowledged is sent after the restart."""
    journal, scenario = tmp_path / "journal.jsonl", tmp_path / "s.yaml"
    scenario.write_text(
        "scenario: 1\nname: s\nrules:\n"
        "  - {name: two, first: 2, when: {operation: authorize}, fault: {decline: do_not_honor}}\n"
    )
    got: list[str] = []
    receiver = await _receiver(got, accept=False)
    url = f"http://127.0.0.1:{receiver.port}/hooks"
    gateway = Process(journal, str(scenario), "--webhook", url)
    async with aiohttp.ClientSession() as session:
        try:
            await gateway.start()
            caller = Caller(gateway.url, session)
            assert await caller.pay("o1") == 402
            await _until(lambda: len(got) == 1)
            await gateway.kill()
            receiver.accept = True
            await gateway.start()
            await _until(lambda: len(got) >= 2)
            assert got[0] == got[1]
            body = {"order_id": "o1", "amount": 100, "currency": "USD", "method": CARD}
            headers = {"Authorization": f"Bearer {KEY}"}
            statuses = []
            for _ in range(2):
                async with session.post(
                    f"{gateway.url}/v1/payments", json=body, headers=headers
                ) as response:
                    statuses.append(response.status)
            assert statuses == [402, 201]
        finally:
            await gateway.kill()
            await receiver.close()


async def _receiver(got: list[str], *, accept: bool) -> Receiver:
    receiver = Receiver(got)
    receiver.accept = accept
    await receiver.start()
    return receiver


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - another process gives no event
            await asyncio.sleep(0.02)


async def test_a_code_of_before_a_kill_9_pays_once_after_it(tmp_path: Path) -> None:
    """Page, wrong tries, codes and charge: all of a challenge outlives the gateway, twice."""
    process = Process(tmp_path / "journal.jsonl")
    body = {
        "order_id": "o1", "amount": 100, "currency": "USD",
        "method": {"type": "card", "token": "tok_otp_ok_DE_1"},
    }  # fmt: skip
    async with aiohttp.ClientSession() as session:

        async def send(method: str, url: str, sent: object = None) -> dict[str, Any]:
            headers = {"Authorization": f"Bearer {TOKEN if '/accounts/' in url else KEY}"}
            async with session.request(method, url, json=sent, headers=headers) as response:
                answer: dict[str, Any] = await response.json()
                return answer

        try:
            await process.start()
            made = await send("POST", f"{process.url}/v1/payments", body)
            page = made["next_action"]["url"]
            inbox = f"{process.control}/accounts/shop/inbox"
            [message] = (await send("GET", inbox))["data"]
            wrong = f"{message['code'][:-1]}{(int(message['code'][-1]) + 1) % 10}"
            await send("POST", page, {"action": "submit_code", "code": wrong})
            await process.kill()
            await process.start()
            assert (await send("GET", page))["attempts_left"] == 4
            assert (await send("GET", inbox))["data"] == [message]
            right = {"action": "submit_code", "code": message["code"]}
            assert (await send("POST", page, right))["payment"]["status"] == "captured"
            await process.kill()
            await process.start()
            assert (await send("POST", page, right))["payment"]["status"] == "captured"
        finally:
            await process.kill()
    lines = [line for line in read_lines(tmp_path / "journal.jsonl") if isinstance(line, Commit)]
    assert sum(bool(line.postings) for line in lines) == 1
