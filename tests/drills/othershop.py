"""A small shop of another house: own paths, own words, own order ids, prices in major units.

It pays through the gateway like any merchant, with one request a try, and keeps its orders in
memory. Every fifth order is settled a moment later, so that shoppers have to ask.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp
from aiohttp import web

#: How a drill speaks to it. `{python}` and `{file}` are this interpreter and this file.
MERCHANT_FILE = """\
merchant:
  start: {python} {file}
  api:
    create:
      path: /checkout
      headers: {{X-Shop: other}}
      body:
        ref: "{{order_id}}"
        price: {{total: "{{amount.major}}", ccy: "{{currency}}"}}
        pay: "{{method}}"
        who: "{{payer.name}}"
    pay: {{method: PUT, path: "/checkout/{{id}}/retry", body: {{pay: "{{method}}"}}}}
    show: {{path: "/checkout/{{id}}"}}
    book: {{path: "/export?since={{after}}"}}
    health: {{path: /ping}}
    webhooks: {{path: /hooks/pay}}
  read:
    status: state.name
    words: {{done: paid, waiting: pending, refused: failed}}
    message: note
    id: id
    book:
      orders: items
      next: cursor
      order_id: ref
      status: state.name
      amount: price.total
      currency: price.ccy
      fulfilled: length(shipments)
      payment_ids: payments[].id
      unit: major
"""
PAGE = 7


@dataclass
class Checkout:
    """One order."""

    ref: str
    price: dict[str, str]
    state: str = "waiting"
    payments: list[str] = field(default_factory=list)

    def view(self, name: str) -> dict[str, Any]:
        """As shoppers and the export see it."""
        return {
            "id": name,
            "ref": self.ref,
            "price": self.price,
            "state": {"name": self.state},
            "note": f"it is {self.state}",
            "shipments": ["parcel"] if self.state == "done" else [],
            "payments": [{"id": each} for each in self.payments],
        }


class Shop:
    """Takes orders, pays them at the gateway, lists them."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._gateway = os.environ["PAYDRILL_GATEWAY_URL"]
        self._headers = {"Authorization": f"Bearer {os.environ['PAYDRILL_API_KEY']}"}
        self._orders: dict[str, Checkout] = {}
        self._numbers = count(1)
        self._group = asyncio.TaskGroup()

    async def checkout(self, request: web.Request) -> web.Response:
        """POST /checkout."""
        body = await request.json()
        assert request.headers["X-Shop"] == "other"
        number = next(self._numbers)
        name = f"chk-{number}"
        order = self._orders[name] = Checkout(body["ref"], body["price"])
        if number % 5:
            await self._pay(order, body["pay"])
        else:
            self._group.create_task(self._later(order, body["pay"]))
        return web.json_response(order.view(name), status=201)

    async def retry(self, request: web.Request) -> web.Response:
        """PUT /checkout/{id}/retry."""
        name = request.match_info["id"]
        await self._pay(self._orders[name], (await request.json())["pay"])
        return web.json_response(self._orders[name].view(name))

    async def show(self, request: web.Request) -> web.Response:
        """GET /checkout/{id}."""
        name = request.match_info["id"]
        return web.json_response(self._orders[name].view(name))

    async def export(self, request: web.Request) -> web.Response:
        """GET /export?since=, a page at a time."""
        since = int(request.query.get("since", "0"))
        names = list(self._orders)[since : since + PAGE]
        cursor = since + PAGE if since + PAGE < len(self._orders) else ""
        items = [self._orders[name].view(name) for name in names]
        return web.json_response({"items": items, "cursor": cursor})

    async def run(self, _: web.Application) -> Any:
        """Settle in the background for as long as the shop is open."""
        async with self._group:
            yield

    async def _later(self, order: Checkout, method: dict[str, str]) -> None:
        await asyncio.sleep(0.3)
        await self._pay(order, method)

    async def _pay(self, order: Checkout, method: dict[str, str]) -> None:
        body = {
            "order_id": order.ref,
            "amount": round(float(order.price["total"]) * 100),
            "currency": order.price["ccy"],
            "confirm": True,
            "method": method,
        }
        async with self._session.post(
            f"{self._gateway}/v1/payments", json=body, headers=self._headers
        ) as reply:
            said = await reply.json()
        if reply.status == 201:
            order.payments.append(said["id"])
        order.state = "done" if reply.status == 201 else "refused"


async def _well(_: web.Request) -> web.Response:
    return web.Response(status=204)


async def application() -> web.Application:
    """The shop's routes."""
    shop = Shop(aiohttp.ClientSession())
    app = web.Application()
    app.cleanup_ctx.append(shop.run)
    app.router.add_post("/checkout", shop.checkout)
    app.router.add_put("/checkout/{id}/retry", shop.retry)
    app.router.add_get("/checkout/{id}", shop.show)
    app.router.add_get("/export", shop.export)
    app.router.add_get("/ping", _well)
    app.router.add_post(os.environ["PAYDRILL_WEBHOOK_PATH"], _well)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(os.environ["PAYDRILL_PORT"]), print=None)
