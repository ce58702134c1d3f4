"""The gateway as a whole: channels, accounts and what runs for them, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from simulator.accounts.account import Account
from simulator.accounts.registry import Registry
from simulator.accounts.restore import Restored
from simulator.clock import Clock
from simulator.errors import UsageError
from simulator.gateway.ports import Ids
from simulator.journal.entry import Line
from simulator.journal.writer import Writer
from simulator.server.channels import Channel
from simulator.server.tenancy import Postman, Switch, Tenant, tenant_of

log = logging.getLogger("paydrill.gateway")

#: How often batched lines reach the journal file, in seconds.
_FLUSH_S: Final = 0.1
_DECODER: Final = msgspec.json.Decoder(Line)

MakePostman = Callable[[Account], Postman]


class Gateway:
    """Owns every task of the gateway. `run` returns after `stop`."""

    def __init__(
        self, *, channels: tuple[Channel, ...], accounts: Registry, journal: Writer, ids: Ids
    ) -> None:
        self.ids = ids
        self.channels = {channel.name: channel for channel in channels}
        self.accounts = accounts
        self._journal = journal
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

    async def reset(self, name: str) -> None:
        """Give an account a fresh state; what is owed to it is forgotten."""
        if self.accounts.find(name) is None:
            raise UsageError(f"there is no account {name}")
        tenant = self._tenants.pop(name)
        tenant.postman.clear()
        self._dismiss(name)
        self.accounts.forget(name)

    def lines(self, account: str) -> Iterator[Line]:
        """All lines of an account that stand in the journal."""
        cursor = 0
        while True:
            data, after = self.journal_after(cursor, account, 4 * 1024 * 1024)
            yield from (_DECODER.decode(line) for line in data)
            if after == cursor:
                return
            cursor = after

    def journal_after(self, cursor: int, account: str, size: int) -> tuple[list[msgspec.Raw], int]:
        """Raw lines of an account after a cursor (a position in the file), and the next cursor."""
        chunk = self._journal.read(cursor, size)
        end = chunk.rfind(b"\n") + 1
        lines = [line for line in chunk[:end].split(b"\n") if line]
        mine = [line for line in lines if _account_of(line) == account]
        return [msgspec.Raw(line) for line in mine], cursor + end

    async def _open(self, restored: Restored | None) -> None:
        self.accounts.on_new(self._adopt)
        for debt in restored.owed if restored else ():
            self._tenants[debt.account].owe(debt)
        for channel in self.channels.values():
            await channel.open()

    def _adopt(self, account: Account) -> None:
        if self._make_postman is None or self._group is None:
            raise UsageError("the gateway does not run")
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


class _Account(msgspec.Struct):
    account: str = "default"


_ACCOUNT: Final = msgspec.json.Decoder(_Account)


def _account_of(line: bytes) -> str:
    return _ACCOUNT.decode(line).account


def describe(gateway: Gateway) -> dict[str, Any]:
    """Addresses of the channels by name."""
    return {name: channel.url for name, channel in gateway.channels.items()}
