"""The composition root: constructs the parts of a gateway and connects them."""

from __future__ import annotations

import asyncio
import os
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.web_request import BaseRequest

from simulator import __version__
from simulator.accounts.account import Account
from simulator.accounts.programme import Programme
from simulator.accounts.recorder import Recorder
from simulator.accounts.registry import Registry
from simulator.accounts.restore import Restored, restore
from simulator.clock import Clock, SystemClock
from simulator.dialects.native import NativeDialect
from simulator.dialects.native.sign import secret_key
from simulator.dialects.stripe.dialect import StripeDialect
from simulator.dialects.stripe.views import view_of
from simulator.dialects.stripe.voice import voice
from simulator.errors import UsageError
from simulator.hosted import assets
from simulator.hosted.dialect import Pages
from simulator.hosted.visitor import Visitor
from simulator.ids import IdSource
from simulator.journal.entry import Boot
from simulator.journal.reader import read_lines
from simulator.journal.writer import Writer
from simulator.loopback import allowed
from simulator.profiles import load as load_profile
from simulator.scenario.document import Scenario
from simulator.server.channels import Channel, bound
from simulator.server.control import application
from simulator.server.gateway import Gateway, Parts
from simulator.server.metrics.tally import Tally
from simulator.server.pipeline import Pipeline
from simulator.server.reception import Wording
from simulator.server.spoken import speaks_stripe
from simulator.server.statics import Statics
from simulator.webhooks.postman import Office, Postman
from simulator.webhooks.sender import Sender


def new_secret() -> str:
    """A fresh webhook secret, `whsec_` and 24 random bytes, as Standard Webhooks asks."""
    return "whsec_" + b64encode(os.urandom(24)).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a gateway is to be served. Port 0 takes any free one.

    `webhook` is the address for every account; `secret` signs what goes there. `linger` makes the
    gateway end by itself so many seconds after its last lease ran out.
    """

    host: str = "127.0.0.1"
    port: int = 4242
    backup_port: int = 0
    control_port: int = 4243
    journal: Path | None = None
    scenario: Scenario | None = None
    seed: int | None = None
    webhook: str | None = None
    webhook_hosts: tuple[str, ...] = ()
    secret: str = field(default_factory=new_secret)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    linger: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A gateway that runs: where it listens, and its parts."""

    primary: str
    backup: str
    control: str
    token: str
    secret: str
    gateway: Gateway


@asynccontextmanager
async def serving(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Serving]:
    """A gateway with its control API, for as long as the context lasts or until it stops itself.

    Raises UsageError for a port in use, a journal that cannot be written, a webhook host that is
    not allowed; JournalError for a journal that cannot be read.
    """
    _check_ports(settings)
    clock = clock or SystemClock()
    secret_key(settings.secret)
    if settings.webhook is not None:
        allowed(settings.webhook, settings.webhook_hosts)
    with _journal(settings.journal) as writer:
        gateway, restored = _gateway(settings, writer, clock)
        try:
            control = await _control(gateway, settings)
        except UsageError:
            gateway.release()
            raise
        async with aiohttp.ClientSession() as session:
            postmen = _postmen(settings, Sender(session, clock), clock, gateway)
            # Kept and awaited below. Not a TaskGroup: it would wrap what the caller's body raises.
            loop = asyncio.get_running_loop()
            running = loop.create_task(gateway.run(postmen, restored), name="gateway")
            try:
                await gateway.ready.wait()
                if running.done():
                    await running
                yield Serving(
                    primary=gateway.channels["primary"].url,
                    backup=gateway.channels["backup"].url,
                    control=control.url,
                    token=settings.token,
                    secret=settings.secret,
                    gateway=gateway,
                )
            finally:
                await control.close()
                gateway.stop()
                await running


def _salt() -> str:
    """A fresh salt for ids: hexadecimal, and ended by a letter.

    An id of digits alone may read as a card number, which no journal and no key may hold.
    """
    return secrets.token_hex(4)[:-1] + secrets.choice("abcdef")


def _check_ports(settings: Settings) -> None:
    ports = [settings.port, settings.backup_port, settings.control_port]
    chosen = [port for port in ports if port]
    if len(set(chosen)) < len(chosen):
        raise UsageError(
            "primary, backup and control need a port of their own each, not "
            + ", ".join(map(str, ports))
        )


def _journal(path: Path | None) -> Writer:
    return Writer.unnamed() if path is None else Writer.open(path)


def _gateway(settings: Settings, writer: Writer, clock: Clock) -> tuple[Gateway, Restored]:
    ids = IdSource(_salt(), secrets.token_bytes(32))
    restored = Restored(0, ())
    profile = settings.scenario.profile if settings.scenario else load_profile("default")
    tally = Tally()
    recorder = Recorder(writer, clock, tally)
    accounts = Registry(clock=clock, profile=profile, recorder=recorder)
    if settings.journal is not None:
        restored = restore(read_lines(settings.journal), accounts)
        recorder.resume(restored.seq)
    programme = Programme(settings.scenario, settings.seed)
    accounts.on_new(programme.begin)
    accounts.on_new(_give_voice)
    channels = _channels(settings, accounts, clock, ids)
    writer.commit(
        Boot(
            source="gateway",
            wall=clock.wall(),
            mono=clock.monotonic(),
            version=__version__,
            channels=("primary", "backup"),
        )
    )
    gateway = Gateway(
        Parts(
            channels=channels,
            accounts=accounts,
            programme=programme,
            journal=writer,
            tally=tally,
            ids=ids,
        )
    )
    if settings.linger is not None:
        gateway.linger(settings.linger, clock)
    return gateway, restored


def _give_voice(account: Account) -> None:
    """What was paid in a dialect is told in its words."""
    account.voice = lambda decision, snapshot, cause: voice(
        decision, snapshot, cause.exchange, cause.key
    )


def _channels(
    settings: Settings, accounts: Registry, clock: Clock, ids: IdSource
) -> tuple[Channel, ...]:
    """Both channels, bound but not listening; none if one of the ports is taken."""
    made: list[Channel] = []
    wording = Wording(
        NativeDialect(), _pages, ((StripeDialect(settings.webhook_hosts), speaks_stripe),)
    )
    try:
        for name, port in (("primary", settings.port), ("backup", settings.backup_port)):
            handle = Pipeline(name, accounts=accounts, wording=wording, clock=clock, ids=ids)
            site = Statics(assets.FOLDER, assets.replies(), handle)
            made.append(Channel(name, site, host=settings.host, port=port))
    except UsageError:
        for channel in made:
            channel.release()
        raise
    return tuple(made)


def _pages(http: BaseRequest) -> Pages:
    """The dialect of one request of a page."""
    headers = http.headers
    visitor = Visitor(
        account=http.path.split("/")[2],
        accept=headers.get("Accept", ""),
        languages=headers.get("Accept-Language", ""),
        chosen=http.query.get("lang"),
        agent=headers.get("User-Agent", ""),
    )
    return Pages(visitor)


def _postmen(
    settings: Settings, sender: Sender, clock: Clock, gateway: Gateway
) -> Callable[[Account], Postman]:
    office = Office(
        sender=sender,
        clock=clock,
        ids=gateway.ids,
        view=view_of,
        hosts=settings.webhook_hosts,
    )

    def make(account: Account) -> Postman:
        postman = Postman(account, office)
        if settings.webhook is not None:
            postman.aim(settings.webhook, settings.secret)
        return postman

    return make


class _ControlSite:
    """The control API on its own port."""

    def __init__(self, runner: web.AppRunner, host: str) -> None:
        self._runner = runner
        self._host = host

    @property
    def url(self) -> str:
        """Its base address."""
        address = self._runner.addresses[0]
        return f"http://{self._host}:{address[1]}"

    async def close(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()


async def _control(gateway: Gateway, settings: Settings) -> _ControlSite:
    sock = bound(settings.host, settings.control_port)
    runner = web.AppRunner(application(gateway, settings.token), access_log=None)
    await runner.setup()
    await web.SockSite(runner, sock).start()
    return _ControlSite(runner, settings.host)
