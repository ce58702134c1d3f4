"""Stamps lines and hands them to the journal. One for all accounts of a gateway process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from simulator.clock import Clock
from simulator.journal.entry import (
    Attempt,
    Delivery,
    Entry,
    Exchange,
    Hit,
    Note,
    Outage,
    Phase,
)


class Journal(Protocol):
    """What is needed of a journal's writer."""

    def commit(self, line: Entry) -> None:
        """Write now; the system has the line when this returns."""
        ...

    def later(self, line: Entry) -> None:
        """Write soon, with other lines."""
        ...


class Watch(Protocol):
    """Somebody who counts what is recorded, while it is recorded: must be quick."""

    def exchange(self, line: Exchange) -> None:
        """An exchange ended."""
        ...

    def delivery(self, line: Delivery) -> None:
        """A try of a webhook ended."""
        ...

    def outage(self, line: Outage) -> None:
        """A channel went down or came up."""
        ...


class Nowhere:
    """A journal that keeps nothing: for an account that was reset while requests were under way."""

    def commit(self, line: Entry) -> None:
        """Forget it."""

    later = commit


class Recorder:
    """The gateway's hand in the journal: source, times and sequence numbers are its own."""

    def __init__(self, journal: Journal, clock: Clock, watch: Watch | None = None) -> None:
        self._journal = journal
        self._clock = clock
        self._watch = watch
        self._seq = 0

    def number(self) -> int:
        """The number of the commit that is made now."""
        self._seq += 1
        return self._seq

    def resume(self, seq: int) -> None:
        """Go on numbering after `seq`, the last of an earlier start."""
        self._seq = seq

    def delivered(self, line: Delivery, count: Callable[[Hit], None]) -> None:
        """One try of a webhook ended; its hits are counted."""
        for hit in line.hits:
            count(hit)
        self._journal.later(line)
        if self._watch is not None:
            self._watch.delivery(line)

    def write(self, line: Entry) -> None:
        """Write a line now; OSError if the system will not have it."""
        self._journal.commit(line)

    def append(self, line: Entry) -> None:
        """Write a line soon."""
        self._journal.later(line)

    def exchange(self, line: Exchange) -> None:
        """The result of an exchange that ended now."""
        self._journal.later(line)
        if self._watch is not None:
            self._watch.exchange(line)

    def attempt(self, account: str, *, channel: str, operation: str, order: str, n: int) -> None:
        """An attempt that met a fault before anything was decided."""
        line = Attempt(
            source="gateway",
            wall=self._clock.wall(),
            mono=self._clock.monotonic(),
            account=account,
            channel=channel,
            operation=operation,
            order=order,
            attempt=n,
        )
        self._journal.commit(line)

    def phase(self, account: str, name: str, mono: float | None = None) -> None:
        """A phase began, now or at the machine's monotonic time `mono` a moment ago."""
        now = self._clock.monotonic()
        began = now if mono is None else mono
        wall = self._clock.wall() - (now - began)
        self.write(Phase(source="gateway", wall=wall, mono=began, account=account, name=name))

    def outage(self, account: str, **fields: Any) -> None:
        """A channel went down or came up."""
        clock = self._clock
        line = Outage(
            source="gateway",
            wall=clock.wall(),
            mono=clock.monotonic(),
            account=account,
            **fields,
        )
        self.write(line)
        if self._watch is not None:
            self._watch.outage(line)

    def note(self, account: str, text: str, **data: Any) -> None:
        """Something worth keeping that no checker reads."""
        clock = self._clock
        self.write(
            Note(
                source="gateway",
                wall=clock.wall(),
                mono=clock.monotonic(),
                account=account,
                text=text,
                data=data,
            )
        )
