"""Requests of one connection, one after the other; callers who break off or send nonsense."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.server.kit import CARD, KEY, desk
from tests.server.raw import Caller

FIND = "/v1/payments?order_id=o1"
CLOSE = "Connection: close\r\n"


async def test_requests_are_answered_in_their_order(tmp_path: Path) -> None:
    """Sent all at once, the query sees the charge that was sent before it; then all is closed."""
    async with desk(tmp_path) as it, Caller(it.serving.primary) as caller:
        caller.send("GET", FIND)
        caller.pay()
        caller.send("GET", FIND, headers=CLOSE)
        await caller.end()
        answers = caller.read.split(b"HTTP/1.1 ")[1:]
        assert [each[:3] for each in answers] == [b"200", b"201", b"200"]
        assert [each.count(b'"captured"') for each in (answers[0], answers[2])] == [0, 1]


async def test_a_slow_answer_holds_up_its_own_connection_only(tmp_path: Path) -> None:
    """What is behind it waits; another caller does not."""
    slow = "rules: [{name: r, when: {operation: authorize}, fault: {slow: {fixed: 300ms}}}]"
    async with desk(tmp_path, slow) as it, Caller(it.serving.primary) as caller:
        caller.pay()
        caller.send("GET", FIND, headers=CLOSE)
        assert (await it.call("GET", FIND)).status == 200
        assert not caller.arrivals
        await caller.end()
        assert caller.read.index(b"201 Created") < caller.read.index(b"200 OK")


NONSENSE = {
    "a body that is not packed as announced": (b"abc", "Content-Encoding: gzip\r\n", b"413"),
    "a body that never comes": (b"abc", "", b"413"),
}


@pytest.mark.parametrize(("body", "headers", "status"), NONSENSE.values(), ids=NONSENSE)
async def test_an_unwanted_body_breaks_nothing(
    tmp_path: Path, body: bytes, headers: str, status: bytes
) -> None:
    """It is answered before it has come; no task is left with an error that nobody sees."""
    errors: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    async with desk(tmp_path) as it:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", int(it.serving.primary.rpartition(":")[2])
        )
        head = f"POST /v1/payments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n{headers}"
        writer.write(f"{head}Content-Length: 200000\r\n\r\n".encode() + body)
        assert (await reader.read(12)).endswith(status)
        writer.transport.abort()
        assert (await it.pay()).status == 201
    assert not errors


async def test_nonsense_after_a_request_ends_the_connection(tmp_path: Path) -> None:
    """The first is answered or not, as aiohttp has it; nothing is charged by what is no HTTP."""
    async with desk(tmp_path) as it:
        async with Caller(it.serving.primary) as caller:
            body = {"order_id": "o1", "amount": 1000, "currency": "USD", "method": CARD}
            caller.send("GET", FIND)
            await caller.whole()
            caller.forget()
            caller.send("PAY ME", "/v1/payments", msgspec.json.encode(body))
            await caller.end()
            assert b" 400 " in caller.read
        assert await it.find() == []
