"""Tests of the control client against a real gateway: every call that a drill makes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from simulator.assembly import Serving, Settings, serving
from simulator.drills.control import API_KEY, HttpControl
from simulator.drills.ports import Performance
from simulator.errors import ControlError, UsageError
from tests.drills.stories import SCENARIO

_PAY = {
    "order_id": "r1-1",
    "amount": 1999,
    "currency": "USD",
    "confirm": True,
    "method": {"type": "card", "token": "tok_visa_US_1"},
}


@asynccontextmanager
async def _gateway(journal: Path) -> AsyncIterator[tuple[Serving, HttpControl]]:
    settings = Settings(port=0, backup_port=0, control_port=0, journal=journal, token="t")
    async with serving(settings) as running, aiohttp.ClientSession() as session:
        yield running, HttpControl(session, running.control, "t")


async def _charge(url: str) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{url}/v1/payments", json=_PAY) as reply,
    ):
        assert reply.status == 201, await reply.text()


async def test_every_call_of_a_drill(tmp_path: Path) -> None:
    """Put a scenario on, keep it by its lease, see what it did, heal, and read the recording."""
    async with _gateway(tmp_path / "gateway.jsonl") as (running, control):
        assert await control.health()
        await control.reset()
        await control.webhook("http://127.0.0.1:9/webhooks", "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=")
        performance = Performance(scenario=SCENARIO, run="r1", seed=7, start_in=0.0, lease=5.0)
        spans = await control.perform(performance)
        assert [span.name for span in spans] == ["baseline", "brownout", "recovery"]
        assert [round(span.ends - span.begins, 6) for span in spans] == [10.0, 10.0, 10.0]
        await control.lease(5.0)
        await _charge(running.primary)
        (held,) = await control.payments()
        assert (held.order, held.net) == ("r1-1", 1999)
        commits, cursor = await control.commits(0)
        assert [payment.order for line in commits for payment in line.payments] == ["r1-1"]
        assert await control.commits(cursor) == ((), cursor)
        state = await control.state()
        assert (state.phase, state.healed, state.outages) == ("baseline", False, ())
        assert state.last_exchange is not None
        await control.phase("settle")
        await control.heal()
        assert (await control.state()).healed
        lines = await control.journal(0.0)
        assert any(b'"kind":"commit"' in line for line in lines)
        assert await control.journal(float("inf")) == []


async def test_refusals_carry_the_gateways_words(tmp_path: Path) -> None:
    """What the gateway says is wrong reaches whoever reads the verdict."""
    async with _gateway(tmp_path / "gateway.jsonl") as (running, control):
        broken = Performance(scenario="scenario: 2", run="r", seed=1, start_in=0.0, lease=5.0)
        with pytest.raises(ControlError, match="PUT /accounts/drill/scenario: 4"):
            await control.perform(broken)
        async with aiohttp.ClientSession() as session:
            stranger = HttpControl(session, running.control, "wrong")
            with pytest.raises(UsageError, match="refused the token"):
                await stranger.state()


async def test_gateway_that_is_gone() -> None:
    """No answer is an error with a reason, not a hang."""
    async with aiohttp.ClientSession() as session:
        control = HttpControl(session, f"http://127.0.0.1:{unused_port()}", "t")
        with pytest.raises(ControlError, match="GET /health"):
            await control.health()
