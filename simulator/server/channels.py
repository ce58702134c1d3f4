"""Channels: the routes to money. Each listens on its own port and can go out and come back.

An outage closes the listener and every live connection, so that callers are refused as by a
machine that is down. A second socket stays bound without listening: the port remains ours.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp.web_request import BaseRequest
from aiohttp.web_response import StreamResponse

from simulator.errors import UsageError
from simulator.server.connection import Front

Handler = Callable[[BaseRequest], Awaitable[StreamResponse]]

_BACKLOG: Final = 1024
_PROBE_S: Final = 1.0


class Channel:
    """One listening address. `open` first; then `cut` and `mend` as outages come and go."""

    def __init__(self, name: str, handler: Handler, *, host: str, port: int) -> None:
        self.name = name
        self.host = host
        self._server = Front(handler, access_log=None, keepalive_timeout=75.0)
        self._keeper = bound(host, port)
        self.port: int = self._keeper.getsockname()[1]
        self._listener: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The base address of this channel."""
        return f"http://{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """The base address to give to others."""
        return f"http://{reachable(self.host)}:{self.port}"

    @property
    def is_open(self) -> bool:
        """Whether the channel listens."""
        return self._listener is not None

    async def open(self) -> None:
        """Begin to listen."""
        if self._listener is None:
            loop = asyncio.get_running_loop()
            sock = bound(self.host, self.port)
            self._listener = await loop.create_server(self._server, sock=sock, backlog=_BACKLOG)

    async def cut(self) -> int:
        """Stop listening and drop every live connection; returns how many were dropped."""
        if self._listener is None:
            return 0
        self._listener.close()
        self._listener = None
        connections = self._server.connections
        for connection in connections:
            if connection.transport is not None:
                connection.transport.abort()
        return len(connections)

    async def refuses(self) -> bool:
        """Whether a caller who comes now is refused: tried with a real connection."""
        try:
            async with asyncio.timeout(_PROBE_S):
                _, writer = await asyncio.open_connection(self.host, self.port)
        except ConnectionRefusedError:
            return True
        except (OSError, TimeoutError):
            return False
        writer.close()
        return False

    async def close(self, grace: float = 1.0) -> None:
        """End for good; requests under way have `grace` seconds to finish."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        await self._server.shutdown(grace)
        self.release()

    def release(self) -> None:
        """Give the port back."""
        self._keeper.close()


def reachable(host: str) -> str:
    """A host as it stands in an address: nobody can be called by a wildcard, so that is us."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not bound
    return f"[{local}]" if ":" in local else local


def bound(host: str, port: int) -> socket.socket:
    """A bound socket that does not listen yet; UsageError if the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    # Lets our own second socket bind while neither listens; a foreign listener still conflicts.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        taken = error.errno == errno.EADDRINUSE
        reason = "the port is in use; choose another" if taken else error.strerror
        raise UsageError(f"cannot listen on {host}:{port}: {reason}") from error
    sock.setblocking(False)  # noqa: FBT003 - the socket's own signature
    return sock
