"""Connections of a channel: aiohttp's protocol, which also says when a caller hangs up."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server


class Connection(RequestHandler):
    """One caller's connection. `lost` is told when it is gone."""

    __slots__ = ("_lost",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lost: asyncio.Future[None] | None = None

    def connection_lost(self, exc: BaseException | None) -> None:
        """The caller hung up, or we did."""
        super().connection_lost(exc)
        _resolve(self._lost)

    async def wait(self, seconds: float) -> None:
        """Until so many seconds have passed or the caller is gone."""
        if self.transport is None:
            return
        loop = asyncio.get_running_loop()
        self._lost = loop.create_future()
        timer = loop.call_later(seconds, _resolve, self._lost)
        try:
            await self._lost
        finally:
            timer.cancel()
            self._lost = None


class Front(Server):
    """aiohttp's low-level server, with our kind of connection."""

    def __call__(self) -> Connection:
        """A connection for a new caller."""
        return Connection(self, loop=self._loop, **self._kwargs)


def _resolve(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)
