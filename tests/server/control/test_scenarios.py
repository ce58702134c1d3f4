"""Scenarios are swapped while requests are under way, and rules explain themselves."""

from __future__ import annotations

import asyncio
from pathlib import Path

from simulator.journal.entry import Phase
from tests.server.kit import Desk, desk

DECLINING = """scenario: 1
name: declining
rules: [{name: no, when: {operation: authorize}, fault: {decline: do_not_honor}}]
"""
CLEAN = "scenario: 1\nname: clean\nrules: []\n"
SLOW = """scenario: 1
name: slow
rules: [{name: wait, when: {operation: authorize}, fault: {slow: {fixed: 300ms, at: before}}}]
"""
STORM = """scenario: 1
name: storm
phases:
  - {name: calm, lasts: 60s}
  - name: storm
    lasts: 60s
    rules: [{name: no, when: {operation: authorize}, fault: {decline: do_not_honor}}]
"""
PATH = "/accounts/shop"


async def _shoppers(it: Desk, stop: asyncio.Event) -> list[tuple[int, str]]:
    """Pay until told to stop: statuses with their orders."""
    paid: list[tuple[int, str]] = []
    number = 0

    async def shopper() -> None:
        nonlocal number
        while not stop.is_set():
            number += 1
            order = f"o{number}"
            paid.append(((await it.pay(order)).status, order))

    await asyncio.gather(*(shopper() for _ in range(4)))
    return paid


async def test_a_scenario_is_swapped_while_requests_are_under_way(tmp_path: Path) -> None:
    """Every request is served by one scenario or the other, whole, and the journal agrees."""
    async with desk(tmp_path) as it:
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            shoppers = group.create_task(_shoppers(it, stop))
            for number in range(12):
                text = DECLINING if number % 2 else CLEAN
                put = await it.control("PUT", f"{PATH}/scenario", text)
                assert put.status == 200
            stop.set()
        statuses = {order: status for status, order in shoppers.result()}
        assert set(statuses.values()) == {201, 402}
        hit = {line.order: bool(line.hits) for line in it.exchanges()}
        assert hit == {order: status == 402 for order, status in statuses.items()}


async def test_a_request_under_way_ends_as_the_old_scenario_wanted(tmp_path: Path) -> None:
    """It waits on, is charged once, and only the next one meets the new scenario."""
    async with desk(tmp_path) as it:
        await it.control("PUT", f"{PATH}/scenario", SLOW)
        async with asyncio.TaskGroup() as group:
            first = group.create_task(it.pay("o1"))
            await asyncio.sleep(0.1)
            await it.control("PUT", f"{PATH}/scenario", DECLINING)
            assert not first.done()
        assert first.result().status == 201
        assert (await it.pay("o2")).status == 402
        rules = [[hit.rule for hit in line.hits] for line in it.exchanges()]
        assert rules == [["wait"], ["no"]]


async def test_phases_are_jumped_while_requests_are_under_way(tmp_path: Path) -> None:
    """Back and forth: no request fails otherwise, and every jump stands in the journal."""
    async with desk(tmp_path) as it:
        await it.control("PUT", f"{PATH}/scenario", STORM)
        stop = asyncio.Event()
        names = ["storm", "calm", "storm", "settle", "storm", "end"]
        async with asyncio.TaskGroup() as group:
            shoppers = group.create_task(_shoppers(it, stop))
            for name in names:
                assert (await it.control("POST", f"{PATH}/phase", {"name": name})).status == 200
                await asyncio.sleep(0.05)
            stop.set()
        assert {status for status, _ in shoppers.result()} == {201, 402}
        phases = [line.name for line in it.lines() if isinstance(line, Phase)]
        assert phases == ["calm", *names]
        assert (await it.pay("after")).status == 201


async def test_live_faults_outlive_a_swap(tmp_path: Path) -> None:
    """Whoever put a fault on by hand finds it there, and takes it off."""
    async with desk(tmp_path) as it:
        body = {"fault": {"decline": "expired_card"}, "when": {"operation": "authorize"}}
        fault = (await it.control("POST", f"{PATH}/faults", body)).body["id"]
        await it.control("PUT", f"{PATH}/scenario", CLEAN)
        assert (await it.pay("o1")).error["failure"] == "expired_card"
        listed = (await it.control("GET", f"{PATH}/faults")).body["data"]
        assert [each["id"] for each in listed] == [fault]
        assert (await it.control("DELETE", f"{PATH}/faults/{fault}")).status == 200
        assert (await it.control("GET", f"{PATH}/faults")).body["data"] == []
        assert (await it.pay("o2")).status == 201


async def test_a_rule_that_never_matched_is_explained(tmp_path: Path) -> None:
    """How often it was asked, and what the nearest exchange lacked."""
    rules = """rules:
  - {name: us-only, when: {card.country: US}, fault: {decline: lost_card}}
  - {name: all, share: 0.001%, fault: {duplicate_charge: {}}}
"""
    async with desk(tmp_path, rules) as it:
        for order in ("o1", "o2", "o3"):
            await it.pay(order)
        data = (await it.control("GET", f"{PATH}/explain")).body["data"]
        assert [each["rule"] for each in data] == ["us-only", "all"]
        assert data[0] == {
            "rule": "us-only",
            "holds": True,
            "asked": 3,
            "matched": 0,
            "hits": 0,
            "nearest": {
                "order": "o3",
                "differences": [{"key": "card.country", "wanted": "US", "got": "DE"}],
            },
            "says": "matched 0 of 3; nearest: card.country is DE, wanted US",
        }
        assert (data[1]["asked"], data[1]["matched"], data[1]["nearest"]) == (3, 3, None)


async def test_one_rule_is_explained_by_its_name(tmp_path: Path) -> None:
    """A name that no rule has says what was near."""
    async with desk(tmp_path) as it:
        await it.control("PUT", f"{PATH}/scenario", DECLINING)
        await it.pay()
        data = (await it.control("GET", f"{PATH}/explain?rule=no")).body["data"]
        assert [(each["matched"], each["hits"]) for each in data] == [(1, 1)]
        missing = await it.control("GET", f"{PATH}/explain?rule=noo")
        assert missing.status == 404
        assert "did you mean 'no'" in missing.error["message"]
        await it.control("POST", f"{PATH}/reset")
        assert (await it.control("GET", f"{PATH}/explain")).status == 422
