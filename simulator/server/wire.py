"""What happens to the connection: waiting, answering, closing without an answer, resetting."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Final

from aiohttp import web
from aiohttp.web_request import BaseRequest
from multidict import CIMultiDict

from simulator.clock import Clock
from simulator.dialects.dialect import Reply

#: How often a wait looks whether the caller is still there, in seconds.
_LOOK_S: Final = 0.05
_LINGER_NONE: Final = struct.pack("ii", 1, 0)


async def wait(seconds: float, http: BaseRequest, clock: Clock, *, whole: bool) -> None:
    """Wait; unless `whole`, only for as long as the caller is there."""
    if whole:
        await asyncio.sleep(seconds)
        return
    end = clock.monotonic() + seconds
    # aiohttp has no event for a caller that hangs up, so the wait looks now and then.
    while (left := end - clock.monotonic()) > 0 and http.transport is not None:  # noqa: ASYNC110
        await asyncio.sleep(min(left, _LOOK_S))


def answer(reply: Reply) -> web.Response:
    """The HTTP response for a reply."""
    headers = CIMultiDict(reply.headers)
    headers["Content-Type"] = reply.content_type
    return web.Response(body=reply.body, status=reply.status, headers=headers)


def close(http: BaseRequest) -> web.Response:
    """Close the connection without an answer; the response that is returned goes nowhere."""
    http.protocol.force_close()
    return web.Response()


def reset(http: BaseRequest) -> web.Response:
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
    return web.Response()
