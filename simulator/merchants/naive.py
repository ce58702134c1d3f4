"""The shop that everyone has written once.

Each line of it looks reasonable, and on a good day it works. Its mistakes, kindly listed, so that
they can be found again elsewhere:

1. **A new idempotency key for every try.** A key protects only if the retry sends the same one.
2. **A timeout is taken for a failure** and tried again at once, without asking what became of the
   first try. The answer was lost, not the money: the payer is charged twice.
3. **After the last try the order is called failed**, though any of the tries may have been charged.
   Nobody looks again, nobody refunds: the payer has paid for nothing.
4. **"Failed" is written over what a webhook said meanwhile.** The last writer wins, whoever knows
   better; and once an order has failed, a webhook that says "captured" is not heard any more.
5. **Webhooks are believed unread.** No signature is checked, so anybody who can guess an order's
   number can have it marked as paid; and nothing is deduplicated.
6. **There is no second channel, no pause between tries and no circuit breaker.** When the gateway
   goes down, so does the shop, and it makes things worse by asking again at once.
7. **There is no reconciliation.** Whatever arrives late or twice stays where it is, and an order
   whose webhook is lost stays pending for ever.
8. **The order book lives in memory.** A restart forgets every payment under way, and of two
   instances each sells by itself: a double click buys twice, a webhook is news to the wrong one.
9. **A status that it has not heard of counts as a failure.** `retrying` was new when the shop was
   written; the gateway is still at it, and the shop tries again beside it.
10. **Nobody is told, and nothing is compared.** A payer whose payment failed hears of it on the
   page or never; the gateway's statement is not read, refunds that come back are not noticed, and
   disputes are lost by silence.

What to do instead is in the `careful` folder beside this file.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from aiohttp import web

TRIES: Final = 2
PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Settings:
    """What the shop is told. `timeout` is in seconds."""

    gateway: str
    api_key: str
    webhook_path: str = "/webhooks"
    port: int = 8000
    timeout: float = 2.0


@dataclass(slots=True)
class Order:
    """One order; `amount` in minor units."""

    id: str
    amount: int
    currency: str
    method: dict[str, Any]
    payer: dict[str, Any] | None = None
    product: str | None = None
    status: str = "pending"
    message: str = ""
    next_action: dict[str, Any] | None = None
    payments: list[str] = field(default_factory=list)


class Shop:
    """Orders in a dictionary, and a client of the gateway."""

    def __init__(self, settings: Settings, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._session = session
        self.orders: dict[str, Order] = {}

    async def pay(self, order: Order) -> None:
        """Charge the order; try again if that goes wrong."""
        for _ in range(TRIES):
            if await self._try(order):
                return
        order.status, order.message = "failed", "The payment failed, please try again."

    async def _try(self, order: Order) -> bool:
        """One try, with a key of its own; whether the matter is decided."""
        headers = {
            "Authorization": f"Bearer {self._settings.api_key}",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        body = {
            "order_id": order.id,
            "amount": order.amount,
            "currency": order.currency,
            "method": order.method,
        }
        url = f"{self._settings.gateway}/v1/payments"
        try:
            async with self._session.post(url, json=body, headers=headers) as response:
                answer = await response.json()
                status = response.status
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False
        if status == 402:
            order.status, order.message = "failed", answer["error"]["message"]
            return True
        if status not in {200, 201}:
            return False
        if answer["status"] == "captured":
            order.status, order.message = "paid", "Thank you!"
            order.payments.append(answer["id"])
        order.next_action = answer["next_action"]
        # Else the gateway is still at it, or waits for the payer, and a webhook will tell.
        return answer["status"] in {"captured", "processing", "requires_action"}

    def hear(self, event: Mapping[str, Any]) -> None:
        """Believe a webhook."""
        payment = event.get("data", {}).get("payment", {})
        order = self.orders.get(payment.get("order_id"))
        if order and event.get("type") == "payment.captured" and order.status == "pending":
            order.status, order.message = "paid", "Thank you!"
            order.payments.append(payment["id"])


class Routes:
    """The web side of the shop."""

    def __init__(self, settings: Settings, shop: type[Shop] = Shop) -> None:
        self._settings = settings
        self._kind = shop
        self._shop: Shop | None = None

    def app(self) -> web.Application:
        """The application with all routes."""
        app = web.Application()
        app.cleanup_ctx.append(self._open)
        app.add_routes(
            [
                web.get("/health", self._health),
                web.post("/orders", self._place),
                web.get("/orders", self._page),
                web.get("/orders/{order}", self._show),
                web.post("/orders/{order}/pay", self._pay),
                web.post(self._settings.webhook_path, self._webhook),
            ]
        )
        return app

    @property
    def shop(self) -> Shop:
        """The shop, once the application runs."""
        if self._shop is None:
            raise web.HTTPServiceUnavailable
        return self._shop

    async def _open(self, _: web.Application) -> Any:
        timeout = aiohttp.ClientTimeout(total=self._settings.timeout)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
            self._shop = self._kind(self._settings, session)
            yield

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _place(self, request: web.Request) -> web.Response:
        body = await request.json()
        order = self.shop.orders.get(body["order_id"])
        if order is None:
            order = Order(
                body["order_id"],
                body["amount"],
                body["currency"],
                body["method"],
                body.get("payer"),
                body.get("product"),
            )
            self.shop.orders[order.id] = order
            await self.shop.pay(order)
        return _tell(order)

    async def _pay(self, request: web.Request) -> web.Response:
        order = self._order(request)
        if order.status == "failed":
            order.status = "pending"
            order.method = (await request.json())["method"]
            await self.shop.pay(order)
        return _tell(order)

    async def _show(self, request: web.Request) -> web.Response:
        return _tell(self._order(request))

    async def _page(self, request: web.Request) -> web.Response:
        after = int(request.query.get("after") or 0)
        orders = list(self.shop.orders.values())[after : after + PAGE]
        following = after + PAGE if after + PAGE < len(self.shop.orders) else None
        return web.json_response({"orders": [_row(order) for order in orders], "next": following})

    async def _webhook(self, request: web.Request) -> web.Response:
        self.shop.hear(await request.json())
        return web.Response(status=204)

    def _order(self, request: web.Request) -> Order:
        order = self.shop.orders.get(request.match_info["order"])
        if order is None:
            raise web.HTTPNotFound
        return order


def _tell(order: Order) -> web.Response:
    body = {
        "order_id": order.id,
        "status": order.status,
        "message": order.message,
        "next_action": order.next_action if order.status == "pending" else None,
    }
    return web.json_response(body, status={"paid": 200, "pending": 202}.get(order.status, 402))


def _row(order: Order) -> dict[str, object]:
    return {
        "order_id": order.id,
        "status": order.status,
        "amount": order.amount,
        "currency": order.currency,
        "payment_ids": order.payments,
    }


def make_app(settings: Settings) -> web.Application:
    """The whole shop, ready to be run."""
    return Routes(settings).app()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the shop until it is told to stop; 0, or 2 if the environment is not right."""
    return run("naive", make_app, argv)


def run(
    name: str, make: Callable[[Settings], web.Application], argv: Sequence[str] | None = None
) -> int:
    """The same for a shop of this name, which `make` makes."""
    if argv:
        sys.stderr.write(f"{name} takes no arguments; it is told by PAYDRILL_… variables\n")
        return 2
    missing = [
        name for name in ("PAYDRILL_GATEWAY_URL", "PAYDRILL_API_KEY") if name not in os.environ
    ]
    if missing:
        sys.stderr.write(f"not set: {', '.join(missing)}\n")
        return 2
    settings = Settings(
        gateway=os.environ["PAYDRILL_GATEWAY_URL"].rstrip("/"),
        api_key=os.environ["PAYDRILL_API_KEY"],
        webhook_path=os.environ.get("PAYDRILL_WEBHOOK_PATH") or "/webhooks",
        port=int(os.environ.get("PAYDRILL_PORT") or 8000),
    )
    asyncio.run(_serve(make(settings), settings.port))
    return 0


async def _serve(app: web.Application, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
        await stop.wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
