"""Keeps every order moving until there is nothing left to do about it.

One task at a time drives an order: it asks the policy for the next step, takes it, and asks again,
until the policy says to wait or to rest. A shopper's request, a webhook and the clock only ever
wake the driver; so no two of them can charge or refund at once, and a shopper who hangs up takes
nothing with them. All tasks belong to one task group.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from typing import Final

from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.payments import Teller
from simulator.merchants.careful.policy import Policy
from simulator.merchants.careful.records import PENDING, Order
from simulator.merchants.careful.steps import Case, Pace, Rest, Wait

#: Seconds between two looks at the agenda; far below every pause that stands in it.
TICK: Final = 0.02


class Agenda:
    """Which order is due when; an order has one place in it, the last one given."""

    def __init__(self) -> None:
        self._due: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []

    def put(self, order: str, due: float) -> None:
        """Let the order be due at this moment, and no other."""
        self._due[order] = due
        heapq.heappush(self._heap, (due, order))

    def pop(self, now: float) -> list[str]:
        """Take out all orders that are due."""
        ready = []
        while self._heap and self._heap[0][0] <= now:
            due, order = heapq.heappop(self._heap)
            if self._due.get(order) == due:
                del self._due[order]
                ready.append(order)
        return ready


class Reconciler:
    """Owns the open cases and the tasks that drive them."""

    def __init__(
        self, store: OrderStore, teller: Teller, policy: Policy, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._teller = teller
        self._policy = policy
        self._clock = clock
        self._agenda = Agenda()
        self._cases: dict[str, Case] = {}
        self._driven: set[str] = set()
        self._group: asyncio.TaskGroup | None = None

    def start(self, group: asyncio.TaskGroup) -> None:
        """Begin to work in this task group, first on what an earlier run left unfinished."""
        self._group = group
        for order in self._store.unfinished():
            self._cases[order.id] = self._case(order, resumed=True)
            self._agenda.put(order.id, self._clock())
        group.create_task(self._follow_agenda())

    def stop(self) -> None:
        """Take no further step; the requests under way still get their answers booked."""
        self._group = None

    def peek(self, order: str) -> Case | None:
        """The case of an order, or None. One that rests is kept only once it is woken."""
        case = self._cases.get(order)
        if case is not None:
            return case
        known = self._store.find(order)
        return None if known is None else self._case(known, resumed=True)

    def open(self, order: Order) -> Case:
        """The case of an order that is new."""
        return self._case(order, resumed=False)

    def wake(self, case: Case) -> None:
        """Drive the order now, or go on driving it in the light of what changed."""
        order = case.order.id
        self._cases.setdefault(order, case)
        if self._group is not None and order not in self._driven:
            self._driven.add(order)
            self._group.create_task(self._drive(case))

    def _case(self, order: Order, *, resumed: bool) -> Case:
        case = Case(order, self._clock())
        if resumed:
            # What was sent before may have arrived: the next try of its attempt is a replay.
            case.attempt = Pace(tries=1)
        if order.status != PENDING:
            case.settled_at = self._clock()
            case.tellable.set()
        return case

    async def _drive(self, case: Case) -> None:
        try:
            while self._group is not None:
                step = self._policy.next_step(case, self._clock(), self._teller)
                if isinstance(step, Wait):
                    self._agenda.put(case.order.id, step.until)
                    return
                if isinstance(step, Rest):
                    self._store.save(case.order, resting=True)
                    del self._cases[case.order.id]
                    return
                await self._teller.perform(case, step)
        finally:
            self._driven.discard(case.order.id)

    async def _follow_agenda(self) -> None:
        while self._group is not None:
            for order in self._agenda.pop(self._clock()):
                case = self._cases.get(order)
                if case is not None:
                    self.wake(case)
            await asyncio.sleep(TICK)
