"""The counter of the shop: takes orders, tells how they stand, hears what webhooks say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from simulator.merchants.careful import disputes, requests
from simulator.merchants.careful.config import Timings
from simulator.merchants.careful.errors import LostOrder, NoSuchOrder, OrderConflict
from simulator.merchants.careful.mail import Mail
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.payments import Teller, hear_of_refund
from simulator.merchants.careful.reconcile import Reconciler
from simulator.merchants.careful.records import PENDING, Order, without_card
from simulator.merchants.careful.statements import News
from simulator.merchants.careful.steps import Case, Pace
from simulator.merchants.careful.webhooks import Event, read_event

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
        self._mail = Mail(store.database)
        self._teller = teller
        self._reconciler = reconciler
        self._timings = timings
        self._clock = clock

    def place(self, order: Order, card: dict[str, object] | None) -> Case:
        """Take an order; the same order sent twice is one order, another one is a conflict.

        The store decides which of two is the second: they may come to two instances at once.
        """
        if not self._store.add(order):
            known = self.find(order.id)
            if (known.order.amount, known.order.currency) != (order.amount, order.currency):
                raise OrderConflict(f"order {order.id} exists with another amount")
            return known
        case = self._reconciler.open(order)
        case.card = card
        self._reconciler.wake(case)
        return case

    async def pay(self, name: str, method: dict[str, Any]) -> Case:
        """The payer tries once more. Only after a failure, and only when nothing is open."""
        case = await self._obtained(name)
        if case is None:
            return self.find(name)
        try:
            if case.order.may_be_paid_again:
                self._begin_again(case, method)
        except LostOrder:
            self._reconciler.drop(case)
            return self.find(name)
        self._reconciler.wake(case)
        return case

    def _begin_again(self, case: Case, method: dict[str, Any]) -> None:
        order = case.order
        order.turn += 1
        order.status, order.message, order.method = PENDING, "", without_card(method)
        case.card = method.get("card")
        case.began, case.attempt, case.settled_at = self._clock(), Pace(), None
        # Before money is asked for again: is it here already, whatever we were told?
        case.looks = order.charged_channels
        case.tellable.clear()
        self._store.save(order)

    def find(self, name: str) -> Case:
        """The case of an order, or NoSuchOrder."""
        case = self._reconciler.peek(name)
        if case is None:
            raise NoSuchOrder(f"there is no order {name}")
        return case

    async def result(self, case: Case) -> Case:
        """Wait for something to tell, but no longer than a shopper should; how it stands then.

        Nobody wakes us for an order of another instance, so we look every now and then.
        """
        until = self._clock() + self._timings.answer
        while not case.tellable.is_set() and (left := until - self._clock()) > 0:
            ours = self._reconciler.has(case.order.id)
            await _wait(case.tellable, left if ours else min(left, self._timings.glance))
            case = self.find(case.order.id)
        return self.find(case.order.id)

    def page(self, after: int, limit: int) -> tuple[list[Order], int | None]:
        """A page of the order book, and the cursor of the next."""
        return self._store.page(after, limit)

    def hear(self, event: Event) -> None:
        """Keep a verified event, once, and take it in unless that is for another instance to do."""
        order = event.order
        if not order and event.handle:
            order = self._store.whose(event.handle)
        order = order or ""
        if not self._mail.keep(event.id, order, msgspec.json.encode(event)):
            return
        if self._store.find(order) is None:
            log.warning("event %s is about no order of ours", event.id)
            self._mail.take(event.id)
        elif (case := self._reconciler.take(order)) is not None:
            self._take_in(case, event)

    def doubt(self, news: News) -> None:
        """The gateway's statement says what an order of ours does not know: ask about it."""
        case = self._reconciler.take(news.row.order)
        if case is None:
            return  # the instance that works at it reads the same statement
        _ask_about(case, news.channel)
        payment = case.order.called(news.row.payment)
        refund = case.order.refunds.get(payment.id if payment else news.row.payment)
        if news.row.type == "refund_failure" and refund is not None and refund.id == news.row.id:
            refund.status = "pending"  # it was called done; let the gateway say so again
        self._reconciler.wake(case)

    def read_mail(self, instance: str) -> None:
        """Take in what came for our orders elsewhere, and give away what others ask for."""
        for letter in self._mail.waiting(instance):
            case = self._reconciler.take(letter.order)
            if case is not None:
                self._take_in(case, read_event(letter.body))
        for order in self._store.wanted():
            self._reconciler.pass_on(order)

    def _take_in(self, case: Case, event: Event) -> None:
        """Merge what an event says, whatever came before it; all of that or nothing is on file."""
        try:
            with self._store.database.together():
                if self._mail.take(event.id):
                    self._merge(case, event)
                    self._teller.book(case)
        except LostOrder:
            self._reconciler.drop(case)  # its owner finds the event in the mail
        else:
            self._reconciler.wake(case)

    def _merge(self, case: Case, event: Event) -> None:
        data, order = event.data, case.order
        channel = event.channel or order.channel_of(event.handle)
        if not self._teller.knows(channel):
            log.warning("event %s is about no channel of ours", event.id)
            return
        if data.dispute is not None:
            told = data.dispute
            payment = _known_as(order, told.payment, event.handle)
            disputes.learn(order, told.id, payment, channel, told.status)
        if data.payment is not None:
            known = order.payments.get(data.payment.id)
            if known is not None and known.status == "captured" and data.payment.status == "failed":
                _ask_about(case, channel)  # old news, or the money was taken back
            self._teller.learn(order, channel, (data.payment,))
            if data.request is not None:
                wall = datetime.now(UTC).timestamp()
                requests.hear(order, data.request, channel, wall)
        elif data.refund is not None:
            refund = order.refunds.get(_known_as(order, data.refund.payment, event.handle))
            if refund is not None:
                hear_of_refund(refund, data.refund.id, data.refund.status)

    async def _obtained(self, name: str) -> Case | None:
        """The order, here, if the payer may try again; its instance gives it away when idle."""
        until = self._clock() + self._timings.answer / 2
        while self.find(name).order.may_be_paid_again and self._clock() <= until:
            case = self._reconciler.take(name)
            if case is not None:
                return case
            self._store.ask_for(name)
            await asyncio.sleep(self._timings.glance)
        return None


def _known_as(order: Order, payment: str, handle: str) -> str:
    """The id under which an order knows a payment that news call otherwise."""
    known = order.called(payment) or order.called(handle)
    return known.id if known else handle or payment


def _ask_about(case: Case, channel: str) -> None:
    """Put a query on the channel next in line."""
    case.looks = list(dict.fromkeys((*case.looks, channel)))
    case.look = Pace(not_before=case.look.not_before)  # a gap between queries stays one


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
