"""One try over the network."""

from __future__ import annotations

import aiohttp
import pytest

from simulator import __version__
from simulator.clock import VirtualClock
from simulator.webhooks.sender import Result, Sender
from tests.webhooks.kit import Shop


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession) -> Sender:
    return Sender(session, VirtualClock(), timeout=10)


@pytest.mark.parametrize(
    ("status", "acknowledged"),
    [(200, True), (204, True), (299, True), (302, False), (400, False), (410, False), (500, False)],
)
async def test_any_2xx_acknowledges_and_nothing_else(
    sender: Sender, shop: Shop, status: int, acknowledged: bool
) -> None:
    """The body of the answer does not matter."""
    shop.script = [status]
    result = await sender.post(shop.url, {}, b"x")
    assert (result.sent, result.status, result.acknowledged) == (True, status, acknowledged)


async def test_it_says_who_sends(session: aiohttp.ClientSession) -> None:
    """A name of our own, with the version: a shop sees that it is no provider's."""
    seen: list[str | None] = []

    async def answer(request: aiohttp.web.BaseRequest) -> aiohttp.web.Response:
        seen.append(request.headers.get("User-Agent"))
        return aiohttp.web.Response()

    runner = aiohttp.web.ServerRunner(aiohttp.web.Server(answer))
    await runner.setup()
    site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    await Sender(session, VirtualClock()).post(f"http://{host}:{port}/", {"x": "y"}, b"x")
    await runner.cleanup()
    assert seen == [f"paydrill/{__version__}"]


async def test_redirects_are_not_followed(session: aiohttp.ClientSession) -> None:
    """A merchant cannot send the gateway somewhere else."""
    seen: list[str] = []

    async def answer(request: aiohttp.web.BaseRequest) -> aiohttp.web.Response:
        seen.append(request.path)
        return aiohttp.web.Response(status=307, headers={"location": "/elsewhere"})

    runner = aiohttp.web.ServerRunner(aiohttp.web.Server(answer))
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks"
        result = await Sender(session, VirtualClock()).post(url, {}, b"x")
    finally:
        await runner.cleanup()
    assert (result.status, result.acknowledged, seen) == (307, False, ["/webhooks"])


async def test_silence_is_a_timeout(session: aiohttp.ClientSession, shop: Shop) -> None:
    """It was sent; whether it was taken is not known."""
    shop.hold.clear()
    result = await Sender(session, VirtualClock(), timeout=0.1).post(shop.url, {}, b"x")
    assert (result.sent, result.status, result.error) == (True, None, "no answer within 0.1 s")


async def test_a_connection_that_closes_is_no_answer(sender: Sender, shop: Shop) -> None:
    """The error is named."""
    shop.script = [None]
    result = await sender.post(shop.url, {}, b"x")
    assert (result.sent, result.status) == (True, None)
    assert "ServerDisconnected" in (result.error or "")


async def test_a_closed_port_means_that_nothing_was_sent(
    sender: Sender, unused_tcp_port: int
) -> None:
    """No connection, no delivery."""
    result = await sender.post(f"http://127.0.0.1:{unused_tcp_port}/", {}, b"x")
    assert (result.sent, result.status) == (False, None)
    assert (result.error or "").startswith("no connection")


def test_no_answer_is_no_acknowledgement() -> None:
    """The default result acknowledges nothing."""
    assert not Result().acknowledged
