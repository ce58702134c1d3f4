"""Starts gateway, merchant and load as processes of this machine, and speaks HTTP to them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
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
from simulator.drills.control import HttpControl
from simulator.drills.load import SHOPPERS, LoadPlan, LocustLoad, locust_argv
from simulator.drills.plan import Drill
from simulator.drills.processes import (
    Child,
    Command,
    Household,
    free_ports,
    listens,
    python,
)
from simulator.drills.shop import HttpShop, Instance
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
_REACH: Final = aiohttp.ClientTimeout(total=5)


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
        self._control = ""  # where shoppers' messages are, and what opens it
        self._token = ""

    async def gateway(self) -> OwnGateway | ForeignGateway:
        """A gateway that answers: a fresh one, or the one that runs."""
        if self._running is None:
            return await self._own_gateway()
        control = HttpControl(self._http(), self._running.control, self._running.token)
        self._control, self._token = self._running.control, self._running.token
        await self._reach(self._running, control)
        await control.reset()
        return ForeignGateway(control, self._running, self._drill.folder.gateway)

    async def merchant(self, environment: Mapping[str, str]) -> HttpShop:
        """The merchant, started if that is ours to do."""
        spec = self._drill.merchant
        if spec.start is None:
            return HttpShop(self._http(), spec.url or "", spec.mapping)
        if spec.url is not None and listens(spec.url):
            raise UsageError(
                f"something listens at {spec.url} already, where the drill is to start the "
                "merchant; stop it, or leave out 'url:' and let the drill pick a port"
            )
        count = self._drill.instances
        one, *more = free_ports(1 + count)
        url = spec.url or f"http://127.0.0.1:{one}"
        # A single instance is the shop's address; several hide behind it.
        urls = [f"http://127.0.0.1:{port}" for port in more] if count > 1 else [url]
        instances = tuple(
            Instance(each, partial(self._house.start, self._instance(each, number, environment)))
            for number, each in enumerate(urls, 1)
        )
        front = self._front(url, urls) if count > 1 else None
        return HttpShop(self._http(), url, spec.mapping, instances, front)

    def _instance(self, url: str, number: int, environment: Mapping[str, str]) -> Command:
        """How one instance of the merchant is started; its port is all that it has of its own."""
        spec, folder = self._drill.merchant, self._drill.folder
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        base = self._own_environment() if spec.ours else self._clean_environment()
        return Command(
            name="merchant" if number == 1 else f"merchant-{number}",
            argv=spec.start or (),
            environment={**base, **environment, "PAYDRILL_PORT": str(port)},
            cwd=folder.scratch if spec.ours else Path.cwd(),
            log=folder.merchant_log(number),
        )

    def _front(self, url: str, instances: Sequence[str]) -> Child:
        """The one address of several instances."""
        place = urlsplit(url)
        address = ("--host", place.hostname or "", "--port", str(place.port or 80))
        return self._house.start(
            Command(
                name="front",
                argv=python("simulator.drills.front", *address, *instances),
                environment=self._own_environment(),
                cwd=self._drill.folder.parts,
                log=self._drill.folder.logs / "front.log",
            )
        )

    async def load(self, plan: LoadPlan) -> LocustLoad:
        """Locust, with as many workers as the drill has."""
        files = self._drill.folder.load
        files.write(msgspec.structs.replace(plan, control=self._control))
        file, user = SHOPPERS[self._drill.scenario.traffic.shoppers]
        child = self._house.start(
            Command(
                name="load",
                argv=locust_argv(library.find("loadtests", file), user, files.workers),
                environment={
                    **self._own_environment(),
                    "PAYDRILL_PLAN": str(files.plan),
                    "PAYDRILL_TOKEN": self._token,
                },
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

    async def _reach(self, running: RunningGateway, control: HttpControl) -> None:
        """UsageError for an address of the call at which no gateway answers."""
        try:
            await control.health()
        except ControlError as error:
            raise UsageError(
                f"--control {running.control}: no gateway answers there: {error}"
            ) from error
        for option, url in (("--gateway", running.primary), ("--backup", running.backup)):
            try:
                if url:
                    (await self._http().get(url, timeout=_REACH)).release()
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                raise UsageError(
                    f"{option} {url}: nobody answers there: {error or 'no answer in time'}"
                ) from error

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
        self._control, self._token = control, token
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
