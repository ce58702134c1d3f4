"""A Stripe that says what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from simulator.merchants.careful.channel import new_session
from simulator.merchants.careful.config import Settings
from simulator.merchants.careful.records import Attempt, Order

#: A status with a body: data as JSON, or bytes as they are. Status 0 hangs up.
Said = tuple[int, Any]
SILENCE: Said = (0, None)


def intent(status: str = "succeeded", **more: Any) -> dict[str, Any]:
    """A payment intent of the order o-1, as far as the shop reads it."""
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "status": status,
        "currency": "eur",
        "amount_received": 500 if status == "succeeded" else 0,
        "latest_charge": "ch_1" if status == "succeeded" else None,
        "metadata": {"order_id": "o-1", "channel": "primary"},
        **more,
    }


def charge(name: str = "ch_1", **more: Any) -> dict[str, Any]:
    """A charge of that intent."""
    return {
        "id": name,
        "object": "charge",
        "status": "succeeded",
        "currency": "eur",
        "captured": True,
        "amount_captured": 500,
        "payment_intent": "pi_1",
        "metadata": {"order_id": "o-1", "channel": "primary"},
        **more,
    }


def listed(*data: dict[str, Any]) -> Said:
    """A list of one page."""
    return 200, {"object": "list", "data": list(data), "has_more": False, "url": "/v1/x"}


def error(status: int, **fields: Any) -> Said:
    """An error."""
    return status, {"error": fields}


@dataclass(frozen=True)
class Asked:
    """One request: `POST /v1/refunds`, its key and its parameters."""

    what: str
    key: str | None
    params: dict[str, str]


@dataclass
class Stripe:
    """Answers one request after the other; the last answer stays."""

    answers: deque[Said] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    @property
    def whats(self) -> list[str]:
        """What was asked, in order."""
        return [each.what for each in self.asked]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        body = await request.text()
        form = request.content_type == "application/x-www-form-urlencoded"
        params = dict(parse_qsl(body)) if form else dict(request.query)
        key = request.headers.get("Idempotency-Key")
        self.asked.append(Asked(f"{request.method} {request.path}", key, params))
        status, said = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if status == 0:
            if request.transport is not None:
                request.transport.abort()
            await asyncio.sleep(5)
        if isinstance(said, bytes):
            return web.Response(body=said, status=status, content_type="text/html")
        headers = {"Retry-After": "3"} if status in {429, 503} else {}
        return web.json_response(said, status=status, headers=headers)


@dataclass
class Bench:
    """Stripe, the session and the settings of a shop."""

    stripe: Stripe
    session: aiohttp.ClientSession
    settings: Settings


@asynccontextmanager
async def scripted(*answers: Said) -> AsyncIterator[Bench]:
    """Stripe on a free port, with these answers."""
    stripe = Stripe(deque(answers))
    app = web.Application()
    app.router.add_route("*", "/v1/{rest:.*}", stripe.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stripe.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    settings = Settings(
        channels=(("primary", stripe.url),), api_key="sk_test_1", webhook_secret="whsec_MTIz"
    )
    try:
        async with new_session(2) as session:
            yield Bench(stripe, session, settings)
    finally:
        await runner.cleanup()


def order(**more: Any) -> Order:
    """The order o-1 of 5 EUR."""
    method = {"type": "card", "token": "tok_visa_DE_1"}
    return Order("o-1", 500, "EUR", method, **more)


def tried(placed: Order, handle: str = "pi_1") -> Attempt:
    """An attempt of it that was sent once."""
    attempt = placed.begin("primary")
    attempt.sent, attempt.handle = 1, handle
    return attempt
