"""Keeps every order moving until there is nothing left to do about it.

One task at a time drives an order: it asks the policy for the next step, takes it, and asks again,
until the policy says to wait or to rest. A shopper's request, a webhook and the clock only ever
wake the driver; so no two of them can charge or refund at once, and a shopper who hangs up takes
nothing with them. All tasks belong to one task group.

Of several instances of the shop only an order's owner drives it. Who dies is succeeded by another;
who was only slow finds out when it next writes something down, and lets go.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Callable, Iterable
from typing import Final

from simulator.merchants.careful.errors import LostOrder
from simulator.merchants.careful.instances import Instances
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.payments import Teller
from simulator.merchants.careful.policy import Policy
from simulator.merchants.careful.records import PENDING, Order
from simulator.merchants.careful.steps import Case, Pace, Rest, Wait

log = logging.getLogger("careful.reconcile")
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
    """Owns the open cases of this instance and the tasks that drive them."""

    def __init__(
        self,
        store: OrderStore,
        teller: Teller,
        policy: Policy,
        clock: Callable[[], float],
        instances: Instances,
    ) -> None:
        self._store = store
        self._teller = teller
        self._policy = policy
        self._clock = clock
        self._instances = instances
        self._agenda = Agenda()
        self._cases: dict[str, Case] = {}
        self._driven: set[str] = set()
        self._group: asyncio.TaskGroup | None = None

    @property
    def running(self) -> bool:
        """Whether it works: between start and stop."""
        return self._group is not None

    def start(self, group: asyncio.TaskGroup) -> None:
        """Begin to work in this task group, first on what an earlier run left unfinished."""
        self._group = group
        self._instances.renew()
        self._resume(self._store.take_all(self._instances.name))
        group.create_task(self._follow_agenda())

    def stop(self) -> None:
        """Take no further step; the requests under way still get their answers booked."""
        self._group = None

    def leave(self) -> None:
        """Let the other instances have all orders, once the last answer is booked."""
        self._instances.leave()

    def peek(self, order: str) -> Case | None:
        """The case of an order, to be read; None if there is none. It may be another instance's."""
        case = self._cases.get(order)
        if case is not None:
            return case
        known = self._store.find(order)
        return None if known is None else self._case(known, resumed=True)

    def has(self, order: str) -> bool:
        """Whether this instance works at the order."""
        return order in self._cases

    def take(self, order: str) -> Case | None:
        """The case of an order, to be worked at here; None if another instance has it.

        Wake it afterwards: an order that nobody drives is lost sight of.
        """
        case = self._cases.get(order)
        if case is None and (known := self._store.take(order)) is not None:
            case = self._cases[order] = self._case(known, resumed=True)
        return case

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

    def drop(self, case: Case) -> None:
        """Let go of an order that is another instance's; who waits for it has to look again."""
        if self._cases.get(case.order.id) is case:
            del self._cases[case.order.id]
        case.tellable.set()

    def pass_on(self, order: str) -> None:
        """Give the order to the instance that asks for it, if it can be given away just now."""
        case = self._cases.get(order)
        if order in self._driven:
            return  # asked again at the next glance
        if case is None or not case.order.may_be_paid_again:
            self._store.keep(order)
            return
        try:
            self._store.pass_on(case.order)
        except LostOrder:
            log.info("order %s was another instance's already", order)
        self.drop(case)

    def _resume(self, orders: Iterable[Order]) -> None:
        for order in orders:
            self._cases[order.id] = self._case(order, resumed=True)
            self._agenda.put(order.id, self._clock())

    def _case(self, order: Order, *, resumed: bool) -> Case:
        case = Case(order, self._clock())
        if resumed:
            # What was sent before may have arrived: the next try of its attempt is a replay. And
            # whoever had the order may have asked about it just now.
            case.attempt = Pace(tries=1)
            case.look = Pace(not_before=self._clock() + self._policy.timings.query_gap)
        if order.status != PENDING:
            case.settled_at = self._clock()
        if order.status != PENDING or case.next_action:
            case.tellable.set()
        return case

    async def _drive(self, case: Case) -> None:
        order = case.order.id
        try:
            while self._group is not None:
                step = self._policy.next_step(case, self._clock(), self._teller)
                if isinstance(step, Wait):
                    self._agenda.put(order, step.until)
                    return
                if isinstance(step, Rest):
                    self._store.save(case.order, resting=True)
                    del self._cases[order]
                    return
                await self._teller.perform(case, step)
        except LostOrder:
            log.warning("order %s was taken over by another instance", order)
            self.drop(case)
        finally:
            self._driven.discard(order)
            again = self._cases.get(order)
            if again is not None and again is not case:
                self.wake(again)  # it came back while this task still waited for an answer

    async def _follow_agenda(self) -> None:
        renewal = self._clock()
        while self._group is not None:
            now = self._clock()
            if now >= renewal:
                renewal = now + self._policy.timings.renewal
                self._instances.renew()
                self._succeed()
            for order in self._agenda.pop(now):
                case = self._cases.get(order)
                if case is not None:
                    self.wake(case)
            await asyncio.sleep(TICK)

    def _succeed(self) -> None:
        """Take over what the dead have left. Two who try at once get different orders, or none."""
        if not self._instances.dead():
            return
        with self._store.database.together():
            for name in self._instances.dead():
                orders = self._store.take_all(name)
                self._instances.strike_off(name)
                log.warning("%d orders of %s, which is gone, go on here", len(orders), name)
                self._resume(orders)
