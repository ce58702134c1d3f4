"""Real Locust against shops of this test: the load does not wait for the answers."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from simulator.journal.entry import Answer, Arrival, Dropped, Generator, Note, Shopper

FILE = Path(__file__).parents[2] / "loadtests" / "shoppers.py"
RATE = 100.0
LASTS = 5.0
STALL = (1.5, 3.5)  # seconds after the start between which the shop answers nobody


class Shop:
    """A shop that answers as a test says: with `decide(order, request, times asked)`."""

    def __init__(self, decide: Callable[[str, str, int], str] = lambda *_: "paid") -> None:
        self.open = asyncio.Event()
        self.open.set()
        self._decide = decide
        self.bodies: dict[str, list[Any]] = {}
        self.asked: Counter[tuple[str, str]] = Counter()
        self.app = web.Application()
        self.app.router.add_post("/orders", self._create)
        self.app.router.add_post("/orders/{order}/pay", self._pay)
        self.app.router.add_get("/orders/{order}", self._poll)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.setdefault(body["order_id"], []).append(body)
        return await self._answer(request, body["order_id"], "create")

    async def _pay(self, request: web.Request) -> web.StreamResponse:
        self.bodies.setdefault(request.match_info["order"], []).append(await request.json())
        return await self._answer(request, request.match_info["order"], "pay")

    async def _poll(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, request.match_info["order"], "poll")

    async def _answer(self, request: web.Request, order: str, kind: str) -> web.StreamResponse:
        await self.open.wait()
        self.asked[order, kind] += 1
        status = self._decide(order, kind, self.asked[order, kind])
        if status == "cut":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if status == "broken":
            return web.Response(status=500, text="oops")
        code = {"paid": 200, "pending": 202, "failed": 402}[status]
        return web.json_response(
            {"order_id": order, "status": status, "message": status, "next_action": None},
            status=code,
        )


def fates(order: str, kind: str, times: int) -> str:
    """The fate of an order goes by its number, so that every kind of shopper comes."""
    if kind == "pay":
        return "paid"
    match int(order.rpartition("-")[2]) % 5:
        case 0:
            return "pending"
        case 1:
            return "failed"
        case 2:
            return "broken" if kind == "create" else "paid"
        case 3:
            return "cut" if kind == "create" or times == 1 else "pending"
        case _:
            return "paid"


def recorded(history: Path, kind: str) -> int:
    """How many lines of a kind a history that is still being written has by now."""
    return history.read_bytes().count(f'"kind":"{kind}"'.encode()) if history.exists() else 0


async def test_a_stalled_shop_does_not_stop_the_arrivals(
    locusts: Any, serve: Any, drill: Any, read: Any
) -> None:
    """While the shop answers nobody, shoppers keep coming, and their waiting is in the figures."""
    shop = Shop()
    async with serve(shop.app) as url:
        phases = [{"name": "all", "lasts": LASTS, "from": RATE, "to": RATE}]
        plan = drill(url, phases=phases)
        locust = await locusts.start("Checkout", environ=plan.environ)
        start = await plan.go()
        loop = asyncio.get_running_loop()
        loop.call_later(start + STALL[0] - loop.time(), shop.open.clear)
        loop.call_later(start + STALL[1] - loop.time(), shop.open.set)
        assert await locust.code() == 0, locust.said()
    history = read(plan.history)
    arrivals, shoppers = history.all(Arrival), history.all(Shopper)
    slots = Counter(int((arrival.mono - start) / 0.5) for arrival in arrivals)
    assert len(arrivals) == len(shoppers) == RATE * LASTS
    assert all(slots[slot] >= RATE * 0.5 / 2 for slot in range(int(LASTS / 0.5))), slots
    waits = sorted(shopper.mono - shopper.intended for shopper in shoppers)
    assert waits[int(len(waits) * 0.99) - 1] >= 1.5
    assert waits[len(waits) // 4] < 1.0
    (generator,) = history.all(Generator)
    assert (generator.arrivals, generator.dropped) == (500, 0)
    assert 0 <= generator.lateness_p50_ms <= generator.lateness_p99_ms
    assert isinstance(history.lines[0], Note)
    assert history.lines[-1] is generator


async def test_every_kind_of_shopper(locusts: Any, serve: Any, drill: Any, read: Any) -> None:
    """Pending, declined, broken and cut answers lead where they should, with each request once."""
    shop = Shop(fates)
    async with serve(shop.app) as url:
        plan = drill(url)
        locust = await locusts.start("Checkout", environ=plan.environ)
        await plan.go()
        assert await locust.code() == 0, locust.said()
    history = read(plan.history)
    by_fate: dict[int, set[str]] = {}
    for left in history.all(Shopper):
        by_fate.setdefault(int(left.order.removeprefix("r1-")) % 5, set()).add(left.result)
        assert (left.tries > 1) == (len(shop.bodies[left.order]) > 1)
    assert by_fate == {
        0: {"pending"}, 1: {"failed", "paid"}, 2: {"paid"}, 3: {"pending"}, 4: {"paid"}
    }  # fmt: skip
    answers = Counter((line.order, line.request) for line in history.all(Answer))
    assert answers == shop.asked
    assert len([line for line in history.all(Answer) if line.error]) == 4 + 2 * 4
    tokens = [
        body["method"].get("token", body["method"]["type"])
        for bodies in shop.bodies.values()
        for body in bodies
    ]
    cards = [token for token in tokens if token.startswith("tok_")]
    assert "wallet" in tokens
    assert len(set(cards)) == len(cards) > 15
    assert {line.account for line in history.lines} == {"drill"}
    assert {line.source for line in history.lines} == {"client"}


async def test_two_workers_bring_each_shopper_once(
    locusts: Any, serve: Any, drill: Any, tmp_path: Path, read: Any
) -> None:
    """Worker i of 2 takes every second shopper, the same ones that a single worker would bring."""
    shop = Shop()
    async with serve(shop.app) as url:
        plans = []
        for worker in range(2):
            folder = tmp_path / str(worker)
            folder.mkdir()
            plans.append(type(drill(url))(folder, url, worker=worker, workers=2))
        runs = [await locusts.start("Checkout", environ=plan.environ) for plan in plans]
        for plan in plans:
            await plan.go()
        assert [await run.code() for run in runs] == [0, 0]
    halves = [{line.order for line in read(plan.history).all(Arrival)} for plan in plans]
    assert halves[0] == {f"r1-{n}" for n in range(2, 21, 2)}
    assert halves[1] == {f"r1-{n}" for n in range(1, 21, 2)}
    assert all(len(bodies) == 1 for bodies in shop.bodies.values())


async def test_alone_from_a_copy_of_the_folder(
    locusts: Any, serve: Any, tmp_path: Path, read: Any, until: Any
) -> None:
    """A run without a drill ends by itself; who finds too many under way is dropped, on record."""
    copy = shutil.copytree(FILE.parent, tmp_path / "elsewhere")
    shop = Shop()
    shop.open.clear()
    async with serve(shop.app) as url:
        locust = await locusts.start(
            "--host", url, "--rate", "40", "--lasts", "500ms", "--at-most", "15",
            "--history", "h.jsonl", "--run-name", "solo", file=copy / "shoppers.py",
        )  # fmt: skip
        await until(lambda: recorded(tmp_path / "h.jsonl", "dropped") == 5)
        shop.open.set()
        assert await locust.code() == 0, locust.said()
    history = read(tmp_path / "h.jsonl")
    assert len(history.all(Arrival)) == len(history.all(Shopper)) == 15
    assert len(history.all(Dropped)) == 5
    (generator,) = history.all(Generator)
    assert (generator.arrivals, generator.dropped) == (15, 5)
    assert set(shop.bodies) == {f"solo-{n}" for n in range(1, 16)}
    assert "15 arrivals, 5 dropped" in locust.said()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_with_its_last_lines(
    locusts: Any, serve: Any, drill: Any, read: Any, until: Any, number: signal.Signals
) -> None:
    """Interrupted, it starts nobody more, lets the waiting leave and completes the history."""
    shop = Shop(lambda *_: "pending")
    async with serve(shop.app) as url:
        phases = [{"name": "long", "lasts": 60, "from": 20, "to": 20}]
        plan = drill(url, phases=phases)
        locust = await locusts.start("--stop-timeout", "30", "Checkout", environ=plan.environ)
        await plan.go()
        await until(lambda: len(shop.bodies) >= 10)
        locust.signal(number)
        async with asyncio.timeout(5):
            assert await locust.code() == 0, locust.said()
    history = read(plan.history)
    arrivals = history.all(Arrival)
    assert 10 <= len(arrivals) < 100
    assert [line.result for line in history.all(Shopper)] == ["pending"] * len(arrivals)
    (generator,) = history.all(Generator)
    assert generator.arrivals == len(arrivals)


async def test_it_ends_when_its_drill_is_gone(drill: Any, until: Any, tmp_path: Path) -> None:
    """A drill that was killed leaves no generator behind."""
    plan = drill("http://127.0.0.1:9")
    script = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-m', 'locust', *sys.argv[1:]])\n"
        "time.sleep(60)\n"
    )
    log = tmp_path / "log"
    with log.open("wb") as out:
        parent = await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, "-f", str(FILE), "--headless", "Checkout",
            cwd=tmp_path, env={**os.environ, **plan.environ}, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        await plan.ready()
        assert recorded(plan.history, "generator") == 0
    finally:
        parent.kill()
        await parent.wait()
    await until(lambda: recorded(plan.history, "generator") == 1)
    assert "is gone" in log.read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--host", "http://127.0.0.1:9", "--lasts", "soon"], 2, "'soon' is not a duration"),
        (["--host", "http://127.0.0.1:9", "--personas", "xx_YY:100%"], 1, "not a locale"),
    ],
)
async def test_a_run_that_cannot_be_says_why(
    locusts: Any, words: list[str], code: int, said: str
) -> None:
    """Only a run that could not take place ends with another code than 0."""
    locust = await locusts.start(*words)
    assert await locust.code() == code
    assert said in locust.said()


async def test_two_clicks_are_under_way_at_once(
    locusts: Any, serve: Any, drill: Any, read: Any
) -> None:
    """The second request does not wait for the answer to the first, nor outlive the visit."""
    shop = Shop()
    shop.open.clear()
    traffic = {"personas": {"de_DE": 1.0}, "habits": {"double_click": 1.0}, "patience": 1.5}
    async with serve(shop.app) as url:
        plan = drill(url, traffic=traffic)
        locust = await locusts.start("Checkout", environ=plan.environ)
        start = await plan.go()
        loop = asyncio.get_running_loop()
        loop.call_later(start + 1.5 - loop.time(), shop.open.set)
        assert await locust.code() == 0, locust.said()
    history = read(plan.history)
    answers, left = history.all(Answer), history.all(Shopper)
    orders = Counter(answer.order for answer in answers)
    assert len(left) == 20
    assert set(orders.values()) == {2}
    assert all(answer.sent < start + 1.5 <= answer.mono for answer in answers)
    ends = {shopper.order: shopper.mono for shopper in left}
    assert all(answer.mono <= ends[answer.order] for answer in answers)
