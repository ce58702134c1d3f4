"""The shop's web application: its routes, and how its parts are put together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, TypeVar

import aiohttp
import msgspec
from aiohttp import web

from simulator.merchants.careful import notices
from simulator.merchants.careful.channel import Channel, new_session
from simulator.merchants.careful.config import Settings
from simulator.merchants.careful.database import Database
from simulator.merchants.careful.desk import Desk
from simulator.merchants.careful.errors import (
    BadOrder,
    BadSignature,
    LostOrder,
    NoSuchOrder,
    OrderConflict,
    ShopError,
)
from simulator.merchants.careful.gateway import NativeChannel
from simulator.merchants.careful.instances import Instances
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.payments import Teller
from simulator.merchants.careful.policy import Policy
from simulator.merchants.careful.reconcile import Reconciler
from simulator.merchants.careful.records import FAILED, PAID, PENDING, RETRYING, Order, without_card
from simulator.merchants.careful.statements import Auditor
from simulator.merchants.careful.steps import Case
from simulator.merchants.careful.webhooks import Verifier

PAGE: Final = 500
#: How soon a shop that closes stops reading statements, in seconds.
_BLINK: Final = 0.05
_CONFIRMING: Final = "The payment is being confirmed."
DESK: Final = web.AppKey("desk", Desk)
AUDITOR: Final = web.AppKey("auditor", Auditor)
VERIFIER: Final = web.AppKey("verifier", Verifier)
_STATUSES: Final = MappingProxyType({PAID: 200, PENDING: 202, FAILED: 402})
_REFUSALS: Final[Mapping[type[ShopError], int]] = MappingProxyType(
    {BadOrder: 400, BadSignature: 401, NoSuchOrder: 404, OrderConflict: 409, LostOrder: 503}
)
_Body = TypeVar("_Body")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: Makes a channel of its name, its address, the settings and the session of all.
MakeChannel = Callable[[str, str, Settings, aiohttp.ClientSession], Channel]


class _Payer(msgspec.Struct, omit_defaults=True):
    country: str | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    device: str | None = None
    ip: str | None = None
    address: dict[str, str] | None = None


class _OrderBody(msgspec.Struct):
    order_id: str
    amount: int
    currency: str
    method: dict[str, Any]
    payer: _Payer | None = None
    product: str | None = None


class _PayBody(msgspec.Struct):
    method: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """The classes that a shop is put together from; a faulty shop replaces one of them."""

    policy: type[Policy] = Policy
    teller: type[Teller] = Teller
    channel: MakeChannel = NativeChannel
    verifier: type[Verifier] = Verifier
    desk: type[Desk] = Desk
    reconciler: type[Reconciler] = Reconciler
    auditor: type[Auditor] = Auditor


_SOUND: Final = Parts()


def make_app(settings: Settings, parts: Parts = _SOUND) -> web.Application:
    """The whole shop, ready to be run."""

    async def work(app: web.Application) -> AsyncIterator[None]:
        database = Database(settings.database)
        async with new_session(settings.timings.request) as session:
            reconciler, app[DESK], app[AUDITOR] = _connect(settings, parts, database, session)
            async with asyncio.TaskGroup() as group:
                reconciler.start(group)
                group.create_task(_read_mail(settings, reconciler, app[DESK]))
                group.create_task(_audit(settings, reconciler, app[DESK], app[AUDITOR]))
                yield
                reconciler.stop()
        reconciler.leave()
        database.close()

    app = web.Application(middlewares=[_errors])
    app[VERIFIER] = parts.verifier(settings.webhook_secret, settings.timings.webhook_age)
    app.cleanup_ctx.append(work)
    app.add_routes(
        [
            web.get("/health", _health),
            web.post("/orders", _place),
            web.get("/orders", _page),
            web.get("/orders/{order}", _show),
            web.post("/orders/{order}/pay", _pay),
            web.get("/reconciliation", _reconciliation),
            web.post(settings.webhook_path, _webhook),
        ]
    )
    return app


def _connect(
    settings: Settings, parts: Parts, database: Database, session: aiohttp.ClientSession
) -> tuple[Reconciler, Desk, Auditor]:
    clock = time.monotonic
    store = OrderStore(database, settings.instance)
    instances = Instances(database, settings.instance, settings.timings.lease, _wall)
    channels: dict[str, Channel] = {
        name: parts.channel(name, url, settings, session) for name, url in settings.channels
    }
    policy = parts.policy(settings.timings)
    teller = parts.teller(store, channels, policy, clock)
    reconciler = parts.reconciler(store, teller, policy, clock, instances)
    desk = parts.desk(store, teller, reconciler, settings.timings, clock)
    return reconciler, desk, parts.auditor(store, channels, settings.timings, _wall)


async def _read_mail(settings: Settings, reconciler: Reconciler, desk: Desk) -> None:
    while reconciler.running:
        desk.read_mail(settings.instance)
        await asyncio.sleep(settings.timings.glance)


async def _audit(settings: Settings, reconciler: Reconciler, desk: Desk, auditor: Auditor) -> None:
    """Read the statements again and again, but never for more than a small part of the time."""
    period = settings.timings.statement
    due = time.monotonic() + period
    while reconciler.running:
        await asyncio.sleep(_BLINK)
        began = time.monotonic()
        if began < due:
            continue
        for news in await auditor.look():
            desk.doubt(news)
        now = time.monotonic()
        due = now + max(period, 20 * (now - began))


def _wall() -> float:
    return datetime.now(UTC).timestamp()


async def _health(_: web.Request) -> web.Response:
    return _json({"status": "ok"})


async def _place(request: web.Request) -> web.Response:
    body = _read(await request.read(), _OrderBody)
    if not body.order_id or body.amount <= 0:
        raise BadOrder("an order needs an order_id and an amount above 0, in minor units")
    payer = msgspec.to_builtins(body.payer) if body.payer else {}
    method = without_card(_checked(body.method))
    order = Order(body.order_id, body.amount, body.currency, method, payer, body.product)
    desk = request.app[DESK]
    case = desk.place(order, body.method.get("card"))
    return _tell(await desk.result(case))


async def _pay(request: web.Request) -> web.Response:
    method = _checked(_read(await request.read(), _PayBody).method)
    desk = request.app[DESK]
    case = await desk.pay(request.match_info["order"], method)
    return _tell(await desk.result(case))


async def _show(request: web.Request) -> web.Response:
    return _tell(request.app[DESK].find(request.match_info["order"]))


async def _page(request: web.Request) -> web.Response:
    """A page of the order book, in the order in which the orders came."""
    after, limit = request.query.get("after") or "0", request.query.get("limit") or str(PAGE)
    if not after.isdecimal() or not limit.isdecimal() or not 0 < int(limit) <= PAGE:
        raise BadOrder(f"after: a cursor that was given here; limit: 1 to {PAGE}")
    orders, following = request.app[DESK].page(int(after), int(limit))
    cursor = None if following is None else str(following)
    return _json({"orders": [_row(order) for order in orders], "next": cursor})


async def _reconciliation(request: web.Request) -> web.Response:
    """The differences between the order book and the gateway's statement, for people to settle."""
    return _json({"differences": request.app[AUDITOR].differences})


async def _webhook(request: web.Request) -> web.Response:
    """Anything genuine gets a 2xx, heard before or not, or it would be sent again and again."""
    event = request.app[VERIFIER].take(request.headers, await request.read(), _wall())
    if event is not None:
        request.app[DESK].hear(event)
    return web.Response(status=204)


@web.middleware
async def _errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ShopError as error:
        return _json({"error": str(error)}, _REFUSALS[type(error)])


def _read(raw: bytes, body: type[_Body]) -> _Body:
    try:
        return msgspec.json.decode(raw, type=body)
    except msgspec.MsgspecError as error:
        raise BadOrder(str(error)) from error


def _checked(method: dict[str, Any]) -> dict[str, Any]:
    if not method.get("type"):
        raise BadOrder("method: needs a type, such as card")
    return method


def _tell(case: Case) -> web.Response:
    order = case.order
    body = {
        "order_id": order.id,
        "status": order.status,
        "message": order.message or _wait(case),
        "next_action": case.next_action,
    }
    return _json(body, _STATUSES[order.status])


def _wait(case: Case) -> str:
    """What a shopper reads whose payment is under way."""
    attempt = case.order.current
    payment = case.order.open_payment(attempt) if attempt else None
    if payment is not None and payment.status == RETRYING:
        return notices.text_of("customer_action_pending", case.order) or _CONFIRMING
    return _CONFIRMING


def _row(order: Order) -> dict[str, object]:
    row: dict[str, object] = {
        "order_id": order.id,
        "status": order.in_book,
        "amount": order.amount,
        "currency": order.currency,
        "fulfilled": order.fulfilled,
        "amount_refunded": order.amount_refunded,
        "payment_ids": list(order.payments),
    }
    if order.disputes:
        row["disputes"] = {each.id: each.status for each in order.disputes.values()}
    return row


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json"
    )
