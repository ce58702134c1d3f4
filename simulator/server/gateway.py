"""The gateway as a whole: channels, accounts and what runs for them, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from simulator.accounts.account import Account
from simulator.accounts.programme import Programme
from simulator.accounts.registry import Registry
from simulator.accounts.restore import Restored
from simulator.clock import Clock
from simulator.errors import UsageError
from simulator.gateway.ports import Ids
from simulator.journal.writer import Writer
from simulator.scenario.document import Scenario
from simulator.server.channels import Channel
from simulator.server.lookback import Lookback
from simulator.server.metrics.exposition import Exposition, Gauges
from simulator.server.metrics.tally import Tally
from simulator.server.reception import PAGES
from simulator.server.tenancy import Postman, Switch, Tenant, tenant_of

log = logging.getLogger("paydrill.gateway")

#: How often batched lines reach the journal file, in seconds.
_FLUSH_S: Final = 0.1

MakePostman = Callable[[Account], Postman]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a gateway is made of."""

    channels: tuple[Channel, ...]
    accounts: Registry
    programme: Programme
    journal: Writer
    tally: Tally
    ids: Ids


class Gateway:
    """Owns every task of the gateway. `run` returns after `stop`."""

    def __init__(self, parts: Parts) -> None:
        self.ids = parts.ids
        self.channels = {channel.name: channel for channel in parts.channels}
        self.accounts = parts.accounts
        self.lookback = Lookback(parts.journal)
        self.exposition = Exposition(parts.tally, self._gauges)
        self._journal = parts.journal
        self._programme = parts.programme
        self._tenants: dict[str, Tenant] = {}
        self._tasks: dict[str, tuple[asyncio.Task[None], ...]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._stop = asyncio.Event()
        self.ready = asyncio.Event()
        self._make_postman: MakePostman | None = None
        self._linger: tuple[float, Clock] | None = None
        self._leased_until: float | None = None

    async def run(self, make_postman: MakePostman, restored: Restored | None = None) -> None:
        """Listen and serve until `stop`; afterwards nothing of the gateway is left."""
        self._make_postman = make_postman
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                await self._open(restored)
                ticker = group.create_task(self._tick(), name="journal")
                self.ready.set()
                await self._stop.wait()
                await self._close()
                ticker.cancel()
        finally:
            # Whatever ended it, nobody may wait for a gateway that is no more.
            self._stop.set()
            self.ready.set()
        self._journal.flush()

    async def stopped(self) -> None:
        """Until somebody calls `stop`, or the gateway lingered long enough."""
        await self._stop.wait()

    def stop(self) -> None:
        """Make `run` return."""
        self._stop.set()

    def release(self) -> None:
        """Give the ports back of a gateway that never ran."""
        for channel in self.channels.values():
            channel.release()

    def linger(self, seconds: float, clock: Clock) -> None:
        """Stop by ourselves when no lease has been renewed for so long after it ran out."""
        self._linger = (seconds, clock)
        self._leased_until = clock.monotonic() + seconds

    def leased(self, seconds: float) -> None:
        """Somebody is there: a lease was taken for so many seconds."""
        if self._linger is not None:
            patience, clock = self._linger
            self._leased_until = clock.monotonic() + seconds + patience

    def tenant(self, name: str) -> Tenant:
        """The account of this name with what runs for it; UsageError for a bad name."""
        self.accounts.account(name)
        return self._tenants[name]

    def reset(self, name: str) -> None:
        """Give an account a fresh state; what is owed to it is forgotten."""
        if self.accounts.find(name) is None:
            raise UsageError(f"there is no account {name}")
        tenant = self._tenants.pop(name)
        tenant.account.retire()
        tenant.postman.clear()
        self._dismiss(name)
        self.accounts.forget(name)

    def play(self, scenario: Scenario) -> None:
        """Serve this scenario from now on, from its beginning, to all without one of their own."""
        for account in self._programme.change(scenario, self.accounts):
            self._tenants[account.name].timekeeper.restart()

    def _gauges(self) -> Gauges:
        tenants = self._tenants.values()
        return Gauges(
            up={name: channel.is_open for name, channel in self.channels.items()},
            outages={
                name: sum(name in tenant.account.down for tenant in tenants)
                for name in self.channels
            },
            accounts=len(tenants),
            webhooks=sum(tenant.postman.pending() for tenant in tenants),
            late=sum(tenant.account.late() for tenant in tenants),
            waiting=self._waiting(),
        )

    def _waiting(self) -> dict[str, int]:
        """How many requests stand in line for each channel."""
        waiting = dict.fromkeys(self.channels, 0)
        for account in self.accounts:
            now = account.clock.monotonic()
            for channel, _, queue in account.queues:
                waiting[channel] += queue.depth(now)
        return waiting

    async def _open(self, restored: Restored | None) -> None:
        self.accounts.on_new(self._adopt)
        for debt in restored.owed if restored else ():
            self._tenants[debt.account].owe(debt)
        for channel in self.channels.values():
            await channel.open()

    def _adopt(self, account: Account) -> None:
        if self._make_postman is None or self._group is None:
            raise UsageError("the gateway does not run")
        account.pages = {
            name: f"{channel.address}{PAGES}{account.name}"
            for name, channel in self.channels.items()
        }
        switch = Switch(account, self.channels, lambda: len(self.accounts) == 1)
        tenant = tenant_of(account, self._make_postman(account), switch, self.ids)
        self._tenants[account.name] = tenant
        self._tasks[account.name] = tenant.start(self._group)

    def _dismiss(self, name: str) -> None:
        for task in self._tasks.pop(name, ()):
            task.cancel()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_S)
            self._flush()
            if self._linger and self._leased_until is not None:
                _, clock = self._linger
                if clock.monotonic() > self._leased_until:
                    self.stop()

    def _flush(self) -> None:
        try:
            self._journal.flush()
        except OSError as error:
            # What waits is kept; payments are refused for as long as the journal is.
            log.warning("the journal cannot be written: %s", error.strerror)

    async def _close(self) -> None:
        for channel in self.channels.values():
            await channel.close()
        for name in tuple(self._tasks):
            self._tenants[name].postman.close()
            self._dismiss(name)
