"""Payment intents a second, created and confirmed in one request: our gateway and localstripe.

Both speak Stripe's API, and both get the same requests over the same number of connections that
stay open, each with the next request as soon as the last is answered. Rounds alternate. localstripe
saves all that it knows at each change, so that it slows down as it fills and waits for the disk:
its store is emptied before each of its rounds, and it saves to memory where the machine has such a
folder. Ours keeps its journal on the disk, and everything.
"""

from __future__ import annotations

import asyncio
import statistics
import urllib.request
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import uvloop

from tools.bench.servers import Server, free_ports, gateway, started

#: A folder in memory, as Linux has it.
SHARED = Path("/dev/shm")  # noqa: S108 - files in it have names that nobody can guess
FORM = (
    b"amount=1999&currency=usd&confirm=true&payment_method=pm_card_visa"
    b"&metadata%5Border_id%5D=bench-1"
)
REQUEST = (
    b"POST /v1/payment_intents HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Authorization: Bearer sk_test_bench\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(FORM), FORM)
)


class Plan(NamedTuple):
    """How long to measure: connections that are kept busy, rounds, seconds of each."""

    connections: int = 4
    rounds: int = 5
    seconds: float = 2.0


class Tally:
    """What came back in one round."""

    def __init__(self) -> None:
        self.paid = 0
        self.others: list[str] = []


async def shop(port: int, until: float, tally: Tally) -> None:
    """One connection: a request after the other until the time is over."""
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while loop.time() < until:
            writer.write(REQUEST)
            head = await reader.readuntil(b"\r\n\r\n")
            start = head.lower().index(b"content-length:") + 15
            body = await reader.readexactly(int(head[start:].split(b"\r\n", 1)[0]))
            if head[9:12] == b"200" and b"succeeded" in body:
                tally.paid += 1
            else:
                tally.others.append(body.decode(errors="replace")[:200])
    finally:
        writer.close()


async def measure(server: Server, plan: Plan) -> None:
    """One round: payments a second, and the server's CPU microseconds for each."""
    loop = asyncio.get_running_loop()
    tally, before, began = Tally(), server.cpu(), loop.time()
    until = began + plan.seconds
    await asyncio.gather(*(shop(server.port, until, tally) for _ in range(plan.connections)))
    if tally.others or not tally.paid:
        raise SystemExit(f"{server.name} did not take the money: {tally.others[:1]}")
    server.rates.append(tally.paid / (loop.time() - began))
    server.micros.append((server.cpu() - before) / tally.paid * 1e6)


def empty(port: int) -> None:
    """Let localstripe forget everything."""
    call = urllib.request.Request(f"http://127.0.0.1:{port}/_config/data", method="DELETE")
    urllib.request.urlopen(call, timeout=5).close()  # noqa: S310 - an address of this machine


async def compare(plan: Plan, ours: Server, rival: Server | None) -> None:
    """Alternate rounds, after one to warm up."""
    for number in range(plan.rounds + 1):
        await measure(ours, plan)
        if rival is not None:
            empty(rival.port)
            await measure(rival, plan)
        if not number:
            for each in (ours, rival):
                if each is not None:
                    each.forget()


def shared() -> Path | None:
    """A folder in memory, if the machine has one."""
    return SHARED if SHARED.is_dir() else None


def report(server: Server) -> str:
    """Medians of a server's rounds, with the slowest and the fastest."""
    rates = sorted(server.rates)
    return (
        f"{server.name} {statistics.median(rates):6.0f}/s ({rates[0]:.0f} to {rates[-1]:.0f}), "
        f"{statistics.median(server.micros):6.1f} us"
    )


def run(plan: Plan, folder: Path) -> tuple[Server, Server | None]:
    """Measure and print; without localstripe, ourselves alone."""
    with ExitStack() as stack:
        ours, _ = stack.enter_context(gateway(None, folder))
        rival = None
        if find_spec("localstripe") is None:
            print("localstripe is not installed: only our own gateway is measured")
        else:
            (port,) = free_ports(1)
            memory = stack.enter_context(TemporaryDirectory(dir=shared()))
            command = ("tools.bench.rival", str(port), memory)
            rival = stack.enter_context(started("localstripe", port, *command))
        uvloop.run(compare(plan, ours, rival))
    print(f"stripe     {report(ours)}", end="")
    if rival is None:
        print()
    else:
        times = statistics.median(ours.rates) / statistics.median(rival.rates)
        print(f"   {report(rival)}   {times:.1f} times as many")
    return ours, rival
