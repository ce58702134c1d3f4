"""A caller without a client library: what it reads is what was on the wire, and when."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import msgspec
from yarl import URL

from tests.server.kit import CARD, KEY


class Caller:
    """One connection to a channel. `arrivals` are the pieces that were read, with their times."""

    def __init__(self, url: str) -> None:
        self._url = URL(url)
        self.arrivals: list[tuple[float, bytes]] = []

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._url.host, self._url.port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._writer.close()

    @property
    def read(self) -> bytes:
        """All that was read so far."""
        return b"".join(piece for _, piece in self.arrivals)

    @property
    def body(self) -> bytes:
        """What was read after the head."""
        return self.read.partition(b"\r\n\r\n")[2]

    @property
    def announced(self) -> int:
        """The length that the head announced."""
        head = self.read.partition(b"\r\n\r\n")[0].decode()
        lines = (line.partition(": ") for line in head.split("\r\n"))
        return next(int(value) for name, _, value in lines if name == "Content-Length")

    def pay(self, order: str = "o1", key: str = "k1") -> None:
        """Send a charge."""
        body = {"order_id": order, "amount": 1000, "currency": "USD", "method": CARD}
        self.send("POST", "/v1/payments", msgspec.json.encode(body), f"Idempotency-Key: {key}\r\n")

    def send(self, method: str, path: str, body: bytes = b"", headers: str = "") -> None:
        """Send a request."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._url.host}\r\nAuthorization: Bearer {KEY}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        )
        self._writer.write(head.encode() + body)

    async def whole(self) -> None:
        """Read until as much has come as the head announced."""
        while b"\r\n\r\n" not in self.read or len(self.body) < self.announced:
            assert await self.piece(), "closed too early"

    async def end(self) -> None:
        """Read until the other side closes; ConnectionResetError if it resets."""
        while await self.piece():
            pass

    def forget(self) -> None:
        """Begin anew on the same connection."""
        self.arrivals.clear()

    async def piece(self) -> bytes:
        """Read what comes next; nothing if the other side has closed."""
        async with asyncio.timeout(5):
            piece = await self._reader.read(65_536)
        if piece:
            self.arrivals.append((asyncio.get_running_loop().time(), piece))
        return piece
