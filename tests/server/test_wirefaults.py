"""What happens to an answer on the wire, as a caller without a client library sees it."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from simulator.journal.entry import Exchange, Hit
from tests.server.kit import Desk, desk
from tests.server.raw import Caller


def first(fault: str) -> str:
    """A scenario in which the first charge of an order meets the fault."""
    return f"rules:\n  - {{name: r, when: {{operation: authorize}}, first: 1, fault: {fault}}}\n"


async def _charged_once(it: Desk, fault: str, sent: str) -> Exchange:
    """The money moved once, the journal says what was sent, and the same key tells the truth."""
    assert [payment["status"] for payment in await it.find()] == ["captured"]
    struck = it.exchanges()[0]
    assert (struck.sent, struck.seen, struck.status, struck.told) == (sent, "info", None, None)
    assert struck.hits == (Hit("r", fault, "wire", "once", "info"),)
    replay = await it.pay(key="k1")
    assert replay.status == 201
    assert len(await it.find()) == 1
    return struck


async def test_a_reset_is_a_reset(tmp_path: Path) -> None:
    """Not a byte and no end of file: the caller's system reports ECONNRESET."""
    async with desk(tmp_path, first("{reset: {}}")) as it, Caller(it.serving.primary) as caller:
        caller.pay()
        with pytest.raises(ConnectionResetError) as caught:
            await caller.end()
        assert caught.value.errno == errno.ECONNRESET
        assert caller.read == b""
        await _charged_once(it, "reset", "none")


@pytest.mark.parametrize(("fault", "share"), [("{truncate: 25%}", 0.25), ("{truncate: {}}", 0.5)])
async def test_a_truncated_answer_announces_more_than_comes(
    tmp_path: Path, fault: str, share: float
) -> None:
    """The head is whole, the body is not, and the connection is closed in good order."""
    async with desk(tmp_path, first(fault)) as it, Caller(it.serving.primary) as caller:
        caller.pay()
        await caller.end()
        assert caller.read.startswith(b"HTTP/1.1 201 Created\r\n")
        assert len(caller.body) == int(caller.announced * share)
        assert caller.body.startswith(b'{"id":"pay_')
        await _charged_once(it, "truncate", "partial")


async def test_a_client_library_sees_a_torn_answer_as_an_error(tmp_path: Path) -> None:
    """After the status has arrived; its next request goes through on a new connection."""
    async with desk(tmp_path, first("{truncate: {bytes: 0}}")) as it:
        with pytest.raises(aiohttp.ClientPayloadError):
            await it.pay(key="k1")
        await _charged_once(it, "truncate", "partial")


async def test_garbage_is_no_http(tmp_path: Path) -> None:
    """So many bytes, none of which a status line could be made of, and the end."""
    fault = first("{garbage: {bytes: 40}}")
    async with desk(tmp_path, fault) as it, Caller(it.serving.primary) as caller:
        caller.pay()
        await caller.end()
        assert len(caller.read) == 40
        assert min(caller.read) >= 0x80
        await _charged_once(it, "garbage", "none")


async def test_a_client_library_cannot_read_garbage(tmp_path: Path) -> None:
    """It raises what it raises for a broken server."""
    async with desk(tmp_path, first("{garbage: {}}")) as it:
        with pytest.raises(aiohttp.ClientError):
            await it.pay(key="k1")
        await _charged_once(it, "garbage", "none")


async def test_a_drip_comes_in_time_and_whole(tmp_path: Path) -> None:
    """The head at once, the body piece by piece, and then the connection serves on."""
    fault = first("{drip: {chunks: 5, lasts: 300ms}}")
    async with desk(tmp_path, fault) as it, Caller(it.serving.primary) as caller:
        caller.pay()
        await caller.whole()
        times = [at for at, _ in caller.arrivals]
        assert caller.arrivals[0][1].endswith(b"\r\n\r\n")
        assert times[-1] - times[0] >= 0.2
        assert 3 <= len(times) <= 6  # a busy machine may read two pieces at once
        caller.forget()
        caller.send("GET", "/v1/payments?order_id=o1")
        await caller.whole()
        assert caller.read.startswith(b"HTTP/1.1 200 OK")
        dripped = it.exchanges()[0]
        assert (dripped.sent, dripped.seen, dripped.told) == ("whole", "ok", "captured")
        assert dripped.hits == (Hit("r", "drip", "wire", "once", "ok"),)
        assert dripped.waited_us >= 295_000


async def test_who_gives_up_on_a_drip_has_half_an_answer(tmp_path: Path) -> None:
    """The charge stands, the exchange ends when the caller leaves, and it learnt nothing."""
    async with desk(tmp_path, first("{drip: {bytes: 8, every: 1s}}")) as it:
        async with Caller(it.serving.primary) as caller:
            caller.pay()
            await caller.piece()
        assert [payment["status"] for payment in await it.find()] == ["captured"]
        for _ in range(250):
            left = [each for each in it.exchanges() if each.key]
            if left:
                break
            await asyncio.sleep(0.02)
        assert [(line.sent, line.seen, line.status) for line in left] == [("partial", "info", None)]
        assert left[0].hits == (Hit("r", "drip", "wire", "once", "ok"),)
        assert left[0].mono - left[0].received < 5.0  # all of it would have taken a minute


async def test_a_wire_fault_strikes_replays_too(tmp_path: Path) -> None:
    """Every try over the network is its own; the decision stays as it was."""
    scenario = "rules: [{name: r, when: {operation: authorize}, fault: {reset: {}}}]\n"
    async with desk(tmp_path, scenario) as it:
        for _ in range(2):
            with pytest.raises(aiohttp.ClientOSError):
                await it.pay(key="k1")
        assert len(await it.find()) == 1
        charges = [line for line in it.exchanges() if line.operation == "authorize"]
        assert [(line.replay, line.sent) for line in charges] == [(False, "none"), (True, "none")]


async def test_what_was_not_decided_gets_its_answer(tmp_path: Path) -> None:
    """Wire faults tell of an operation that was performed; an error before it arrives whole."""
    scenario = """rules:
  - {name: r, fault: {truncate: {}}}
  - {name: busy, when: {operation: authorize}, fault: {error: {status: 503}}}
"""
    async with desk(tmp_path, scenario) as it:
        assert (await it.pay()).status == 503
        assert (await it.call("POST", "/v1/payments", {"amount": 1})).status == 400
        assert [[hit.rule for hit in line.hits] for line in it.exchanges()] == [["busy"], []]


async def test_a_wire_fault_can_do_its_worst_to_a_false_answer(tmp_path: Path) -> None:
    """A slow answer and a wire fault are two stages; both are performed and written down."""
    scenario = """rules:
  - {name: slow, fault: {slow: {fixed: 50ms, at: after}}}
  - {name: r, fault: {reset: {}}}
"""
    async with desk(tmp_path, scenario) as it:
        with pytest.raises(aiohttp.ClientOSError):
            await it.pay()
        (line,) = it.exchanges()
        assert [hit.rule for hit in line.hits] == ["slow", "r"]
        assert line.waited_us >= 45_000


async def test_a_route_that_is_down_for_one_country_and_method(tmp_path: Path) -> None:
    """Rules with `when` do what an outage cannot: everybody else is served."""
    scenario = """rules:
  - {name: banks, when: {method: card, card.country: DE}, fault: {reset: {}}}
  - {name: wallets, when: {operation: authorize, method: wallet}, fault: {error: {status: 503}}}
"""
    async with desk(tmp_path, scenario) as it:
        with pytest.raises(aiohttp.ClientOSError):
            await it.pay("o1")
        french = {"method": {"type": "card", "token": "tok_visa_FR_1"}}
        assert (await it.pay("o2", body=french)).status == 201
        assert (await it.pay("o3", body={"method": {"type": "wallet"}})).status == 503
        assert (await it.pay("o4", body={"method": {"type": "bank_transfer"}})).status == 201


@pytest.mark.parametrize(
    "story",
    [
        test_a_reset_is_a_reset,
        test_garbage_is_no_http,
        test_a_drip_comes_in_time_and_whole,
        partial(
            test_a_truncated_answer_announces_more_than_comes, fault="{truncate: {}}", share=0.5
        ),
    ],
)
def test_the_same_on_the_loop_that_serves(
    tmp_path: Path, story: Callable[..., Coroutine[None, None, None]]
) -> None:
    """`paydrill serve` runs on uvloop, whose transports are others."""
    uvloop = pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story(tmp_path=tmp_path))


async def test_an_answer_to_head_has_no_body(tmp_path: Path) -> None:
    """The next answer on the connection begins where the head of the first ends.

    A client that read a body there would take it for the next answer.
    """
    async with desk(tmp_path) as it, Caller(it.serving.primary) as caller:
        caller.send("HEAD", "/v1/payments?order_id=o1")
        caller.send("GET", "/v1/payments?order_id=o1", headers="Connection: close\r\n")
        await caller.end()
        first_head, _, rest = caller.read.partition(b"\r\n\r\n")
        assert b"Content-Length: " in first_head
        assert rest.startswith(b"HTTP/1.1 200 OK\r\n")
