"""The counter of the shop: takes orders, tells how they stand, hears what webhooks say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from simulator.merchants.careful.config import Timings
from simulator.merchants.careful.errors import NoSuchOrder, OrderConflict
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.payments import Teller, hear_of_refund
from simulator.merchants.careful.reconcile import Reconciler
from simulator.merchants.careful.records import FAILED, PENDING, Order, without_card
from simulator.merchants.careful.steps import Case, Pace
from simulator.merchants.careful.webhooks import Event

log = logging.getLogger("careful.desk")


class Desk:
    """What the web handlers call. Nothing here waits for the gateway itself."""

    def __init__(
        self,
        store: OrderStore,
        teller: Teller,
        reconciler: Reconciler,
        timings: Timings,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._teller = teller
        self._reconciler = reconciler
        self._timings = timings
        self._clock = clock

    def place(self, order: Order, card: dict[str, object] | None) -> Case:
        """Take an order; the same order sent twice is one order, another one is a conflict."""
        known = self._reconciler.peek(order.id)
        if known is not None:
            if (known.order.amount, known.order.currency) != (order.amount, order.currency):
                raise OrderConflict(f"order {order.id} exists with another amount")
            return known
        self._store.add(order)
        case = self._reconciler.open(order)
        case.card = card
        self._reconciler.wake(case)
        return case

    def pay(self, name: str, method: dict[str, Any]) -> Case:
        """The payer tries once more. Only after a failure, and only when nothing is open."""
        case = self.find(name)
        order = case.order
        if order.status != FAILED or order.current is not None:
            return case
        order.turn += 1
        order.status, order.message, order.method = PENDING, "", without_card(method)
        case.card = method.get("card")
        case.began, case.attempt, case.settled_at = self._clock(), Pace(), None
        # Before money is asked for again: is it here already, whatever we were told?
        case.looks = order.charged_channels
        case.tellable.clear()
        self._store.save(order)
        self._reconciler.wake(case)
        return case

    def find(self, name: str) -> Case:
        """The case of an order, or NoSuchOrder."""
        case = self._reconciler.peek(name)
        if case is None:
            raise NoSuchOrder(f"there is no order {name}")
        return case

    async def result(self, case: Case) -> None:
        """Wait for something to tell, but no longer than a shopper should."""
        try:
            await asyncio.wait_for(case.tellable.wait(), self._timings.answer)
        except TimeoutError:
            return

    def page(self, after: int, limit: int) -> tuple[list[Order], int | None]:
        """A page of the order book, and the cursor of the next."""
        return self._store.page(after, limit)

    def hear(self, event: Event) -> None:
        """Take in a verified event, once. What it says is merged, whatever came before it."""
        if self._store.has_event(event.id):
            return
        case = self._reconciler.peek(event.order) if event.order else None
        if case is None or not self._teller.knows(event.channel):
            log.warning("event %s is about no order or channel of ours", event.id)
        elif event.data.payment is not None:
            self._teller.learn(case.order, event.channel, (event.data.payment,))
        elif event.data.refund is not None:
            refund = case.order.refunds.get(event.data.refund.payment)
            if refund is not None:
                hear_of_refund(refund, event.data.refund.id, event.data.refund.status)
        if case is not None:
            self._teller.book(case)
            self._reconciler.wake(case)
        self._store.add_event(event.id)
