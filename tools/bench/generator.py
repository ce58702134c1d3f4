"""A lean open-model HTTP generator: raw protocol, keep-alive, as many connections as needed.

It must cost little, so that the machine's cores go to the servers that are measured.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

#: Makes the bytes of request number n.
MakeRequest = Callable[[int], bytes]


class Client(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport  # type: ignore[assignment]

    def send(self, request: bytes) -> None:
        """Send one request."""
        if self._transport is not None:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Wait for a whole answer, then be free again."""
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        lower = head.lower()
        start = lower.find(b"content-length:") + 15
        length = int(lower[start:].split(b"\r\n", 1)[0])
        if len(body) >= length:
            self._buffer = b""
            self._pool.answered(self, int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        """The server hung up; the pool opens another when it needs one."""
        self._pool.lost(self)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()


class Pool:
    """Connections to one server; counts answers by status."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._free: deque[Client] = deque()
        self._all: set[Client] = set()
        self.statuses: dict[int, int] = {}
        self.sent = 0
        self.failed = 0

    def answered(self, client: Client, status: int) -> None:
        """An answer came in whole."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self._free.append(client)

    def lost(self, client: Client) -> None:
        """A connection is gone."""
        self._all.discard(client)
        if client in self._free:
            self._free.remove(client)

    async def offer(self, rate: float, seconds: float, make: MakeRequest) -> None:
        """Send at `rate` a second for so long, whatever the answers; then wait a moment."""
        loop = asyncio.get_running_loop()
        start, count = loop.time(), int(rate * seconds)
        for number in range(count):
            ahead = start + number / rate - loop.time()
            if ahead > 0.002:
                await asyncio.sleep(ahead)
            client = self._free.popleft() if self._free else await self._connect()
            if client is None:
                self.failed += 1
                continue
            client.send(make(number))
            self.sent += 1
        await asyncio.sleep(0.3)

    def close(self) -> None:
        """Drop every connection."""
        for client in tuple(self._all):
            client.close()

    async def _connect(self) -> Client | None:
        loop = asyncio.get_running_loop()
        try:
            _, client = await loop.create_connection(lambda: Client(self), self._host, self._port)
        except OSError:
            return None
        self._all.add(client)
        return client
