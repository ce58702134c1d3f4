"""Several processes: each brings its part, all end together, whoever dies."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from dealing import OneEach
from plans import Plan

from simulator.journal.entry import Arrival, Generator, Shopper

LONG = {"phases": [{"name": "long", "lasts": 60, "from": 20, "to": 20}]}


@pytest.fixture(name="shop")
async def _shop(serve: Any) -> AsyncIterator[str]:
    """A shop to which everybody pays at once."""

    async def answer(request: web.Request) -> web.Response:
        order = (await request.json())["order_id"]
        return web.json_response({"order_id": order, "status": "paid", "message": "thanks"})

    app = web.Application()
    app.router.add_post("/orders", answer)
    async with serve(app) as url:
        yield url


def _processes(number: int) -> list[str]:
    port = str(unused_port())
    return [
        "--processes", str(number), "--master-bind-port", port, "--master-port", port,
        "--stop-timeout", "30", "Checkout",
    ]  # fmt: skip


def _workers(plan: Any) -> list[Path]:
    return [plan.history.with_stem(f"client-{worker}") for worker in range(2)]


async def _begun(histories: list[Path], until: Any, *, arrivals: int) -> None:
    """Return when every worker has brought so many shoppers."""
    await until(
        lambda: all(
            path.exists() and path.read_bytes().count(b'"kind":"arrival"') >= arrivals
            for path in histories
        )
    )


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def test_two_processes_bring_each_shopper_once(
    locusts: Any, shop: str, drill: Any, read: Any, until: Any
) -> None:
    """Worker i of 2 takes every second shopper into a history of its own, on one schedule."""
    plan = drill(shop)
    locust = await locusts.start(*_processes(2), environ=plan.environ)
    histories = _workers(plan)
    await until(lambda: all(path.exists() and path.read_bytes() for path in histories))
    start = plan.begin()
    assert await locust.code() == 0, locust.said()
    for worker, path in enumerate(histories):
        journal = read(path)
        arrivals = journal.all(Arrival)
        assert {line.order for line in arrivals} == {f"r1-{n}" for n in range(2 - worker, 21, 2)}
        assert all(start <= line.intended <= start + 1 for line in arrivals)
        assert len(journal.all(Shopper)) == 10
        assert [line.arrivals for line in journal.all(Generator)] == [10]
    assert not plan.history.exists()
    assert "2 ready workers" in locust.said()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_to_all_ends_all_with_their_last_lines(
    locusts: Any, shop: str, drill: Any, read: Any, until: Any, number: signal.Signals
) -> None:
    """As when the drill stops the load: the whole group gets the signal."""
    plan = drill(shop, **LONG)
    locust = await locusts.start(*_processes(2), environ=plan.environ)
    workers = await _at_work(locust, plan, until)
    for pid in (*workers, locust.pid):
        os.kill(pid, number)
    assert await locust.code() == 0, locust.said()
    for path in _workers(plan):
        assert len(read(path).all(Generator)) == 1
    assert not any(_lives(pid) for pid in workers)


async def test_a_worker_that_is_killed_ends_the_run(
    locusts: Any, shop: str, drill: Any, read: Any, until: Any
) -> None:
    """Its shoppers would never come, so the others are not waited for, and the code says so."""
    plan = drill(shop, **LONG)
    locust = await locusts.start(*_processes(2), environ=plan.environ)
    workers = await _at_work(locust, plan, until)
    os.kill(workers[0], signal.SIGKILL)
    assert await locust.code() == 1, locust.said()
    assert "a worker ended before its part was done" in locust.said()
    assert sum(len(read(path).all(Generator)) for path in _workers(plan)) == 1
    assert not _lives(workers[1])


async def test_workers_end_when_their_master_is_killed(
    locusts: Any, shop: str, drill: Any, read: Any, until: Any
) -> None:
    """Nobody is left to end them."""
    plan = drill(shop, **LONG)
    locust = await locusts.start(*_processes(2), environ=plan.environ)
    workers = await _at_work(locust, plan, until)
    locust.signal(signal.SIGKILL)
    await until(lambda: not any(_lives(pid) for pid in workers))
    for path in _workers(plan):
        assert len(read(path).all(Generator)) == 1


async def _at_work(locust: Any, plan: Any, until: Any) -> list[int]:
    """Let the shoppers come; the process ids of the workers once both have brought some."""
    histories = _workers(plan)
    await until(lambda: all(path.exists() and path.read_bytes() for path in histories))
    plan.begin()
    await _begun(histories, until, arrivals=3)
    workers = _children(locust.pid)
    assert len(workers) == 2
    return workers


async def test_a_call_that_is_wrong_leaves_no_worker_behind(
    locusts: Any, until: Any, tmp_path: Path
) -> None:
    """Workers that have not reached their master yet end with it."""
    locust = await locusts.start("--host", "http://127.0.0.1:9", "--lasts", "soon", *_processes(2))
    assert await locust.code() == 2
    assert "'soon' is not a duration" in locust.said()
    await until(lambda: not any(_works_in(tmp_path, each) for each in Path("/proc").glob("[0-9]*")))


def _works_in(folder: Path, process: Path) -> bool:
    try:
        return process.joinpath("cwd").readlink() == folder
    except OSError:  # it is gone, or another's
        return False


def test_every_worker_has_one_user_whoever_comes_and_goes() -> None:
    """However often Locust deals anew, nobody gets a second user and nobody loses the first."""
    nodes = [SimpleNamespace(id=name) for name in "abc"]
    dealer = OneEach(nodes[:2], [Plan])
    dealer.new_dispatch(target_user_count=1, spawn_rate=1, user_classes=None)
    assert list(dealer) == [{"a": {"Plan": 1}, "b": {"Plan": 1}}]
    dealer.remove_worker(nodes[0])
    dealer.add_worker(nodes[2])
    assert list(dealer) == [{"b": {"Plan": 1}, "c": {"Plan": 1}}]
    dealer.add_worker(nodes[0])
    dealer.add_worker(nodes[0])
    assert list(dealer) == [{name: {"Plan": 1} for name in "abc"}]
