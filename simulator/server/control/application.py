"""The control API as an aiohttp application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from simulator.server.control import reading
from simulator.server.control.call import Call, Route
from simulator.server.control.errors import explain, guard
from simulator.server.control.replies import reply
from simulator.server.control.routes import ROUTES
from simulator.server.gateway import Gateway

#: Scenarios are small; a larger body is refused unread.
MAX_BODY: Final = 128 * 1024


def application(gateway: Gateway, token: str) -> web.Application:
    """The control API of a gateway, guarded by `token`."""
    open_paths = frozenset(route.path for route in ROUTES if route.open)
    app = web.Application(
        middlewares=[explain, guard(token, open_paths=open_paths)], client_max_size=MAX_BODY
    )
    for route in ROUTES:
        app.router.add_route(route.method, route.path, _handler(route, gateway))
    return app


def _handler(
    route: Route, gateway: Gateway
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    query, body = route.reads

    async def handle(request: web.Request) -> web.StreamResponse:
        asked = reading.query(query, request.query)
        raw = await request.read()
        given = reading.document(raw) if body is str else reading.body(body, raw)
        call = Call(gateway, request.match_info, asked, given)
        return reply(await route.handler(call), route.status)

    return handle
