"""What happens to the connection: waiting, answering, and every way of not answering properly.

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


#: Nothing is ever kept in them, so that two are enough: with the connection open, and to be closed.
_STAYS: Final = _Written(stay=True)
_GOES: Final = _Written(stay=False)


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
        transport.write(_top(reply, stay=stay) + _body(http, reply))
    return _STAYS if stay else _GOES


async def drip(http: BaseRequest, reply: Reply, size: int, gap: float) -> bool:
    """Write the head, then the body by `size` bytes after each `gap` seconds; whether all left."""
    transport = http.transport
    if transport is None:
        return False
    transport.write(_top(reply, stay=http.keep_alive))
    body = _body(http, reply)
    for start in range(0, len(body), size):
        await wait(gap, http, whole=False)
        if transport.is_closing():
            return False
        transport.write(body[start : start + size])
    return True


def written(http: BaseRequest) -> web.StreamResponse:
    """What to return when the answer has been written whole."""
    return _STAYS if http.keep_alive else _GOES


def truncate(http: BaseRequest, reply: Reply, left: int) -> web.StreamResponse:
    """Announce the whole body, write `left` bytes of it, and close."""
    return spew(http, _top(reply, stay=http.keep_alive) + _body(http, reply)[:left])


def spew(http: BaseRequest, content: bytes) -> web.StreamResponse:
    """Write these bytes, whatever they are, and close; what is written still goes out."""
    if http.transport is not None:
        http.transport.write(content)
    return close(http)


def close(http: BaseRequest) -> web.StreamResponse:
    """Close the connection without an answer."""
    http.protocol.force_close()
    return _GOES


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
    return _GOES


def _body(http: BaseRequest, reply: Reply) -> bytes:
    """What follows the head: nothing where only the head was asked for (RFC 9110, 9.3.2)."""
    return b"" if http.method == "HEAD" else reply.body


def _top(reply: Reply, *, stay: bool) -> bytes:
    """All that stands before the body, which it announces."""
    head = _head(reply.status, reply.content_type, stay=stay)
    for name, value in reply.headers:
        head += f"{name}: {value}\r\n".encode("latin-1")
    return b"%bContent-Length: %d\r\n\r\n" % (head, len(reply.body))


@lru_cache(maxsize=256)
def _head(status: int, content_type: str, *, stay: bool) -> bytes:
    """The status line and the headers that do not change from answer to answer."""
    reason = HTTPStatus(status).phrase
    lines = [f"HTTP/1.1 {status} {reason}", "Server: paydrill", f"Content-Type: {content_type}"]
    if not stay:
        lines.append("Connection: close")
    return "".join(f"{line}\r\n" for line in lines).encode()
