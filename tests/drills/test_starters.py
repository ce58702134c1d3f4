"""Tests of the process starters: who is started how, and what each is told."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from pathlib import Path

import aiohttp
import msgspec
import pytest

from simulator.assembly import Settings, serving
from simulator.drills import starters as starting
from simulator.drills.control import API_KEY
from simulator.drills.halt import Halt
from simulator.drills.merchantfile import MerchantSpec
from simulator.drills.pace import RealPace
from simulator.drills.plan import Drill
from simulator.drills.preflight import check_call
from simulator.drills.starters import ProcessStarters, RunningGateway
from simulator.errors import ControlError, UsageError
from tests.drills.fakes import drill as fake_drill

_TOLD = {
    "PAYDRILL_GATEWAY_URL": "http://127.0.0.1:1",
    "PAYDRILL_BACKUP_URL": "http://127.0.0.1:2",
    "PAYDRILL_API_KEY": API_KEY,
    "PAYDRILL_WEBHOOK_SECRET": "whsec_x",
    "PAYDRILL_WEBHOOK_PATH": "/webhooks",
}
_PRINTS_ITSELF = (
    "import json, os\n"
    "print(json.dumps({'cwd': os.getcwd(), 'env': dict(os.environ)}), flush=True)\n"
)


@pytest.fixture(name="environ")
def _environ() -> dict[str, str]:
    return {**os.environ, "PAYDRILL_TOKEN": "secret", "PAYDRILL_PORT": "1", "COLOUR": "blue"}


@pytest.fixture(name="drill")
def _drill(tmp_path: Path) -> Drill:
    drill = fake_drill(tmp_path / "out")
    drill.folder.prepare()
    return drill


def _with(drill: Drill, spec: MerchantSpec) -> Drill:
    return msgspec.structs.replace(drill, merchant=spec)


async def _introduced(drill: Drill, environ: dict[str, str], *, ours: bool) -> dict[str, object]:
    """What a merchant finds when it is started."""
    spec = MerchantSpec(name="x", start=(sys.executable, "-c", _PRINTS_ITSELF), ours=ours)
    starters = ProcessStarters(_with(drill, spec), environ=environ)
    try:
        shop = await starters.merchant(_TOLD)
        while shop.ended() is None:
            await RealPace().rest(0.02, asyncio.Event())
        found: dict[str, object] = json.loads(shop.last_words())
        return {**found, "url": shop.url}
    finally:
        await starters.close()


async def test_merchant_knows_six_things(drill: Drill, environ: dict[str, str]) -> None:
    """A user's merchant has its own environment and six variables; never the control token."""
    found = await _introduced(drill, environ, ours=False)
    env = found["env"]
    assert isinstance(env, dict)
    ours = {name: value for name, value in env.items() if name.startswith("PAYDRILL_")}
    port = str(found["url"]).rpartition(":")[2]
    assert ours == {**_TOLD, "PAYDRILL_PORT": port}
    assert env["COLOUR"] == "blue"
    assert found["cwd"] == str(Path.cwd())


async def test_reference_merchant_keeps_its_files_in_the_drills_folder(
    drill: Drill, environ: dict[str, str]
) -> None:
    """Its database is part of the drill, and of nothing else."""
    found = await _introduced(drill, environ, ours=True)
    assert found["cwd"] == str(drill.folder.scratch.resolve())


async def test_merchant_that_runs_is_left_alone(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A URL is not started; the caller has to say which secret it knows."""
    spec = MerchantSpec(name="http://127.0.0.1:9", url="http://127.0.0.1:9")
    starters = ProcessStarters(_with(drill, spec))
    try:
        shop = await starters.merchant(_TOLD)
        assert (shop.url, shop.ended(), shop.last_words()) == ("http://127.0.0.1:9", None, "")
        assert "gave no answer" in (await shop.problem() or "")
    finally:
        await starters.close()
    monkeypatch.delenv("PAYDRILL_WEBHOOK_SECRET", raising=False)
    with pytest.raises(UsageError, match="PAYDRILL_WEBHOOK_SECRET"):
        check_call(_with(drill, spec))
    monkeypatch.setenv("PAYDRILL_WEBHOOK_SECRET", "whsec_x")
    check_call(_with(drill, spec))


async def test_gateway_starts_again_when_a_port_was_taken(
    drill: Drill, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look for a free port and its use somebody else can take it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        asked = iter([(taken.getsockname()[1], *starting.free_ports(2)), starting.free_ports(3)])
        monkeypatch.setattr(starting, "free_ports", lambda _: next(asked))
        starters = ProcessStarters(drill, environ=environ)
        try:
            gateway = await starters.gateway()
            assert gateway.ended() is None
            assert await gateway.control.health()
            card = json.loads((drill.folder.parts / "gateway.json").read_bytes())
            assert card["primary"] == gateway.primary
        finally:
            await starters.close()
        assert gateway.ended() is not None


async def test_gateway_that_does_not_start_says_why(drill: Drill, environ: dict[str, str]) -> None:
    """A journal that cannot be written is not tried three times, and named."""
    drill.folder.gateway.mkdir()
    starters = ProcessStarters(drill, environ=environ)
    try:
        with pytest.raises(ControlError, match=r"(?s)the gateway did not start.*gateway\.jsonl"):
            await starters.gateway()
    finally:
        await starters.close()


async def test_gateway_that_runs_is_used_and_left_running(drill: Drill) -> None:
    """Its account is emptied first, and only what this drill did there is fetched."""
    settings = Settings(port=0, backup_port=0, control_port=0, token="t")
    async with serving(settings) as running:
        await _charge(running.primary, "r0-1")
        where = RunningGateway(primary=running.primary, control=running.control, token="t")
        starters = ProcessStarters(drill, running=where)
        try:
            gateway = await starters.gateway()
            assert await gateway.control.payments() == ()
            assert (gateway.primary, gateway.backup) == (running.primary, "")
            await _charge(running.primary, "r1-1")
            await gateway.collect()
        finally:
            await starters.close()
        lines = drill.folder.gateway.read_text()
        assert "r1-1" in lines
        assert "r0-1" not in lines
        async with aiohttp.ClientSession() as session:
            reply = await session.get(f"{running.control}/health")
            assert reply.status == 200


async def _charge(url: str, order: str) -> None:
    body = {
        "order_id": order,
        "amount": 1999,
        "currency": "USD",
        "confirm": True,
        "method": {"type": "card", "token": "tok_visa_US_1"},
    }
    headers = {"Authorization": f"Bearer {API_KEY}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{url}/v1/payments", json=body) as reply,
    ):
        assert reply.status == 201, await reply.text()


def test_first_reason_to_halt_stays() -> None:
    """What comes after is a consequence; it is told once."""
    told: list[str] = []
    halt = Halt(told.append)
    halt.fail("the gateway ended")
    halt.abort("the merchant ended")
    assert (halt.reason, halt.broken, told) == ("the gateway ended", True, ["the gateway ended"])


@pytest.mark.parametrize("missing", ["--gateway", "--backup", "--control"])
async def test_gateway_that_cannot_be_reached_is_a_wrong_call(drill: Drill, missing: str) -> None:
    """It is said of which of the three addresses, before anything is drilled."""
    settings = Settings(port=0, backup_port=0, control_port=0, token="t")
    nowhere = f"http://127.0.0.1:{starting.free_ports(1)[0]}"
    async with serving(settings) as running:
        urls = {
            "--gateway": running.primary,
            "--backup": running.backup,
            "--control": running.control,
        } | {missing: nowhere}
        where = RunningGateway(
            primary=urls["--gateway"], backup=urls["--backup"], control=urls["--control"], token="t"
        )
        starters = ProcessStarters(drill, running=where)
        try:
            with pytest.raises(UsageError, match=f"{missing} {nowhere}"):
                await starters.gateway()
        finally:
            await starters.close()


async def test_place_where_somebody_listens_already_is_a_wrong_call(drill: Drill) -> None:
    """Else the drill would judge a stranger."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        starters = ProcessStarters(_with(drill, MerchantSpec(name="x", start=("true",), url=url)))
        try:
            with pytest.raises(UsageError, match=f"listens at {url} already"):
                await starters.merchant(_TOLD)
        finally:
            await starters.close()
