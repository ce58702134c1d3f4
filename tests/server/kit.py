"""A gateway in this process on real sockets, and a merchant's plain client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from simulator.assembly import Serving, Settings, serving
from simulator.journal.entry import Exchange, Line
from simulator.journal.reader import read_lines
from simulator.scenario.loader import load

KEY = "sk_test_shop"
CARD = {"type": "card", "token": "tok_visa_DE_000123"}


class Answer(msgspec.Struct):
    """What came back."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def error(self) -> dict[str, Any]:
        """The error body."""
        return self.body["error"]


class Desk:
    """A client of both channels and of the control API, and a reader of the journal."""

    def __init__(self, serving: Serving, session: aiohttp.ClientSession, journal: Path) -> None:
        self.serving = serving
        self.gateway = serving.gateway
        self._session = session
        self._journal = journal

    async def call(
        self, method: str, path: str, body: object = None, *, channel: str = "primary", **kw: Any
    ) -> Answer:
        """One request to a channel, with the test key."""
        base = self.serving.primary if channel == "primary" else self.serving.backup
        headers = {"Authorization": f"Bearer {kw.pop('api_key', KEY)}"}
        if "key" in kw:
            headers["Idempotency-Key"] = kw.pop("key")
        timeout = aiohttp.ClientTimeout(total=kw.pop("timeout", 10))
        async with self._session.request(
            method, base + path, json=body, headers=headers, timeout=timeout, **kw
        ) as response:
            return await _answer(response)

    async def pay(self, order: str = "o1", amount: int = 1000, **kw: Any) -> Answer:
        """Create and confirm a payment by card."""
        body = {"order_id": order, "amount": amount, "currency": "USD", "method": CARD}
        return await self.call("POST", "/v1/payments", body | kw.pop("body", {}), **kw)

    async def find(self, order: str = "o1", **kw: Any) -> list[dict[str, Any]]:
        """All payments of an order on a channel."""
        answer = await self.call("GET", f"/v1/payments?order_id={order}", **kw)
        return answer.body["data"]

    async def control(self, method: str, path: str, body: object = None, **kw: Any) -> Answer:
        """One call of the control API, with its token."""
        headers = {"Authorization": f"Bearer {kw.pop('token', self.serving.token)}"}
        sent = {"data": body} if isinstance(body, str) else {"json": body}
        async with self._session.request(
            method, self.serving.control + path, headers=headers, **sent
        ) as response:
            return await _answer(response)

    def lines(self) -> list[Line]:
        """The journal so far."""
        self.gateway.lookback.page("shop", 0, 1)  # reading flushes
        return list(read_lines(self._journal))

    def exchanges(self) -> list[Exchange]:
        """The exchanges so far."""
        return [line for line in self.lines() if isinstance(line, Exchange)]


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    raw = await response.read()
    json = response.content_type == "application/json"
    body = msgspec.json.decode(raw) if json else {"text": raw.decode()}
    return Answer(response.status, body, dict(response.headers))


@asynccontextmanager
async def desk(folder: Path, scenario: str | None = None, **changes: Any) -> AsyncIterator[Desk]:
    """A gateway that plays `scenario` (rules of a scenario in YAML), on free ports."""
    journal = folder / "journal.jsonl"
    played = load(f"scenario: 1\nname: t\n{scenario}", "t.yaml") if scenario else None
    settings = Settings(
        port=0, backup_port=0, control_port=0, journal=journal, scenario=played, **changes
    )
    async with serving(settings) as running, aiohttp.ClientSession() as session:
        yield Desk(running, session, journal)
