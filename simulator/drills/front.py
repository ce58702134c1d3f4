"""One address for several instances of a shop: each request goes to the next of them in turn.

    python -m simulator.drills.front --port 8000 http://127.0.0.1:8001 http://127.0.0.1:8002

It adds no opinion of its own. A request goes to another instance only if the first one refused the
connection, for then nothing was sent; if the connection breaks after that, nobody knows what became
of the request, and the caller gets a 502. An answer that breaks off breaks off for the caller too,
and when the caller hangs up the instance sees that. It is a process of its own, so that it slows
down nobody but itself.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, cast

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

#: What concerns one connection and not the request on it: RFC 9110, section 7.6.1.
_HOP: Final = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
#: Headers that a client of aiohttp would make up where the caller has sent none.
_MADE_UP: Final = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_CONNECT: Final = 5.0
_GRACE: Final = 1.0

_NEVER_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class Front:
    """Hands requests on to the instances, whose base URLs these are."""

    def __init__(self, session: aiohttp.ClientSession, instances: Sequence[str]) -> None:
        self._session = session
        self._instances = tuple(instances)
        self._next = 0
        self.counts: Counter[str] = Counter()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request with an instance's answer."""
        body = await request.read() if request.body_exists else None
        for instance in self._in_turn():
            try:
                return await self._hand_on(request, instance, body)
            except _NEVER_SENT:
                self.counts[f"{instance} refused"] += 1
        return web.Response(status=502, text="no instance of the shop takes connections\n")

    def _in_turn(self) -> Iterator[str]:
        """All instances, beginning with the one whose turn it is."""
        first, count = self._next, len(self._instances)
        self._next = (first + 1) % count
        return (self._instances[(first + place) % count] for place in range(count))

    async def _hand_on(
        self, request: web.BaseRequest, instance: str, body: bytes | None
    ) -> web.StreamResponse:
        sent = self._session.request(
            request.method,
            URL(instance + request.raw_path, encoded=True),
            headers=_end_to_end(request.headers),
            data=body,
            allow_redirects=False,
            skip_auto_headers=_MADE_UP,
        )
        try:
            answer = await sent
        except _NEVER_SENT:
            raise
        except (aiohttp.ClientError, TimeoutError, OSError):
            self.counts[f"{instance} broke off"] += 1
            return web.Response(status=502, text="the instance gave no answer\n")
        async with answer:
            self.counts[instance] += 1
            return await _relay(request, answer)


async def _relay(request: web.BaseRequest, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    """Send an answer on as it comes; where it breaks off, so does what the caller gets."""
    reply = web.StreamResponse(
        status=answer.status, reason=answer.reason, headers=_end_to_end(answer.headers)
    )
    await reply.prepare(request)
    try:
        async for chunk in answer.content.iter_any():
            await reply.write(chunk)
    except (aiohttp.ClientError, TimeoutError):
        if request.transport is not None:
            request.transport.close()
    else:
        await reply.write_eof()
    return reply


def _end_to_end(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """All headers but those that concern one connection only."""
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    return CIMultiDict(
        (name, value) for name, value in headers.items() if name.lower() not in _HOP | named
    )


def server(front: Front) -> web.ServerRunner:
    """What serves it. A caller who hangs up cancels the request to the instance."""
    handler = web.Server(front.handle, handler_cancellation=True, access_log=None)
    return web.ServerRunner(handler, shutdown_timeout=_GRACE)


def client() -> aiohttp.ClientSession:
    """What asks the instances: a new connection for each request, and no time limit of its own.

    On a connection that was used before, nobody could tell a request that was never read from one
    that was.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def serve(host: str, port: int, instances: Sequence[str]) -> None:
    """Serve until SIGTERM or SIGINT; then say who was asked how often."""
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with client() as session:
        front = Front(session, instances)
        runner = server(front)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port, backlog=1024).start()
            await stop.wait()
        finally:
            await runner.cleanup()
    for what, count in sorted(front.counts.items()):
        sys.stderr.write(f"{what}: {count}\n")


def main(arguments: Sequence[str]) -> int:
    """Serve as the arguments say; 0, or 2 if the port cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m simulator.drills.front")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("instances", nargs="+", metavar="URL")
    call = parser.parse_args(arguments)
    try:
        with asyncio.Runner(loop_factory=_loops()) as runner:
            runner.run(serve(call.host, call.port, call.instances))
    except OSError as error:
        sys.stderr.write(f"cannot listen on {call.host}:{call.port}: {error.strerror}\n")
        return 2
    return 0


def _loops() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop where it is installed; None stands for asyncio's own."""
    try:
        import uvloop  # noqa: PLC0415 - it is not there on every system
    except ImportError:
        return None
    return cast("Callable[[], asyncio.AbstractEventLoop]", uvloop.new_event_loop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
