"""What happens to an account by itself as time passes: phases, outages, late effects, leases.

One owner task per account. It sleeps until the next thing is due on the account's clock, and is
woken when something changes what is due.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Final, Protocol

from simulator.accounts.account import Account
from simulator.gateway.ports import Ids
from simulator.scenario.facts import Fired

#: The longest sleep in seconds: a bound on how late an unforeseen change is noticed.
_NAP_S: Final = 0.25

log = logging.getLogger("paydrill.gateway")


class Switchboard(Protocol):
    """What is needed of the gateway's channels."""

    async def cut(self, channel: str) -> tuple[int, bool]:
        """Take a channel out; connections cut, and whether callers are now refused (proved)."""
        ...

    async def mend(self, channel: str) -> bool:
        """Bring a channel back; whether callers are taken again (proved)."""
        ...


class Timekeeper:
    """Keeps one account true to its clock. One step or healing at a time: both wait in between."""

    def __init__(self, account: Account, *, ids: Ids, switchboard: Switchboard) -> None:
        self._account = account
        self._ids = ids
        self._switchboard = switchboard
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._phase: str | None = None
        self._lease: float | None = None

    @property
    def lease(self) -> float | None:
        """The machine's monotonic time at which the lease runs out; None without one."""
        return self._lease

    def wake(self) -> None:
        """Look at the clock again: something changed."""
        self._wake.set()

    def hold(self, seconds: float) -> None:
        """Heal by ourselves unless this is called again within `seconds`."""
        self._lease = self._account.system.monotonic() + seconds
        self.wake()

    def restart(self) -> None:
        """A new scenario began: its first phase is to be journaled anew."""
        self._phase = None
        self.wake()

    async def heal(self, reason: str) -> None:
        """End every fault: live ones and the scenario's, outages too. Idempotent."""
        async with self._turn:
            await self._heal(reason)

    async def _heal(self, reason: str) -> None:
        self._lease = None
        player = self._account.player
        if player is not None:
            player.disarm()
            player.clear()
        await self._settle_outages({})
        self._account.recorder.note(self._account.name, reason)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self.step()
            except OSError as error:
                # No journal, no change: all that is due stays due until there is room again.
                log.warning("account %s waits for its journal: %s", self._account.name, error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._nap()):
                    await self._wake.wait()

    async def step(self) -> None:
        """Do all that is due now."""
        async with self._turn:
            if self._lease is not None and self._account.system.monotonic() >= self._lease:
                await self._heal("healed: lease ran out")
            self._announce_phase()
            player = self._account.player
            down = player.refused(self._account.clock.monotonic()) if player else {}
            await self._settle_outages(dict(down))
            self._account.settle_late(self._ids)

    def _announce_phase(self) -> None:
        account = self._account
        if account.player is None:
            return
        now = account.clock.monotonic()
        name = account.player.phase_at(now)
        if name == self._phase or not name:
            return
        begins = {span.name: span.begins for span in account.player.spans()}
        began = now if account.player.scenario.loop else begins.get(name, now)
        ago = max(0.0, now - began) if began <= now else 0.0
        account.recorder.phase(account.name, name, account.system.monotonic() - ago)
        self._phase = name

    async def _settle_outages(self, wanted: dict[str, Fired]) -> None:
        current = self._account.down
        for channel in [channel for channel in current if channel not in wanted]:
            fired = current.pop(channel)
            proved = await self._switchboard.mend(channel)
            self._journal(channel, "up", fired, cut=0, proved=proved)
        for channel, fired in wanted.items():
            # An outage may follow on another without a gap: then the channel stays down, by
            # another rule, and that one's hit is proved as well.
            if channel not in current or current[channel].rule != fired.rule:
                current[channel] = fired
                cut, proved = await self._switchboard.cut(channel)
                if proved:
                    self._account.count(fired.hit())
                self._journal(channel, "down", fired, cut=cut, proved=proved)

    def _journal(self, channel: str, state: str, fired: Fired, *, cut: int, proved: bool) -> None:
        self._account.recorder.outage(
            self._account.name,
            channel=channel,
            state=state,
            rule=fired.rule,
            cut=cut,
            proved=proved,
        )

    def _nap(self) -> float:
        """Seconds until the next thing is due, at most a nap."""
        account = self._account
        due = [_NAP_S]
        if account.player is not None:
            change = account.player.next_change(account.clock.monotonic())
            if change is not None:
                due.append(change - account.clock.monotonic())
        late = account.next_late()
        if late is not None:
            due.append(late - account.clock.wall())
        return max(0.0, min(due))
