"""The one address of several instances, on real sockets: it tells the truth about what happened."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from simulator.drills.front import Front, client, main, server
from simulator.drills.processes import free_ports

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """A server on a free port."""
    runner = web.ServerRunner(web.Server(handler, handler_cancellation=True), shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def front(*instances: str) -> AsyncIterator[tuple[aiohttp.ClientSession, str, Front]]:
    """A front before these, its address, and somebody who asks."""
    async with client() as inner, aiohttp.ClientSession() as session:
        made = Front(inner, instances)
        runner = server(made)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield session, f"http://127.0.0.1:{runner.addresses[0][1]}", made
        finally:
            await runner.cleanup()


def says(word: str) -> Handler:
    """An instance that always says the same."""

    async def handler(_: web.BaseRequest) -> web.Response:
        return web.Response(text=word)

    return handler


def nowhere() -> str:
    """An address at which nobody listens."""
    return f"http://127.0.0.1:{free_ports(1)[0]}"


async def test_each_request_goes_to_the_next_instance() -> None:
    """Also on one connection, which the caller keeps open."""
    async with AsyncExitStack() as stack:
        urls = [await stack.enter_async_context(listening(says(word))) for word in "abc"]
        session, url, _ = await stack.enter_async_context(front(*urls))
        said = [await (await session.get(url)).text() for _ in range(7)]
    assert "".join(said) == "abcabca"


async def test_what_is_asked_and_answered_passes_unchanged() -> None:
    """Method, target, headers, body; status, reason, headers, body; a redirect is not followed."""

    async def handler(request: web.BaseRequest) -> web.Response:
        seen = (request.method, request.raw_path, await request.text(), request.host)
        names = {"X-Shop", "Content-Type", "Accept", "User-Agent", "Connection", "X-Hop"}
        kept = {name: request.headers.get(name) for name in names}
        assert seen == ("PUT", "/a%2Fb?c=%20d&c", '{"e": 1}', "shop.example")
        sent = {"X-Shop": "1", "Content-Type": "text/x", "Connection": "close"}
        assert kept == dict.fromkeys(names) | sent
        headers = {"Location": "/elsewhere", "X-Trace": "t", "Set-Cookie": "a=b"}
        return web.Response(status=307, reason="Over There", headers=headers, body=b"\x00\x01")

    async with listening(handler) as instance, front(instance) as (_, url, _front):
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"PUT /a%2Fb?c=%20d&c HTTP/1.1\r\nHost: shop.example\r\nX-Shop: 1\r\n"
            b"Content-Type: text/x\r\nX-Hop: 1\r\nConnection: close, X-Hop\r\n"
            b'Content-Length: 8\r\n\r\n{"e": 1}'
        )
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
    lines = head.decode().split("\r\n")
    assert lines[0] == "HTTP/1.1 307 Over There"
    assert {"Location: /elsewhere", "X-Trace: t", "Set-Cookie: a=b"} <= set(lines)
    assert body == b"\x00\x01"


async def test_who_refuses_is_passed_over() -> None:
    """Nothing was sent there, so the next one may be asked; with nobody left it is a 502."""
    async with listening(says("b")) as there, front(nowhere(), there) as (session, url, made):
        said = [await (await session.post(url, data=b"x")).text() for _ in range(4)]
        assert said == ["b"] * 4
        assert made.counts[there] == 4
    async with front(nowhere(), nowhere()) as (session, url, _):
        assert (await session.get(url)).status == 502


async def test_what_was_sent_is_never_sent_again() -> None:
    """The first instance reads the request and dies: the second must not hear of it."""
    heard: list[str] = []

    async def dies(request: web.BaseRequest) -> web.Response:
        heard.append(await request.text())
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def other(request: web.BaseRequest) -> web.Response:
        heard.append("other")
        return web.Response()

    async with (
        listening(dies) as one,
        listening(other) as two,
        front(one, two) as (session, url, _),
    ):
        answer = await session.post(url, data=b"pay")
        assert answer.status == 502
    assert heard == ["pay"]


async def test_an_answer_that_breaks_off_breaks_off() -> None:
    """The caller gets what came, and no proper end."""

    async def stutters(request: web.BaseRequest) -> web.StreamResponse:
        reply = web.StreamResponse()
        reply.content_length = 10
        await reply.prepare(request)
        await reply.write(b"12345")
        assert request.transport is not None
        request.transport.close()
        return reply

    async with listening(stutters) as instance, front(instance) as (session, url, _):
        answer = await session.get(url)
        assert (answer.status, answer.headers["Content-Length"]) == (200, "10")
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()


async def test_a_caller_who_hangs_up_is_seen_by_the_instance() -> None:
    """Its request is cancelled there, as if nobody stood between."""
    came, gone = asyncio.Event(), asyncio.Event()

    async def waits(_: web.BaseRequest) -> web.Response:
        came.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            gone.set()
            raise
        return web.Response()

    async with listening(waits) as instance, front(instance) as (session, url, _):
        async with asyncio.TaskGroup() as group:
            call = group.create_task(session.get(url))
            await asyncio.wait_for(came.wait(), 5)
            call.cancel()
        await asyncio.wait_for(gone.wait(), 5)


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and which."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--port", port, "http://127.0.0.1:1"]) == 2
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err
