"""What happens to the connection: waiting, answering, closing without an answer, resetting.

Answers are written by hand in one go. That is what makes this gateway cheap enough never to be the
bottleneck of a rehearsal, and it tells at once whether the caller was still there.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest

from simulator.dialects.dialect import Reply
from simulator.server.connection import Connection

_LINGER_NONE: Final = struct.pack("ii", 1, 0)


class _Written(web.StreamResponse):
    """Stands for an answer that has left already; aiohttp has nothing more to do."""

    def __init__(self, *, stay: bool) -> None:
        super().__init__()
        self._keep_alive = stay

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:  # noqa: ARG002 - aiohttp's signature
        """Nothing is left to prepare."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to write."""


async def wait(seconds: float, http: BaseRequest, *, whole: bool) -> None:
    """Wait; unless `whole`, only for as long as the caller is there."""
    connection = http.protocol
    if whole or not isinstance(connection, Connection):
        await asyncio.sleep(seconds)
    else:
        await connection.wait(seconds)


def answer(http: BaseRequest, reply: Reply) -> web.StreamResponse:
    """Write a reply to the caller, who may be gone."""
    stay = http.keep_alive
    transport = http.transport
    if transport is not None:
        head = _head(reply.status, reply.content_type, stay=stay)
        for name, value in reply.headers:
            head += f"{name}: {value}\r\n".encode("latin-1")
        transport.write(b"%bContent-Length: %d\r\n\r\n%b" % (head, len(reply.body), reply.body))
    return _Written(stay=stay)


def close(http: BaseRequest) -> web.StreamResponse:
    """Close the connection without an answer."""
    http.protocol.force_close()
    return _Written(stay=False)


def reset(http: BaseRequest) -> web.StreamResponse:
    """Reset the connection (RST): the caller gets ECONNRESET, not an end of file.

    `abort` alone sends a FIN when nothing is unread; a linger time of zero makes the kernel reset.
    """
    transport = http.transport
    if transport is not None:
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
        transport.abort()
    http.protocol.force_close()
    return _Written(stay=False)


@lru_cache(maxsize=256)
def _head(status: int, content_type: str, *, stay: bool) -> bytes:
    """The status line and the headers that do not change from answer to answer."""
    reason = HTTPStatus(status).phrase
    lines = [f"HTTP/1.1 {status} {reason}", "Server: paydrill", f"Content-Type: {content_type}"]
    if not stay:
        lines.append("Connection: close")
    return "".join(f"{line}\r\n" for line in lines).encode()
