"""Answers on their way out."""

from __future__ import annotations

import msgspec
from aiohttp import web

from simulator.server.control.call import Text


def json(value: object, status: int = 200) -> web.Response:
    """A struct, or plain data, as JSON."""
    body = msgspec.json.encode(value)
    return web.Response(body=body, status=status, content_type="application/json")


def reply(value: msgspec.Struct | Text, status: int) -> web.Response:
    """What a handler returned."""
    if isinstance(value, Text):
        return web.Response(body=value.body, status=status, headers={"Content-Type": value.kind})
    return json(value, status)
