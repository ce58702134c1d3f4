"""What sound merchants of other designs have in common: the web side, and plain money handling.

It shares nothing with the careful shop but the contract. Orders live in memory; a design fills in
`pay`, which runs as one task for each try of a payer and may take as long as it needs.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from abc import ABC, abstractmethod
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.merchants.site import Site

REFUSED, SILENCE = 0, -1


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for one request, before an order is given up, between tries, for a shopper."""

    request: float = 2.0
    wait: float = 4.0
    pause: float = 0.5
    answer: float = 2.8


@dataclass(slots=True)
class Order:
    """One order; `paid_by` is the payment that pays for it.

    Each try of the payer has a reference of its own at the gateway, so that closing one does not
    close the next.
    """

    id: str
    amount: int
    currency: str
    method: dict[str, Any]
    status: str = "pending"
    tries: int = 0
    paid_by: str | None = None
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def reference(self) -> str:
        """The order's name at the gateway."""
        return self.id if self.tries < 2 else f"{self.id}-{self.tries}"


class Shell(ABC):
    """A shop with one channel."""

    reads_webhooks = True

    def __init__(self, site: Site, patience: Patience = Patience()) -> None:
        self.site = site
        self.patience = patience
        self.orders: dict[str, Order] = {}
        self._heard: set[str] = set()
        self._references: dict[str, Order] = {}
        self._session: aiohttp.ClientSession | None = None
        self._group: asyncio.TaskGroup | None = None

    @abstractmethod
    async def pay(self, order: Order) -> None:
        """Bring the order to an end: paid or failed."""

    async def charge(self, order: Order, capture: str = "automatic") -> tuple[int, Any]:
        """One request to charge; the same key within one try of the payer."""
        body = {
            "order_id": order.reference,
            "amount": order.amount,
            "currency": order.currency,
            "capture": capture,
            "method": order.method,
        }
        return await self.ask("POST", "/v1/payments", body, f"key-{order.reference}")

    async def ask(
        self, verb: str, path: str, body: object = None, key: str | None = None
    ) -> tuple[int, Any]:
        """Status and JSON; REFUSED if nothing was sent, SILENCE if nobody can tell."""
        if self._session is None:
            raise RuntimeError("the shop is not open")
        headers = {"Authorization": f"Bearer {self.site.key}"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            async with self._session.request(
                verb, self.site.primary + path, json=body, headers=headers
            ) as response:
                return response.status, await response.json()
        except aiohttp.ClientConnectorError:
            return REFUSED, None
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return SILENCE, None

    async def until_answered(
        self, verb: str, path: str, body: object = None, key: str | None = None
    ) -> Any:
        """The JSON of a 2xx, however often it takes."""
        while True:
            status, answer = await self.ask(verb, path, body, key)
            if 200 <= status < 300:
                return answer
            await asyncio.sleep(self.patience.pause)

    async def close(self, order: Order) -> None:
        """Cancel the order at the gateway; what was captured counts, the rest is over."""
        path, body = "/v1/payments/cancel", {"order_id": order.reference}
        for payment in (await self.until_answered("POST", path, body))["data"]:
            self.see(order, payment)
        if order.status == "pending":
            self.settle(order, "failed")

    def see(self, order: Order, payment: dict[str, Any]) -> None:
        """Take in a payment; money that pays for nothing goes back."""
        order.seen[payment["id"]] = payment
        if payment["status"] == "captured":
            if order.status == "pending":
                order.paid_by = payment["id"]
                self.settle(order, "paid")
            if order.paid_by != payment["id"] and payment["id"] not in order.refunded:
                order.refunded[payment["id"]] = 0
                self._spawn(self._refund(order, payment))
        order.changed.set()

    def settle(self, order: Order, status: str) -> None:
        """Paid or failed, and tell."""
        order.status = status
        order.settled.set()

    async def _refund(self, order: Order, payment: dict[str, Any]) -> None:
        reference = f"late-{payment['id']}"
        body = {"payment": payment["id"], "reference": reference}
        refund = await self.until_answered("POST", "/v1/refunds", body, reference)
        order.refunded[payment["id"]] = refund["amount"]

    def app(self) -> web.Application:
        """The application, ready to be run."""
        app = web.Application()
        app.cleanup_ctx.append(self._open)
        app.add_routes(
            [
                web.get("/health", _health),
                web.post("/orders", self._place),
                web.get("/orders", self._page),
                web.get("/orders/{order}", self._show),
                web.post("/orders/{order}/pay", self._again),
                web.post("/webhooks", self._webhook),
            ]
        )
        return app

    async def _open(self, _: web.Application) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=self.patience.request)
        connector = aiohttp.TCPConnector(limit=0)
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=connector) as self._session,
            _Workers() as self._group,
        ):
            yield

    def _spawn(self, work: Any) -> None:
        if self._group is None:
            raise RuntimeError("the shop is not open")
        self._group.create_task(work)

    async def _place(self, request: web.Request) -> web.Response:
        body = await request.json()
        order = self.orders.get(body["order_id"])
        if order is None:
            order = Order(body["order_id"], body["amount"], body["currency"], body["method"])
            self.orders[order.id] = order
            await self._try(order)
        return _tell(order)

    async def _again(self, request: web.Request) -> web.Response:
        order = self.orders[request.match_info["order"]]
        if order.status == "failed":
            order.method = (await request.json())["method"]
            order.status = "pending"
            order.settled.clear()
            await self._try(order)
        return _tell(order)

    async def _try(self, order: Order) -> None:
        order.tries += 1
        self._references[order.reference] = order
        self._spawn(self.pay(order))
        try:
            await asyncio.wait_for(order.settled.wait(), self.patience.answer)
        except TimeoutError:
            return

    async def _show(self, request: web.Request) -> web.Response:
        return _tell(self.orders[request.match_info["order"]])

    async def _page(self, _: web.Request) -> web.Response:
        return web.json_response({"orders": [_row(each) for each in self.orders.values()]})

    async def _webhook(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if not _signed(self.site.secret, request, raw):
            return web.Response(status=401)
        event = json.loads(raw)
        payment = event["data"].get("payment")
        fresh = event["id"] not in self._heard
        self._heard.add(event["id"])
        if self.reads_webhooks and fresh and payment:
            self.see(self._references[payment["order_id"]], payment)
        return web.Response(status=204)


class _Workers:
    """A task group whose tasks end with the shop."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Any:
        await self._group.__aenter__()
        return self

    def create_task(self, work: Any) -> None:
        """Run this, and remember it."""
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def __aexit__(self, *error: object) -> None:
        for task in self._tasks:
            task.cancel()
        await self._group.__aexit__(None, None, None)


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def _signed(secret: str, request: web.Request, raw: bytes) -> bool:
    name, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    key = b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{name}.{stamp}.".encode() + raw, hashlib.sha256).digest()
    good = hmac.compare_digest(
        f"v1,{b64encode(digest).decode()}", request.headers["webhook-signature"]
    )
    return good and abs(time.time() - int(stamp)) < 300  # noqa: TID251 - a shop has a clock


def _tell(order: Order) -> web.Response:
    status = {"paid": 200, "pending": 202, "failed": 402}[order.status]
    body = {"order_id": order.id, "status": order.status, "message": "", "next_action": None}
    return web.json_response(body, status=status)


def _row(order: Order) -> dict[str, object]:
    return {
        "order_id": order.id,
        "status": order.status,
        "amount": order.amount,
        "currency": order.currency,
        "amount_refunded": sum(order.refunded.values()),
        "payment_ids": list(order.seen),
    }
