"""Accounts are worlds of their own, and a reset makes one anew."""

from __future__ import annotations

import asyncio
from pathlib import Path

from simulator.journal.entry import Commit
from tests.server.kit import desk

FIRST = """scenario: 1
name: first-fails
rules: [{name: no, first: 1, when: {operation: authorize}, fault: {decline: issuer_unavailable}}]
"""
SLOW = """scenario: 1
name: slow
rules: [{name: wait, when: {operation: authorize}, fault: {slow: {fixed: 300ms, at: before}}}]
"""
LATE = """scenario: 1
name: late
rules: [{name: late, when: {operation: authorize}, fault: {late_success: {after: 60s}}}]
"""
OTHER = "sk_test_other"


async def test_counters_are_each_accounts_own(tmp_path: Path) -> None:
    """The first attempt of an order fails once in each account, and hits count apart."""
    async with desk(tmp_path) as it:
        for account in ("shop", "other"):
            await it.control("PUT", f"/accounts/{account}/scenario", FIRST)
        assert [(await it.pay()).status for _ in range(2)] == [402, 201]
        assert (await it.pay(api_key=OTHER)).status == 402
        hits = [
            (await it.control("GET", f"/accounts/{account}")).body["hits"][0]["hits"]
            for account in ("shop", "other")
        ]
        assert hits == [1, 1]
        near = (await it.control("GET", "/accounts/other/explain")).body["data"][0]
        assert near["asked"] == 1


async def test_keys_and_ids_are_each_accounts_own(tmp_path: Path) -> None:
    """The same idempotency key charges in both; a payment of one is unknown to the other."""
    async with desk(tmp_path) as it:
        mine = await it.pay(key="k")
        theirs = await it.pay(key="k", amount=5, api_key=OTHER)
        assert (mine.status, theirs.status) == (201, 201)
        path = f"/v1/payments/{mine.body['id']}"
        assert (await it.call("GET", path)).status == 200
        assert (await it.call("GET", path, api_key=OTHER)).status == 404


async def test_clocks_are_each_accounts_own(tmp_path: Path) -> None:
    """A late effect comes where the clock was advanced, and only there."""
    async with desk(tmp_path) as it:
        for account in ("shop", "other"):
            await it.control("PUT", f"/accounts/{account}/scenario", LATE)
        await it.pay()
        await it.pay(api_key=OTHER)
        await it.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        assert (await it.find())[0]["status"] == "captured"
        assert (await it.find(api_key=OTHER))[0]["status"] == "processing"


async def test_live_faults_and_healing_are_each_accounts_own(tmp_path: Path) -> None:
    """A fault on one account spares the other, and healing one leaves the other ill."""
    body = {"fault": {"decline": "lost_card"}, "when": {"operation": "authorize"}}
    async with desk(tmp_path) as it:
        await it.control("POST", "/accounts/shop/faults", body)
        assert (await it.pay("o1", api_key=OTHER)).status == 201
        await it.control("POST", "/accounts/other/faults", body)
        await it.control("DELETE", "/accounts/shop/faults")
        assert (await it.pay("o2")).status == 201
        assert (await it.pay("o2", api_key=OTHER)).status == 402


async def test_accounts_are_listed(tmp_path: Path) -> None:
    """Those that were used, by a payment or here."""
    async with desk(tmp_path) as it:
        assert (await it.control("GET", "/accounts")).body == {"data": []}
        await it.pay()
        await it.control("GET", "/accounts/by-control")
        assert (await it.control("GET", "/accounts")).body == {"data": ["by-control", "shop"]}


async def test_a_request_under_way_cannot_soil_a_fresh_account(tmp_path: Path) -> None:
    """It ends in the state that was forgotten: answered, but neither seen nor written."""
    async with desk(tmp_path) as it:
        await it.control("PUT", "/accounts/shop/scenario", SLOW)
        async with asyncio.TaskGroup() as group:
            paying = group.create_task(it.pay("o1", key="k"))
            await asyncio.sleep(0.1)
            await it.control("POST", "/accounts/shop/reset")
        assert paying.result().status == 201
        assert await it.find("o1") == []
        assert [line for line in it.lines() if isinstance(line, Commit)] == []
        assert (await it.pay("o1", key="k", amount=7)).status == 201


async def test_a_reset_holds_after_a_restart(tmp_path: Path) -> None:
    """What was forgotten does not rise again from the journal; what came after it does."""
    async with desk(tmp_path) as it:
        await it.pay("o1", key="k")
        await it.pay("o1", api_key=OTHER)
        await it.control("POST", "/accounts/shop/reset")
        await it.pay("o2")
    async with desk(tmp_path) as it:
        assert await it.find("o1") == []
        assert len(await it.find("o2")) == 1
        assert len(await it.find("o1", api_key=OTHER)) == 1
        assert (await it.pay("o1", key="k")).status == 201


async def test_a_clock_stays_within_a_hundred_years(tmp_path: Path) -> None:
    """Every moment of it has a date."""
    async with desk(tmp_path) as it:
        path = "/accounts/shop/clock/advance"
        for _ in range(10):
            assert (await it.control("POST", path, {"by": "3649d"})).status == 200
        refused = await it.control("POST", path, {"by": "11d"})
        assert refused.status == 422
        assert "hundred years" in refused.error["message"]
        assert (await it.pay()).status == 201
