"""Real Locust processes for these tests, and the Locust folder importable as Locust makes it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from aiohttp import web

from simulator.journal.entry import Line

FOLDER = Path(__file__).parents[2] / "loadtests"
if str(FOLDER) not in sys.path:
    sys.path.insert(0, str(FOLDER))

PATIENT = 30.0  # seconds that a test gives Locust to end
SomeLine = TypeVar("SomeLine", bound=Line)


async def until(true: Callable[[], bool]) -> None:
    """Return when something that another process does is so; a TimeoutError after PATIENT."""
    async with asyncio.timeout(PATIENT):
        while True:
            if true():
                return
            await asyncio.sleep(0.02)


class Locust:
    """One Locust process; what it says goes to a file."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def code(self) -> int:
        """Its exit code, once it has ended."""
        async with asyncio.timeout(PATIENT):
            return await self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def said(self) -> str:
        """All that it wrote."""
        return self._log.read_text()

    async def kill(self) -> None:
        """End it, if it has not."""
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Locusts:
    """Starts Locust processes in a folder that is not the repository's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[Locust] = []

    async def start(
        self,
        *words: str,
        file: Path = FOLDER / "shoppers.py",
        environ: Mapping[str, str] | None = None,
    ) -> Locust:
        """Start `file`, without a web page, with further `words`."""
        log = self._folder / f"locust-{len(self._started)}.log"
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "locust", "-f", str(file), "--headless", "--only-summary",
                *words, cwd=self._folder, stdin=asyncio.subprocess.DEVNULL, stdout=out,
                stderr=asyncio.subprocess.STDOUT, env={**os.environ, **(environ or {})},
            )  # fmt: skip
        self._started.append(Locust(process, log))
        return self._started[-1]

    async def kill(self) -> None:
        """End all that run."""
        for locust in self._started:
            await locust.kill()


class Drill:
    """A plan in a folder, as the controller writes it."""

    def __init__(self, folder: Path, shop: str, **changes: Any) -> None:
        self.history = folder / "client.jsonl"
        self._go = folder / "go.json"
        plan = folder / "plan.json"
        self.environ = {"PAYDRILL_PLAN": str(plan)}
        document = {
            "run": "r1", "seed": 5, "shop": shop, "history": str(self.history),
            "go": str(self._go), "account": "drill", "worker": 0, "workers": 1,
            "phases": [{"name": "only", "lasts": 1.0, "from": 20.0, "to": 20.0}],
            "traffic": {
                "shoppers": "checkout", "personas": {"zh_CN": 0.5, "de_DE": 0.5},
                "methods": {"card": 0.8, "wallet": 0.2}, "patience": 1.5,
            },
        }  # fmt: skip
        plan.write_bytes(msgspec.json.encode({**document, **changes}))

    async def ready(self) -> None:
        """Return when the history has its first line."""
        await until(lambda: self.history.exists() and self.history.read_bytes().endswith(b"\n"))

    async def go(self) -> float:
        """Wait for ready, give the start and return it."""
        await self.ready()
        return self.begin()

    def begin(self) -> float:
        """Give the start and return it."""
        start = time.monotonic() + 0.2
        half = self._go.with_suffix(".half")
        half.write_bytes(msgspec.json.encode({"mono": start}))
        half.replace(self._go)
        return start


class Journal:
    """A history, read back."""

    def __init__(self, path: Path) -> None:
        decode = msgspec.json.Decoder(Line).decode
        self.lines = [decode(line) for line in path.read_bytes().splitlines()]

    def all(self, kind: type[SomeLine]) -> list[SomeLine]:
        """The lines of one kind."""
        return [line for line in self.lines if isinstance(line, kind)]


@contextlib.asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """An app on a free port of this machine; gives its URL."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@pytest.fixture(name="locusts")
async def _locusts(tmp_path: Path) -> AsyncIterator[Locusts]:
    started = Locusts(tmp_path)
    yield started
    await started.kill()


@pytest.fixture(name="serve")
def _serve() -> Any:
    return serving


@pytest.fixture(name="drill")
def _drill(tmp_path: Path) -> Any:
    return lambda shop, **changes: Drill(tmp_path, shop, **changes)


@pytest.fixture(name="until")
def _until() -> Any:
    return until


@pytest.fixture(name="read")
def _read() -> Any:
    return Journal
