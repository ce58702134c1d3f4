"""What keeps each account alive on this gateway: its timekeeper and its webhook dispatcher."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from simulator.accounts.account import Account
from simulator.accounts.restore import Owed
from simulator.gateway.ports import Ids
from simulator.gateway.things import Happening
from simulator.server.channels import Channel
from simulator.server.timekeeper import Timekeeper


class Postman(Protocol):
    """What is needed of a webhook dispatcher."""

    @property
    def target(self) -> object | None:
        """The account's own address; None without one."""
        ...

    def offer(
        self,
        happening: Happening,
        endpoint: str | None = None,
        *,
        attempt: int = 1,
        tried: float | None = None,
    ) -> None:
        """Owe an event to an endpoint, or to the account's own address."""
        ...

    def aim(self, url: str | None, secret: str) -> None:
        """Send to this address from now on; UsageError if it is not allowed."""
        ...

    def again(self, happening: Happening, endpoint: str | None = None, *, attempt: int) -> int:
        """Send an event once more, now; the number of that try. UsageError if that cannot be."""
        ...

    def pending(self) -> int:
        """Events that are neither acknowledged nor given up."""
        ...

    def wake(self) -> None:
        """The account's clock was advanced."""
        ...

    def clear(self) -> None:
        """Forget every event that is owed."""
        ...

    def close(self) -> None:
        """Make `run` return."""
        ...

    async def run(self) -> None:
        """Deliver until closed."""
        ...


class Switch:
    """An account's hand on the channels.

    An account that has the gateway to itself takes the listener down. On a gateway that others
    use too, only this account's requests are reset, and the journal says so: such an outage is
    proved by the requests that it hits, not by itself.
    """

    def __init__(
        self, account: Account, channels: Mapping[str, Channel], alone: Callable[[], bool]
    ) -> None:
        self._account = account
        self._channels = channels
        self._alone = alone

    async def cut(self, channel: str) -> tuple[int, bool]:
        """Take a channel out; connections cut, and whether callers are now refused."""
        if not self._alone():
            self._account.recorder.note(
                self._account.name,
                f"outage of {channel} by reset: other accounts use this gateway",
            )
            return 0, False
        route = self._channels.get(channel)
        if route is None:
            return 0, False
        cut = await route.cut()
        return cut, await route.refuses()

    async def mend(self, channel: str) -> bool:
        """Bring a channel back; whether it takes callers again."""
        route = self._channels.get(channel)
        if route is None:
            return False
        await route.open()
        return not await route.refuses()


class Tenant:
    """An account with what runs for it.

    What the account bears is offered to its postman, at its own address and at endpoints.
    """

    def __init__(self, account: Account, timekeeper: Timekeeper, postman: Postman) -> None:
        self.account = account
        self.timekeeper = timekeeper
        self.postman = postman
        self._owed: list[Owed] = []
        account.offer = postman.offer
        account.moved = self._wake

    def owe(self, debt: Owed) -> None:
        """Deliver an event of before a restart, at its time or as soon as there is an address."""
        if debt.endpoint is None and self.postman.target is None:
            self._owed.append(debt)
        else:
            self._offer_again(debt)

    def aim(self, url: str | None, secret: str) -> None:
        """Send webhooks to this address from now on."""
        self.postman.aim(url, secret)
        owed, self._owed = self._owed, []
        for debt in owed:
            self._offer_again(debt)

    def again(self, debt: Owed) -> int:
        """Send an event once more, now; the number of that try. UsageError if that cannot be."""
        return self.postman.again(debt.happening, debt.endpoint, attempt=debt.attempt)

    def start(self, group: asyncio.TaskGroup) -> tuple[asyncio.Task[None], ...]:
        """Run in this group until `stop`."""
        return (
            group.create_task(self.timekeeper.run(), name=f"timekeeper {self.account.name}"),
            group.create_task(self.postman.run(), name=f"postman {self.account.name}"),
        )

    def _wake(self) -> None:
        """The account's clock was moved: look what is due."""
        self.timekeeper.wake()
        self.postman.wake()

    def _offer_again(self, debt: Owed) -> None:
        self.postman.offer(debt.happening, debt.endpoint, attempt=debt.attempt, tried=debt.tried)


def tenant_of(account: Account, postman: Postman, switch: Switch, ids: Ids) -> Tenant:
    """An account with a fresh timekeeper."""
    return Tenant(account, Timekeeper(account, ids=ids, switchboard=switch), postman)
