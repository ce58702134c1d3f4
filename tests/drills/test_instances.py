"""Several instances of a merchant behind one address, with real processes."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from simulator.drills.judge import judge_recording
from simulator.drills.merchantfile import MerchantSpec, merchant
from simulator.drills.pace import RealPace
from simulator.drills.plan import Drill
from simulator.drills.shop import HttpShop
from simulator.drills.starters import ProcessStarters
from tests.drills.fakes import drill as fake_drill
from tests.drills.test_endtoend import _drill, _verdict

_TOLD = {
    "PAYDRILL_GATEWAY_URL": "http://127.0.0.1:9",
    "PAYDRILL_BACKUP_URL": "http://127.0.0.1:9",
    "PAYDRILL_API_KEY": "sk_test_drill",
    "PAYDRILL_WEBHOOK_SECRET": "whsec_c2VjcmV0",
    "PAYDRILL_WEBHOOK_PATH": "/webhooks",
}
_ORDER = {
    "amount": 500,
    "currency": "EUR",
    "method": {"type": "card", "token": "tok_visa_DE_1"},
}
_SHORT = """\
scenario: 1
name: short
seed: 5
instances: 2
traffic: {habits: {double_click: 40%}, patience: 10s}
phases:
  - {name: baseline, lasts: 1s, arrivals: 12/s}
  - name: trouble
    lasts: 5s
    arrivals: 12/s
    rules:
      - {name: slow, when: {operation: authorize}, fault: {slow: {fixed: 300ms, at: after}}}
      - {name: copies, share: 40%, fault: {webhook_duplicate: {times: 2}}}
    events:
      - {at: 500ms, restart_merchant: {instance: 1, down: 4s}}
  - {name: recovery, lasts: 1s, arrivals: 12/s}
settle: 6s
expect:
  - no_orphan_charge: {refund_within: 4s}
"""


def _planned(folder: Path, spec: MerchantSpec) -> Drill:
    drill = msgspec.structs.replace(fake_drill(folder / "out"), merchant=spec, instances=2)
    drill.folder.prepare()
    return drill


async def _ready(shop: HttpShop) -> None:
    async with asyncio.timeout(30):
        while await shop.problem() is not None:
            await RealPace().rest(0.05, asyncio.Event())


async def _ask(shop: HttpShop, path: str, body: Any = None) -> tuple[int, Any]:
    verb = "GET" if body is None else "POST"
    async with (
        aiohttp.ClientSession() as session,
        session.request(verb, shop.url + path, json=body) as reply,
    ):
        return reply.status, await reply.json()


async def test_two_processes_share_an_address_and_one_may_be_ended(tmp_path: Path) -> None:
    """They are told of different ports, keep one order book, and one goes on without the other."""
    drill = _planned(tmp_path, merchant("careful"))
    starters = ProcessStarters(drill)
    try:
        shop = await starters.merchant(_TOLD)
        await _ready(shop)
        for number in range(3):
            await _ask(shop, "/orders", {"order_id": f"r1-{number}", **_ORDER})
        rows = await shop.orders("r1")
        assert [(row.order_id, row.apart) for row in rows] == [(f"r1-{n}", False) for n in range(3)]
        assert len(list(drill.folder.scratch.glob("*.sqlite"))) == 1
        shop.strike("kill", 2)
        assert shop.ended() is not None
        assert "asked at" in (await shop.problem() or "")
        for _ in range(3):
            assert (await _ask(shop, "/orders/r1-0"))[0] in {202, 402}
        shop.start_again()
        await _ready(shop)
        shop.strike("kill")
        assert (await aiohttp_status(shop)) == 502
        shop.start_again()
        await _ready(shop)
        assert (shop.ended(), shop.unreachable()) == (None, None)
    finally:
        await starters.close()
    assert "refused" in (drill.folder.logs / "front.log").read_text()
    assert "front of the instances ended" in (shop.unreachable() or "")


async def aiohttp_status(shop: HttpShop) -> int:
    """What the front answers by itself."""
    async with aiohttp.ClientSession() as session, session.get(f"{shop.url}/health") as reply:
        return reply.status


async def test_instances_differ_in_their_port_only(tmp_path: Path) -> None:
    """The address that the file gives is the front's, and none of theirs."""
    tells = "import json, os\nprint(json.dumps([os.getcwd(), dict(os.environ)]), flush=True)\n"
    spec = MerchantSpec(
        name="x", start=(sys.executable, "-c", tells), url="http://127.0.0.1:0", ours=True
    )
    drill = _planned(tmp_path, spec)
    starters = ProcessStarters(drill, environ={"COLOUR": "blue"})
    try:
        shop = await starters.merchant(_TOLD)
        logs = [drill.folder.merchant_log(number) for number in (1, 2)]
        async with asyncio.timeout(20):
            while not all(log.exists() and log.read_text().endswith("\n") for log in logs):
                await RealPace().rest(0.02, asyncio.Event())
    finally:
        await starters.close()
    one, two = (json.loads(log.read_text()) for log in logs)
    ports = {each[1].pop("PAYDRILL_PORT") for each in (one, two)}
    assert len(ports) == 2
    assert one == two
    assert shop.url == "http://127.0.0.1:0"


def test_careful_passes_and_naive_fails(tmp_path: Path) -> None:
    """One keeps its orders where both processes find them, the other does not."""
    careful, naive = tmp_path / "careful", tmp_path / "naive"
    with _drill(careful, _SHORT, "careful") as good, _drill(naive, _SHORT, "naive") as bad:
        codes = good.wait(80), bad.wait(80)
    assert codes == (0, 1), (careful / "console.txt").read_text()
    false = {check["name"] for check in _verdict(naive)["checks"] if check["valid"] is False}
    assert {"exactly_once", "no_orphan_charge", "books_agree"} <= false
    for folder in (careful, naive):
        assert json.loads(judge_recording(folder / "out").to_json()) == _verdict(folder)
        assert (folder / "out" / "logs" / "merchant-2.log").exists()


@pytest.mark.parametrize("path", ["careful", "naive"])
def test_reference_merchants_may_run_as_several(path: str) -> None:
    """Neither says how many; the scenario does."""
    assert merchant(path).instances is None
