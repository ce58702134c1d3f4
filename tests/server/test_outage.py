"""A channel that is down refuses callers, the other stays up, and it comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from simulator.journal.entry import Outage
from tests.server.kit import desk

SCENARIO = """phases:
  - {name: calm, lasts: 60s}
  - {name: dark, lasts: 60s, rules: [{name: down, when: {channel: primary}, fault: {outage: {}}}]}
"""


async def test_an_outage_closes_the_listener_and_heals(tmp_path: Path) -> None:
    """Callers are refused as by a dead machine, live connections are cut, the backup serves."""
    async with desk(tmp_path, SCENARIO) as it:
        assert (await it.pay("o1")).status == 201
        await it.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        with pytest.raises(aiohttp.ClientConnectorError):
            await it.pay("o2")
        assert (await it.pay("o2", channel="backup")).status == 201
        await it.control("DELETE", "/accounts/shop/faults")
        assert (await it.pay("o3")).status == 201
        outages = [line for line in it.lines() if isinstance(line, Outage)]
        assert [(line.state, line.rule, line.proved) for line in outages] == [
            ("down", "down", True),
            ("up", "down", True),
        ]
        assert outages[0].cut >= 1


async def test_a_shared_gateway_resets_only_that_account(tmp_path: Path) -> None:
    """With other accounts about, the outage resets this account's requests and says so."""
    async with desk(tmp_path) as it:
        assert (await it.pay("o1", api_key="sk_test_other")).status == 201
        assert (await it.pay("o1")).status == 201
        await it.control("PUT", "/accounts/shop/scenario", f"scenario: 1\nname: s\n{SCENARIO}")
        await it.control("POST", "/accounts/shop/phase", {"name": "dark"})
        with pytest.raises(aiohttp.ClientOSError):
            await it.pay("o2")
        assert (await it.pay("o2", api_key="sk_test_other")).status == 201
        notes = [line.text for line in it.lines() if line.__class__.__name__ == "Note"]
        assert any("by reset" in text for text in notes)
        assert [line.proved for line in it.lines() if isinstance(line, Outage)] == [False]
        reset = next(line for line in it.exchanges() if line.hits)
        assert (reset.operation, reset.order, reset.amount) == ("authorize", "o2", 1000)
        assert (reset.sent, reset.seen, reset.attempt) == ("none", "info", 0)
        assert [hit.rule for hit in reset.hits] == ["down"]


async def test_a_lease_that_runs_out_heals_the_gateway(tmp_path: Path) -> None:
    """When nobody renews the lease, faults end by themselves."""
    async with desk(tmp_path) as it:
        await it.pay("o1")
        text = f"scenario: 1\nname: s\n{SCENARIO}"
        await it.control("PUT", "/accounts/shop/scenario?lease=400ms", text)
        await it.control("POST", "/accounts/shop/phase", {"name": "dark"})
        with pytest.raises(aiohttp.ClientConnectorError):
            await it.pay("o2")
        for _ in range(40):
            status = await it.control("GET", "/accounts/shop")
            if status.body["healed"]:
                break
            await asyncio.sleep(0.05)
        assert status.body["outages"] == []
        assert (await it.pay("o3")).status == 201


BOTH_DOWN = """phases:
  - name: dark
    lasts: 60s
    rules:
      - {name: one, when: {channel: primary}, fault: {outage: {}}}
      - {name: two, when: {channel: backup}, fault: {outage: {}}}
"""


async def test_many_heals_at_once_heal_once(tmp_path: Path) -> None:
    """Whoever heals, and however often at the same moment: both channels come up, once."""
    async with desk(tmp_path) as it:
        await it.pay("o1")
        for round_ in range(5):
            text = f"scenario: 1\nname: s\n{BOTH_DOWN}"
            await it.control("PUT", "/accounts/shop/scenario", text)
            await it.control("POST", "/accounts/shop/phase", {"name": "dark"})
            heals = [it.control("DELETE", "/accounts/shop/faults") for _ in range(3)]
            assert [answer.status for answer in await asyncio.gather(*heals)] == [200] * 3
            assert (await it.pay(f"p{round_}")).status == 201
            assert (await it.pay(f"b{round_}", channel="backup")).status == 201
        states = [(line.channel, line.state) for line in it.lines() if isinstance(line, Outage)]
        assert states == [
            (channel, state)
            for _ in range(5)
            for state in ("down", "up")
            for channel in ("primary", "backup")
        ]


ONE_AFTER_ANOTHER = """phases:
  - name: fire
    lasts: 60s
    rules: [{name: both, when: {channel: [primary, backup]}, fault: {outage: {}}}]
  - name: half
    lasts: 60s
    rules: [{name: primary-still, when: {channel: primary}, fault: {outage: {}}}]
"""


async def test_an_outage_that_follows_on_another_is_its_own(tmp_path: Path) -> None:
    """The channel stays down, the second rule has its hit, and what ends comes up."""
    async with desk(tmp_path) as it:
        await it.pay("o1")
        text = f"scenario: 1\nname: s\n{ONE_AFTER_ANOTHER}"
        await it.control("PUT", "/accounts/shop/scenario", text)
        await it.control("POST", "/accounts/shop/phase", {"name": "fire"})
        await it.control("POST", "/accounts/shop/phase", {"name": "half"})
        with pytest.raises(aiohttp.ClientConnectorError):
            await it.pay("o2")
        assert (await it.pay("o2", channel="backup")).status == 201
        await it.control("POST", "/accounts/shop/phase", {"name": "settle"})
        assert (await it.pay("o3")).status == 201
        lines = [line for line in it.lines() if isinstance(line, Outage)]
        assert [(line.channel, line.state, line.rule, line.proved) for line in lines] == [
            ("primary", "down", "both", True),
            ("backup", "down", "both", True),
            ("backup", "up", "both", True),
            ("primary", "down", "primary-still", True),
            ("primary", "up", "primary-still", True),
        ]
