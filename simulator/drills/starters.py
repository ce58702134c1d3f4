"""Starts gateway, merchant and load as processes of this machine, and speaks HTTP to them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import msgspec

import simulator
from simulator import library
from simulator.clock import SystemClock
from simulator.drills import book
from simulator.drills.control import HttpControl
from simulator.drills.load import SHOPPERS, LoadPlan, LocustLoad, locust_argv
from simulator.drills.mapping import STANDARD, ShopMapping
from simulator.drills.plan import Drill
from simulator.drills.processes import Child, Command, Household, free_ports, python
from simulator.drills.shopcall import NoAnswer, call
from simulator.errors import ControlError, UsageError

#: The gateway ends by itself when nobody has renewed a lease for so long after the last ran out:
#: long enough for a slow preflight, and for people to look at it when a controller has died.
LINGER: Final = "2m"
#: Where a merchant that runs already expects the gateway, unless the environment says otherwise.
_PRIMARY: Final = "http://127.0.0.1:4242"
_BACKUP: Final = "http://127.0.0.1:4244"
_START_WAIT: Final = 30.0
_POLL: Final = 0.05
_STARTS: Final = 3
_HEALTH: Final = 2.0


class RunningGateway(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway that runs already and is not ours to stop. Without `backup` there is no backup."""

    primary: str
    control: str
    token: str
    backup: str = ""


class ProcessStarters:
    """The starters of a real drill. Close it: that is what stops the processes."""

    def __init__(
        self,
        drill: Drill,
        *,
        running: RunningGateway | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._drill = drill
        self._running = running
        self._environ = dict(os.environ if environ is None else environ)
        self._house = Household()
        self._session: aiohttp.ClientSession | None = None

    async def gateway(self) -> OwnGateway | ForeignGateway:
        """A gateway that answers: a fresh one, or the one that runs."""
        if self._running is None:
            return await self._own_gateway()
        control = HttpControl(self._http(), self._running.control, self._running.token)
        await control.health()
        await control.reset()
        return ForeignGateway(control, self._running, self._drill.folder.gateway)

    async def merchant(self, environment: Mapping[str, str]) -> HttpShop:
        """The merchant, started if that is ours to do."""
        spec, folder = self._drill.merchant, self._drill.folder
        if spec.start is None:
            return HttpShop(self._http(), spec.url or "", mapping=spec.mapping)
        parts = urlsplit(spec.url or f"http://127.0.0.1:{free_ports(1)[0]}")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        base = self._own_environment() if spec.ours else self._clean_environment()
        command = Command(
            name="merchant",
            argv=spec.start,
            environment={**base, **environment, "PAYDRILL_PORT": str(port)},
            cwd=folder.scratch if spec.ours else Path.cwd(),
            log=folder.merchant_log,
        )
        start = partial(self._house.start, command)
        return HttpShop(self._http(), parts.geturl(), start, spec.mapping)

    async def load(self, plan: LoadPlan) -> LocustLoad:
        """Locust, with as many workers as the drill has."""
        files = self._drill.folder.load
        files.write(plan)
        file, user = SHOPPERS[self._drill.scenario.traffic.shoppers]
        child = self._house.start(
            Command(
                name="load",
                argv=locust_argv(library.find("loadtests", file), user, files.workers),
                environment={**self._own_environment(), "PAYDRILL_PLAN": str(files.plan)},
                cwd=self._drill.folder.parts,
                log=self._drill.folder.logs / "load.log",
            )
        )
        return LocustLoad(files, child)

    async def close(self) -> None:
        """Stop every process that was started; may be called more than once."""
        try:
            await self._house.close()
        finally:
            if self._session is not None:
                await self._session.close()

    async def _own_gateway(self) -> OwnGateway:
        for _ in range(_STARTS):
            gateway = self._start_gateway()
            if await gateway.answers():
                self._introduce(gateway)
                return gateway
            words = gateway.last_words()
            if "in use" not in words:
                break
        raise ControlError(f"the gateway did not start: {words or 'it said nothing'}")

    def _start_gateway(self) -> OwnGateway:
        primary, backup, control = self._addresses()
        token = self._environ.get("PAYDRILL_TOKEN") or secrets.token_urlsafe(24)
        folder = self._drill.folder
        ports = [str(urlsplit(url).port) for url in (primary, backup, control)]
        places = dict(zip(("--port", "--backup-port", "--control-port"), ports, strict=True))
        options = {**places, "--journal": str(folder.gateway.resolve()), "--linger": LINGER}
        child = self._house.start(
            Command(
                name="gateway",
                argv=python("simulator.cli", "serve", *chain(*options.items())),
                environment={**self._own_environment(), "PAYDRILL_TOKEN": token},
                cwd=folder.parts,
                log=folder.logs / "gateway.log",
                leashed=False,
            )
        )
        return OwnGateway(HttpControl(self._http(), control, token), child, (primary, backup))

    def _addresses(self) -> tuple[str, str, str]:
        """Of primary, backup and control: free ports, or where a running merchant expects them."""
        control, *others = (f"http://127.0.0.1:{port}" for port in free_ports(3))
        if self._drill.merchant.start is not None:
            return others[0], others[1], control
        expected = (("PAYDRILL_GATEWAY_URL", _PRIMARY), ("PAYDRILL_BACKUP_URL", _BACKUP))
        primary, backup = (self._environ.get(name) or usual for name, usual in expected)
        for url in (primary, backup):
            if urlsplit(url).port is None:
                raise UsageError(f"'{url}' names no port; the drill's gateway has to listen there")
        return primary, backup, control

    def _introduce(self, gateway: OwnGateway) -> None:
        """Leave word of where the gateway is: it outlives a controller that is killed."""
        card = {
            "primary": gateway.primary,
            "backup": gateway.backup,
            "control": gateway.control.base,
            "pid": gateway.pid,
        }
        (self._drill.folder.parts / "gateway.json").write_bytes(msgspec.json.encode(card))

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _clean_environment(self) -> dict[str, str]:
        """Ours without PAYDRILL_*: a merchant is told six things, and the token is none of them."""
        return {
            name: value for name, value in self._environ.items() if not name.startswith("PAYDRILL_")
        }

    def _own_environment(self) -> dict[str, str]:
        """For our own modules, which are found from anywhere, installed or not."""
        clean = self._clean_environment()
        root = str(Path(simulator.__file__).resolve().parent.parent)
        paths = [root, *filter(None, [clean.get("PYTHONPATH")])]
        return {**clean, "PYTHONPATH": os.pathsep.join(paths)}


class OwnGateway:
    """A gateway that the drill started; its journal is in the drill's folder from the start."""

    def __init__(self, control: HttpControl, child: Child, urls: tuple[str, str]) -> None:
        self.control = control
        self.primary, self.backup = urls
        self._child = child

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    async def answers(self) -> bool:
        """Wait for its first answer; False if it ends before, or says nothing in time."""
        for _ in range(round(_START_WAIT / _POLL)):
            try:
                await self.control.health()
            except ControlError:
                if await self._child.wait(_POLL) is not None:
                    return False
            else:
                return True
        return False

    def ended(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._child.ended()

    def last_words(self) -> str:
        """The end of its log."""
        return self._child.last_words()

    async def collect(self) -> None:
        """Nothing to do: the journal is where it belongs."""


class ForeignGateway:
    """A gateway that ran before and goes on running."""

    def __init__(self, control: HttpControl, where: RunningGateway, journal: Path) -> None:
        self.control = control
        self.primary = where.primary
        self.backup = where.backup
        self._journal = journal
        self._since = SystemClock().monotonic()

    def ended(self) -> int | None:
        """Not ours to know."""
        return None

    def last_words(self) -> str:
        """Not ours to read."""
        return ""

    async def collect(self) -> None:
        """Fetch what its journal has of this drill: an account keeps the lines of earlier ones."""
        lines = await self.control.journal(self._since)
        self._journal.write_bytes(b"".join(line + b"\n" for line in lines))


class HttpShop:
    """A merchant behind a base URL, started by `start`; without that it is not ours to stop."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        start: Callable[[], Child] | None = None,
        mapping: ShopMapping = STANDARD,
    ) -> None:
        self.url = url
        self._session = session
        self._start = start
        self._mapping = mapping
        self._child = start() if start else None

    async def problem(self) -> str | None:
        """Why it is not healthy, or None."""
        try:
            await call(self._session, self.url, self._mapping.api.health, {}, _HEALTH)
        except NoAnswer as error:
            return str(error)
        return None

    async def orders(self, run: str, look: book.Look | None = None) -> tuple[book.Row, ...]:
        """Its order book, the rows of this run; `look` is shown each as it was written."""
        return await book.read(self._session, self.url, run, look, self._mapping)

    def strike(self, signal: str) -> None:
        """End its process: `kill` at once, `term` if it pleases; UsageError if it is not ours."""
        child, _ = self._own()
        if signal == "kill":
            child.kill()
        else:
            child.terminate()

    def start_again(self) -> None:
        """Start it as before; what still runs of it is killed. UsageError if it is not ours."""
        child, start = self._own()
        child.kill()
        self._child = start()

    def _own(self) -> tuple[Child, Callable[[], Child]]:
        if self._child is None or self._start is None:
            raise UsageError(f"the merchant at {self.url} was not started by this drill")
        return self._child, self._start

    def ended(self) -> int | None:
        """Its exit code, or None while it runs or is not ours."""
        return self._child.ended() if self._child else None

    def last_words(self) -> str:
        """The end of its log."""
        return self._child.last_words() if self._child else ""
