"""A whole drill in one process: gateway, merchant, shoppers and judge, on real sockets.

The scenario is short, the shoppers are few and come on a fixed schedule whatever the answers. What
is recorded is merged and judged exactly as a drill's recording is.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import aiohttp
import msgspec
from aiohttp import web

from simulator import __version__
from simulator.assembly import Settings as GatewaySettings
from simulator.assembly import serving
from simulator.drills import book, differences
from simulator.drills.control import ACCOUNT, HttpControl
from simulator.drills.judge import judge
from simulator.drills.ports import Performance
from simulator.drills.settling import _left, _owed
from simulator.drills.verdict import Verdict
from simulator.journal.entry import (
    Answer,
    Arrival,
    Book,
    Entry,
    Generator,
    Phase,
    Reconciled,
    Run,
    Shopper,
)
from simulator.journal.history import History
from simulator.journal.merge import merge
from simulator.journal.naming import Names
from simulator.scenario import loader
from simulator.scenario.document import Scenario
from tests.merchants.site import Site

_Kind = TypeVar("_Kind", bound=Entry)
RUN = "t1"
_PERFORMANCES = 5  # at most
_STANDSTILL = 0.3  # seconds; a hurried shop waits 0.7 for an answer
COUNTRIES = ("DE", "IN", "US", "CN")


MakeShop = Callable[[Site], web.Application]


@dataclass(slots=True)
class Shoppers:
    """Open-model shoppers; each keeps asking while it is told pending, and half try once more."""

    shop: str
    scenario: Scenario
    session: aiohttp.ClientSession
    lines: list[Entry] = field(default_factory=list)
    proved: set[str] = field(default_factory=set)

    async def come(self, spans: list[tuple[float, float, float]]) -> None:
        """Send everybody; `spans` are (from, to, rate) on the monotonic clock."""
        async with asyncio.TaskGroup() as group:
            for number, at in enumerate(_moments(spans), 1):
                group.create_task(self._shop(number, at))

    async def _shop(self, number: int, at: float) -> None:
        await asyncio.sleep(at - time.monotonic())
        order = f"{RUN}-{number}"
        method = self._method(number)
        amount = 1000 + 7 * number
        self._note(
            Arrival,
            order=order,
            intended=at,
            amount=amount,
            currency="EUR",
            method=method["type"],
            token=method.get("token"),
        )
        body = {
            "order_id": order,
            "amount": amount,
            "currency": "EUR",
            "method": method,
            "payer": {
                "country": "DE",
                "name": "Erika Mustermann",
                "phone": "+49 151 00000000",
                "email": "erika@example.com",
            },
        }
        said = await self._ask("create", order, "/orders", body)
        said = await self._wait(order, said, at)
        if said == "failed" and number % 2:
            again = {"method": {"type": "card", "token": f"tok_mastercard_US_{number}"}}
            said = await self._ask("pay", order, f"/orders/{order}/pay", again)
            said = await self._wait(order, said, time.monotonic())
        self._note(Shopper, order=order, intended=at, result=said or "error")

    async def _wait(self, order: str, said: str | None, since: float) -> str | None:
        until = since + self.scenario.traffic.patience
        while said not in {"paid", "failed"} and time.monotonic() < until:
            await asyncio.sleep(0.2)
            said = await self._ask("poll", order, f"/orders/{order}", None) or said
        return said

    async def _ask(self, request: str, order: str, path: str, body: object) -> str | None:
        sent = time.monotonic()
        code, said, error = None, None, None
        verb = "GET" if body is None else "POST"
        try:
            async with self.session.request(verb, self.shop + path, json=body) as response:
                code = response.status
                if code in {200, 202, 402}:
                    told = await response.json()
                    said = told["status"]
                    await self._prove(told.get("next_action"))
        except (aiohttp.ClientError, TimeoutError) as problem:
            error = type(problem).__name__
        self._note(
            Answer, order=order, request=request, sent=sent, code=code, said=said, error=error
        )
        return said

    async def _prove(self, action: dict[str, str] | None) -> None:
        """Approve at the page to which the shop sends, once; a lost answer is not asked for."""
        if action is None or action["url"] in self.proved:
            return
        self.proved.add(action["url"])
        with suppress(aiohttp.ClientError, TimeoutError):
            await self.session.post(action["url"], json={"action": "approve"})

    def _method(self, number: int) -> dict[str, str]:
        share = number % 10
        methods = self.scenario.traffic.methods
        if share in {3, 6} and "wallet" in methods:
            return {"type": "wallet"}
        if share == 9 and "bank_transfer" in methods:
            return {"type": "bank_transfer"}
        return {"type": "card", "token": f"tok_visa_{COUNTRIES[number % 4]}_{number:06}"}

    def _note(self, kind: type[Entry], **fields: object) -> None:
        self.lines.append(_line(kind, "client", **fields))


async def drill(text: str, make: MakeShop, folder: Path, seed: int | None = None) -> Verdict:
    """Perform a scenario against a merchant and judge it; the recording stays in `folder`.

    A machine that stands still longer than the hurried shop waits for an answer makes it act on
    timeouts that were none; what such a drill shows is about the machine, so it is done again.
    """
    for left in reversed(range(_PERFORMANCES)):
        async with stillness() as longest:
            verdict = await _drill(text, make, folder, seed)
        if max(longest, default=0.0) < _STANDSTILL:
            break
        if left:
            shutil.rmtree(folder)
    return verdict


@asynccontextmanager
async def stillness() -> AsyncIterator[list[float]]:
    """Notes by how many seconds the loop came late, each time that it was over a tenth."""
    late: list[float] = []

    async def watch() -> None:
        while True:
            due = time.monotonic() + 0.05
            await asyncio.sleep(0.05)
            if (by := time.monotonic() - due) > 0.1:
                late.append(by)

    task = asyncio.get_running_loop().create_task(watch())
    try:
        yield late
    finally:
        task.cancel()


async def _drill(text: str, make: MakeShop, folder: Path, seed: int | None) -> Verdict:
    folder.mkdir(exist_ok=True)
    scenario = loader.load(text, "scenario.yaml")
    run = _line(
        Run,
        "client",
        version=__version__,
        seed=scenario.seed if seed is None else seed,
        run=RUN,
        scenario=text,
    )
    journal = folder / "gateway.jsonl"
    settings = GatewaySettings(port=0, backup_port=0, control_port=0, journal=journal)
    async with serving(settings) as gateway, aiohttp.ClientSession() as session:
        control = HttpControl(session, gateway.control, gateway.token)
        site = Site(gateway.primary, gateway.backup, gateway.secret)
        async with merchant(make(site)) as shop:
            await control.webhook(f"{shop}/webhooks", gateway.secret)
            lines = await _perform(scenario, run, control, shop)
            await _settle(scenario, control, session, shop)
            rows = await book.read(session, shop, RUN)
            report = await differences.read(session, shop)
    wall, mono = time.time(), time.monotonic()  # noqa: TID251 - the lines need a date
    lines += [row.line(wall=wall, mono=mono, account=ACCOUNT) for row in rows]
    lines.append(_line(Book, "merchant", orders=len(rows)))
    lines += [each.line(wall=wall, mono=mono, account=ACCOUNT) for each in report.found]
    lines.append(
        _line(
            Reconciled,
            "merchant",
            differences=len(report.found),
            problem=report.problem,
            absent=report.absent,
        )
    )
    end = _line(Phase, "client", name="end")
    target = folder / "journal.jsonl"
    merge(run, [journal], end, target, rows=lines)
    return judge(History.from_file(target), scenario)


async def _perform(scenario: Scenario, run: Run, control: HttpControl, shop: str) -> list[Entry]:
    performance = Performance(
        scenario=scenario.text, run=RUN, seed=run.seed, start_in=0.1, lease=60
    )
    spans = await control.perform(performance)
    rates = [phase.arrivals.begins if phase.arrivals else 0.0 for phase in scenario.phases]
    times = [(span.begins, span.ends, rate) for span, rate in zip(spans, rates, strict=True)]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
        shoppers = Shoppers(shop, scenario, session)
        await shoppers.come(times)
    await asyncio.sleep(spans[-1].ends - time.monotonic())
    count = sum(isinstance(line, Arrival) for line in shoppers.lines)
    generator = _line(
        Generator, "client", arrivals=count, dropped=0, lateness_p50_ms=1.0, lateness_p99_ms=5.0
    )
    return [*shoppers.lines, generator]


async def _settle(
    scenario: Scenario, control: HttpControl, session: aiohttp.ClientSession, shop: str
) -> None:
    """Until nothing is left to happen, or the cap; a merchant that only looks counts as quiet."""
    await control.heal()
    until = time.monotonic() + scenario.settle
    while time.monotonic() < until:
        await asyncio.sleep(0.25)
        state = await control.state()
        left = [what for what in _left(state, time.monotonic() + 60) if "quiet" not in what]
        rows = await book.read(session, shop, RUN)
        if not left and not _owed(rows, await control.payments(), Names()):
            return


@asynccontextmanager
async def merchant(app: web.Application) -> AsyncIterator[str]:
    """A merchant that serves on a free port; yields its base address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def false_checks(verdict: Verdict) -> dict[str, str]:
    """The checks that came out false, and what they say."""
    return {check.name: check.summary for check in verdict.checks if check.valid is False}


def _moments(spans: list[tuple[float, float, float]]) -> Iterator[float]:
    for begins, ends, rate in spans:
        count = round((ends - begins) * rate)
        yield from (begins + (place + 0.5) / rate for place in range(count))


def _line(kind: type[_Kind], source: str, **fields: object) -> _Kind:
    now = {"source": source, "wall": time.time(), "mono": time.monotonic(), "account": ACCOUNT}  # noqa: TID251 - the lines need a date
    return msgspec.convert({**now, **fields}, kind, strict=False)
