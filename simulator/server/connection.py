"""Connections of a channel: aiohttp's protocol, which also says when a caller hangs up.

aiohttp 3.14 gives every request a task of its own where Python cannot start tasks eagerly (before
3.12): a twentieth of what a payment costs. Here the connection's own task handles them, one after
the other as they came, which is what HTTP/1.1 asks for anyway. That rests on the inside of aiohttp,
so any other version than 3.14 is left to itself.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

import aiohttp
from aiohttp.http_parser import RawRequestMessage
from aiohttp.http_writer import StreamWriter
from aiohttp.streams import StreamReader
from aiohttp.web import RequestPayloadError
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server

_KNOWN: Final = aiohttp.__version__.startswith("3.14.")


class Connection(RequestHandler):
    """One caller's connection. `lost` is told when it is gone."""

    __slots__ = ("_lost",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lost: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """Handle requests until the connection is done with."""
        while _KNOWN and not self._force_close:
            if not self._messages:
                self._waiter = self._loop.create_future()
                try:
                    await self._waiter
                finally:
                    self._waiter = None
            message, payload = self._messages[0]
            if not isinstance(message, RawRequestMessage):
                break  # no HTTP: aiohttp knows what to answer
            self._messages.popleft()
            if not await self._handle(message, payload):
                return
        await super().start()

    async def _handle(self, message: RawRequestMessage, payload: StreamReader) -> bool:
        """Handle one request; whether another may follow on this connection."""
        self._make_room()
        manager, factory, handler = self._manager, self._request_factory, self._request_handler
        task = self._task_handler
        if manager is None or factory is None or handler is None or task is None:
            return False  # the caller was gone before it came to this
        manager.requests_count += 1
        request = factory(message, payload, self, StreamWriter(self, self._loop), task)
        try:
            response, gone = await self._handle_request(request, None, handler)
        except ConnectionError:
            gone = True
        except asyncio.CancelledError:
            self.force_close()
            raise
        if not gone:
            self._keepalive = bool(response.keep_alive)
            if not payload.is_eof():
                await self._drain(payload)
        if gone or not self._keepalive or self._close or self._force_close:
            self._end()
            return False
        self._await_another()
        return True

    def _make_room(self) -> None:
        """A request was taken up: the parser may go on with others."""
        if self._parser is not None:
            self._parser.message_consumed()
        if self._buffer_paused and len(self._messages) <= self._msg_queue_resume_size:
            self._resume_reading_if_drained()

    async def _drain(self, payload: StreamReader) -> None:
        """Read the rest of a body that nobody wanted, so that the caller can read the answer.

        It may never come, or not be what it was announced to be: then the connection ends.
        """
        with suppress(TimeoutError, ConnectionError, RequestPayloadError):
            async with asyncio.timeout(self._lingering_time):
                while not payload.is_eof() and not self._force_close:
                    await payload.readany()
        if not payload.is_eof():
            self.close()

    def _await_another(self) -> None:
        close_time = self._loop.time() + self._keepalive_timeout
        self._next_keepalive_close_time = close_time
        if self._keepalive_handle is None:
            self._keepalive_handle = self._loop.call_at(close_time, self._process_keepalive)

    def _end(self) -> None:
        if not self._force_close:
            self._task_handler = None
            if self.transport is not None:
                self.transport.close()

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
