"""One address of a merchant: what is owed there, and what is on its way there."""

from __future__ import annotations

import asyncio

from simulator.webhooks.outbox import Job, Outbox
from simulator.webhooks.schedule import Schedule


class Lane:
    """What goes to the endpoint with the id `endpoint`, or to the account's own address (None).

    One that is slow or dead holds up no other: each has its own room, and its own order.
    """

    def __init__(self, endpoint: str | None, schedule: Schedule, room: int) -> None:
        self.endpoint = endpoint
        self.schedule = schedule
        self.outbox = Outbox()
        self.sends: dict[asyncio.Task[None], str] = {}  # with the id of the event that it sends
        self._room = room

    def __len__(self) -> int:
        return len(self.outbox) + len(self.sends)

    def take(self, now: float) -> tuple[float, Job] | None:
        """What is due, with the time at which it fell due, if there is room for it."""
        due = self.outbox.next_due
        if due is None or due > now or not self._has_room():
            return None
        return self.outbox.pop()

    def wait(self, now: float) -> float | None:
        """Seconds until something can be taken; None if only a change from outside can tell."""
        due = self.outbox.next_due
        return max(0.0, due - now) if due is not None and self._has_room() else None

    def cut(self) -> None:
        """End what is on its way."""
        for send in self.sends:
            send.cancel()

    def _has_room(self) -> bool:
        return len(self.sends) < self._room
