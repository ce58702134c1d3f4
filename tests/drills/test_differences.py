"""The shop's list of differences, read over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from simulator.drills.differences import Found, Report, read, united

ONE = {"payment": "pay_1", "kind": "missing", "order_id": "o", "channel": "primary", "expected": 5}


@asynccontextmanager
async def shop(answer: Callable[[], web.Response] | None) -> AsyncIterator[str]:
    """A shop with this list, or with none."""
    app = web.Application()
    if answer is not None:

        async def handle(_: web.Request) -> web.Response:
            return answer()

        app.router.add_get("/reconciliation", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def asked(answer: Callable[[], web.Response] | None) -> Report:
    """What is read of it."""
    async with shop(answer) as url, aiohttp.ClientSession() as session:
        return await read(session, url)


async def test_a_list_is_read() -> None:
    """Fields that nobody knows are left alone; what is read becomes lines of the journal."""
    report = await asked(lambda: web.json_response({"differences": [ONE], "more": 1}))
    assert report == Report(
        (Found(payment="pay_1", kind="missing", order_id="o", channel="primary"),)
    )
    line = report.found[0].line(wall=1.0, mono=2.0, account="drill")
    assert (line.payment, line.what, line.order, line.status) == ("pay_1", "missing", "o", "open")


async def test_a_shop_without_a_list() -> None:
    """That is no trouble: it does not compare."""
    report = await asked(None)
    assert (report.found, report.absent) == ((), True)


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=500),
        lambda: web.Response(text="none"),
        lambda: web.json_response([]),
        lambda: web.json_response({"differences": [{"payment": "pay_1"}]}),
    ],
    ids=["trouble", "no JSON", "no list", "no kind"],
)
async def test_a_list_that_cannot_be_read(answer: Callable[[], Any]) -> None:
    """Nothing is known then."""
    report = await asked(answer)
    assert report.problem
    assert not report.absent


def test_several_instances_have_one_list() -> None:
    """What both list counts once; one that cannot be read spoils it."""
    found = Found(payment="p", kind="extra")
    assert united([Report((found,)), Report((found,))]) == Report((found,))
    spoilt = united([Report((found,)), Report(problem="timeout")])
    assert (spoilt.problem, spoilt.absent) == ("timeout", False)
