"""Ends the merchant's process in mid-drill and starts it again, where the scenario says so.

What was done, and when, is noted in the journal. Nobody is the milder for it: a shop that loses
what it had not written down, or writes down what it has not done, is found out by the checkers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

import msgspec

from simulator.drills import events
from simulator.drills.desk import Desk
from simulator.drills.notes import RESTARTED, RETURNED, STRUCK
from simulator.drills.ports import Shop, Span
from simulator.scenario.incidents import RestartMerchant

#: Seconds between two looks whether a merchant that was started again answers.
_POLL: Final = 0.25


class _Due(msgspec.Struct, frozen=True, order=True):
    """A restart of a phase, and when it is due on the monotonic clock."""

    at: float
    phase: str
    what: RestartMerchant


class Restarts:
    """All restarts of one drill. Call `perform` when the moment that `next` gives has come."""

    def __init__(self, desk: Desk, shop: Shop) -> None:
        self._desk = desk
        self._shop = shop
        self._due: deque[_Due] = deque()
        self._struck = 0.0
        self._back: float | None = None
        self._coming_up = False

    def schedule(self, spans: Iterable[Span]) -> None:
        """Learn when the phases are."""
        begins = {span.name: span.begins for span in spans}
        phases = [phase for phase in self._desk.drill.scenario.phases if phase.name in begins]
        due = [
            _Due(begins[phase.name] + event.at, phase.name, event.restart_merchant)
            for phase in phases
            for event in phase.events
        ]
        self._due.extend(sorted(due, key=lambda each: each.at))

    @property
    def away(self) -> bool:
        """Whether the merchant is down because we ended it: then its end is no news."""
        return self._back is not None

    def next(self, now: float) -> float | None:
        """When there is something to do, or None for never."""
        moments = [self._due[0].at] if self._due else []
        moments += [self._back] if self._back is not None else []
        moments += [now + _POLL] if self._coming_up else []
        return min(moments, default=None)

    async def perform(self) -> None:
        """Do what is due by now. A merchant that ended by itself is left to whoever watches."""
        now = self._desk.pace.monotonic()
        if self._back is not None and now >= self._back:
            self._start()
        if self._due and now >= self._due[0].at and not self.away and self._shop.ended() is None:
            self._strike(self._due.popleft())
        if self._coming_up and await self._shop.problem() is None:
            self._coming_up = False
            took = self._desk.pace.monotonic() - self._struck
            self._desk.note(RETURNED, took=round(took, 3))
            self._desk.tell(events.MerchantReturned, took=took)

    def end(self) -> None:
        """No more restarts; a merchant that is away is started, for it has to be judged."""
        self._due.clear()
        if self.away:
            self._start()

    def _strike(self, due: _Due) -> None:
        self._shop.strike(due.what.signal, due.what.number)
        self._struck = self._desk.pace.monotonic()
        self._back = self._struck + due.what.down
        self._coming_up = False
        what = {"signal": due.what.signal, "down": due.what.down, "instance": due.what.number}
        self._desk.note(STRUCK, phase=due.phase, **what)
        self._desk.tell(events.MerchantStruck, **what)

    def _start(self) -> None:
        self._shop.start_again()
        self._back = None
        self._coming_up = True
        self._desk.note(RESTARTED)
