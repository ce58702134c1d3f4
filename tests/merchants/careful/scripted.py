"""A gateway that says what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Said = tuple[int, Any]


def payment(order: str, status: str = "captured", amount: int = 500, name: str = "pay_1") -> Any:
    """A payment as the native API shows it."""
    return {
        "id": name,
        "order_id": order,
        "status": status,
        "amount": amount,
        "amount_captured": amount if status == "captured" else 0,
        "currency": "EUR",
        "next_action": None,
    }


SILENCE: Said = (0, None)


def decline(order: str, retry: str = "hard") -> Said:
    """A 402 that holds the failed payment."""
    error = {
        "code": "101",
        "message": "Your card was declined.",
        "retry": retry,
        "money": "unknown" if retry == "query" else "not_debited",
        "payment": payment(order, "failed"),
    }
    return 402, {"error": error}


@dataclass(slots=True)
class Asked:
    """One request that reached the gateway."""

    what: str
    key: str | None
    body: Any


@dataclass(slots=True)
class Scripted:
    """Answers each kind of request from its own list; the last answer of a list stays."""

    charges: deque[Said] = field(default_factory=deque)
    looks: deque[Said] = field(default_factory=lambda: deque([(200, {"data": []})]))
    closes: deque[Said] = field(default_factory=lambda: deque([(200, {"data": []})]))
    refunds: deque[Said] = field(default_factory=deque)
    statements: deque[Said] = field(default_factory=lambda: deque([(503, {})]))
    notices: deque[Said] = field(default_factory=lambda: deque([(201, {"status": "sent"})]))
    disputes: deque[Said] = field(default_factory=lambda: deque([(200, {})]))
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    def seen(self, what: str) -> list[Asked]:
        """The requests of this kind: charge, look, close, refund, notice and so on."""
        return [each for each in self.asked if each.what == what]

    @property
    def work(self) -> list[Asked]:
        """All that is about the money of an order: no statements, no notices."""
        return [each for each in self.asked if each.what not in {"statement", "notice"}]

    async def until(self, what: str, count: int = 1) -> None:
        """Wait until so many requests of this kind have come."""
        async with asyncio.timeout(5), self.came:
            await self.came.wait_for(lambda: len(self.seen(what)) >= count)

    async def _answer(self, request: web.Request) -> web.Response:
        kind = _kind(request)
        body = await request.json() if request.method == "POST" else dict(request.query)
        self.asked.append(Asked(kind, request.headers.get("Idempotency-Key"), body))
        async with self.came:
            self.came.notify_all()
        script = {
            "charge": self.charges,
            "look": self.looks,
            "close": self.closes,
            "refund": self.refunds,
            "statement": self.statements,
            "notice": self.notices,
            "dispute": self.disputes,
        }[kind]
        said = script.popleft() if len(script) > 1 else script[0]
        if said is SILENCE:
            await asyncio.sleep(1.0)
            raise web.HTTPGatewayTimeout
        return web.json_response(said[1], status=said[0])


def _kind(request: web.Request) -> str:
    if request.path.startswith("/v1/statements/"):
        return "statement"
    if request.path == "/v1/notifications":
        return "notice"
    if request.path.startswith("/v1/disputes/"):
        return "dispute"
    if request.path == "/v1/refunds":
        return "refund"
    if request.method == "GET":
        return "look"
    return "close" if request.path.endswith("/cancel") else "charge"


@asynccontextmanager
async def scripted(gateway: Scripted) -> AsyncIterator[Scripted]:
    """The gateway on a free port."""
    app = web.Application()
    app.router.add_route("*", "/v1/{rest:.*}", gateway._answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    gateway.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield gateway
    finally:
        await runner.cleanup()
