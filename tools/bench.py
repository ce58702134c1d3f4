"""`python -m tools.bench`: how much of a bare aiohttp server's speed the gateway keeps.

Both run in a process of their own and get the same requests over the same number of connections,
one after the other. The gateway decides, commits and journals a payment for each; the bare server
reads the body and answers with the same bytes every time.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import uvloop
from aiohttp import web

CONNECTIONS: Final = 32
WARM_UP_S: Final = 1.0
MEASURED_S: Final = 4.0
_ANSWER: Final = b'{"id": "pay_0", "status": "captured", "filling": "%s"}' % (b"x" * 380)


@dataclass
class Tally:
    """What the callers share: the number of the last request, and answers so far."""

    asked: int = 0
    answered: int = 0
    refused: int = 0
    calling: bool = True


class Caller(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Count a whole answer, and go on."""
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._buffer = b""
        self._tally.answered += 1
        self._tally.refused += not head.startswith(b"HTTP/1.1 2")
        if self._tally.calling:
            self._ask()
        elif self._transport:
            self._transport.close()

    def _ask(self) -> None:
        self._tally.asked += 1
        order = b"bench-%d" % self._tally.asked
        body = (
            b'{"order_id": "%s", "amount": 1999, "currency": "USD", "method": {"type": "card", '
            b'"token": "tok_visa_DE_%d"}, "payer": {"country": "DE"}}' % (order, self._tally.asked)
        )
        head = (
            b"POST /v1/payments HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer sk_test_bench\r\n"
            b"Idempotency-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % (order, len(body))
        )
        if self._transport:
            self._transport.write(head + body)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def rate(port: int) -> float:
    """Answers per second from the server at `port`."""
    loop = asyncio.get_running_loop()
    tally = Tally()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: Caller(tally), "127.0.0.1", port)
    await asyncio.sleep(WARM_UP_S)
    began, before = loop.time(), tally.answered
    await asyncio.sleep(MEASURED_S)
    answered = (tally.answered - before) / (loop.time() - began)
    tally.calling = False
    if tally.refused:
        raise RuntimeError(f"{tally.refused} of {tally.answered} answers were not 2xx")
    return answered


async def bare() -> None:
    """The server to compare with."""

    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()
        return web.Response(body=_ANSWER, status=201, content_type="application/json")

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"primary   http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


@contextmanager
def serving(*arguments: str) -> Iterator[int]:
    """A server as a child process; its port, from the line that begins with `primary`."""
    command = [sys.executable, "-u", "-m", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 - ours
        try:
            for line in child.stdout or ():
                if line.startswith("primary"):
                    yield int(line.rpartition(":")[2])
                    return
            raise RuntimeError(f"{' '.join(arguments)} did not start")
        finally:
            child.terminate()


def main() -> None:
    """Measure both and print the share."""
    with serving("tools.bench", "bare") as port:
        plain = uvloop.run(rate(port))
    ports = ("--port", "0", "--backup-port", "0", "--control-port", "0")
    with tempfile.TemporaryDirectory() as folder:
        journal = str(Path(folder) / "journal.jsonl")
        with serving("simulator.cli", "serve", *ports, "--journal", journal) as port:
            gateway = uvloop.run(rate(port))
    print(f"bare aiohttp  {plain:8.0f} requests a second")
    print(f"gateway       {gateway:8.0f} payments a second, {gateway / plain:.2f} of bare")


if __name__ == "__main__":
    if sys.argv[1:] == ["bare"]:
        uvloop.run(bare())
    else:
        main()
