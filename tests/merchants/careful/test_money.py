"""Whatever a gateway does, the careful shop ends with the right money and one fulfilment."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.merchants.careful.app import Parts
from simulator.merchants.careful.config import Timings
from simulator.merchants.careful.database import Database
from simulator.merchants.careful.desk import Desk
from simulator.merchants.careful.errors import LostOrder
from simulator.merchants.careful.instances import Instances
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.reconcile import Reconciler
from simulator.merchants.careful.records import FAILED, PAID, Order
from simulator.merchants.careful.steps import Begin, Case, GiveUp, Recheck, Rest, Step, Wait
from simulator.merchants.careful.webhooks import Data, Event
from tests.merchants.careful.model import CHARGES, Violation, World
from tests.merchants.faulty import FAULTY

MOST_STEPS = 3000
METHOD = {"type": "card", "token": "tok_visa_DE_1"}
SOUND = Parts()


class Play:
    """One order in a world, driven step by step until it rests, by a shop that may crash."""

    def __init__(self, numbers: list[int], store: OrderStore, parts: Parts = SOUND) -> None:
        self.world = World(numbers)
        self._store = store
        self._parts = parts
        self._events = 0
        self._open()

    async def run(self, tries: int, crashes: Collection[int] = ()) -> Order:
        """Place the order; pay again so often after a failure; until nothing is left to do.

        In the steps whose number is in `crashes` the shop dies when the gateway has acted and
        before its answer is booked.
        """
        self._desk.place(Order("ord-1", 500, "EUR", METHOD), None)
        for number in range(MOST_STEPS):
            case = self._desk.find("ord-1")
            if case.order.status == FAILED and case.order.turn < tries:
                case = await self._desk.pay("ord-1", METHOD)
            step = self._policy.next_step(case, self.world.clock(), self._teller)
            if isinstance(step, Rest):
                return case.order
            await self._take(case, step, crash=number in crashes)
            self._deliver()
        raise AssertionError("the order never came to rest")

    async def _take(self, case: Case, step: Step, *, crash: bool) -> None:
        if isinstance(step, Wait):
            self.world.clock.now = max(self.world.clock.now, step.until)
            self.world.tick()
        if not crash or isinstance(step, Wait | Begin | Recheck | GiveUp):
            await self._teller.perform(case, step)
            return
        self._teller.book = _die  # type: ignore[method-assign]
        with pytest.raises(Crash):
            await self._teller.perform(case, step)
        self._open()

    def _open(self) -> None:
        """The shop starts, with what is on file."""
        self._policy = self._parts.policy(Timings())
        clock = self.world.clock
        self._teller = self._parts.teller(
            self._store,
            self.world.channels,  # type: ignore[arg-type]
            self._policy,
            clock,
        )
        instances = Instances(self._store.database, "any", 3.0, clock)
        reconciler = Reconciler(self._store, self._teller, self._policy, clock, instances)
        self._desk = Desk(self._store, self._teller, reconciler, self._policy.timings, clock)
        known = reconciler.peek("ord-1")
        if known is not None:
            reconciler.wake(known)

    def _deliver(self) -> None:
        while self.world.webhooks:
            news = self.world.webhooks.pop()
            self._events += 1
            data = Data(payment=news.body)
            self._desk.hear(Event(f"evt_{self._events}", "payment.any", news.channel, data))


class Relay(Play):
    """The same order in a shop of two instances: in some steps the one is succeeded by the other.

    The one does not know: it takes its step, and finds out. `before` says whether it is succeeded
    before the step or while it waits for the gateway's answer.
    """

    def __init__(self, numbers: list[int], database: Database) -> None:
        self._names = ("a", "b")
        self._database = database
        super().__init__(numbers, OrderStore(database, "a"))

    async def _take(self, case: Case, step: Step, *, crash: bool) -> None:
        if not crash or isinstance(step, Wait):
            await super()._take(case, step, crash=False)
            return
        teller, book = self._teller, self._teller.book
        before = self.world.fates.coin()
        if before:
            self._succeed()
        else:
            teller.book = lambda case: (self._succeed(), book(case))[1]  # type: ignore[method-assign]
        with pytest.raises(LostOrder):
            await teller.perform(case, step)

    def _succeed(self) -> None:
        self._names = self._names[::-1]
        mine, others = self._names
        self._store = OrderStore(self._database, mine)
        self._store.take_all(others)
        self._open()


class Crash(Exception):
    """The shop's process has died."""


def _die(case: Case) -> None:
    raise Crash


def played(numbers: list[int], tries: int, crashes: Collection[int], parts: Parts = SOUND) -> None:
    """Play an order to its end and look at the money."""
    with closing(Database(":memory:")) as database:
        play = Play(numbers, OrderStore(database, "a"), parts)
        _right(asyncio.run(play.run(tries, crashes)), play)


def _right(order: Order, play: Play) -> None:
    assert order.status in {PAID, FAILED}
    assert order.fulfilled == (order.status == PAID)
    assert play.world.net == (500 if order.status == PAID else 0)
    assert order.amount_refunded == play.world.refunded


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 119), max_size=40), st.integers(1, 3))
def test_the_money_is_right_in_the_end(numbers: list[int], tries: int) -> None:
    """Paid means charged and shipped once; failed means that nothing is kept."""
    played(numbers, tries, ())


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 119), max_size=30),
    st.integers(1, 3),
    st.sets(st.integers(0, 25), min_size=1, max_size=4),
)
def test_the_death_of_the_process_loses_no_money(
    numbers: list[int], tries: int, crashes: set[int]
) -> None:
    """Whatever had been sent is found again after a restart."""
    played(numbers, tries, crashes)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 119), max_size=30),
    st.integers(1, 3),
    st.sets(st.integers(0, 25), min_size=1, max_size=4),
)
def test_two_instances_never_do_a_thing_twice(
    numbers: list[int], tries: int, successions: set[int]
) -> None:
    """Whoever is succeeded, before or while it speaks to the gateway, changes nothing any more."""
    with closing(Database(":memory:")) as database:
        relay = Relay(numbers, database)
        _right(asyncio.run(relay.run(tries, successions)), relay)


@pytest.mark.parametrize(
    ("bug", "fate"),
    [
        ("backup-without-asking", "hang"),
        ("paid-on-timeout", "hang"),
        ("late-success-ignored", "late-failed"),
        ("duplicates-kept", "twice"),
    ],
)
def test_the_model_finds_bugs(bug: str, fate: str) -> None:
    """The same play with a faulty part ends badly: the model is worth something."""
    numbers = [CHARGES.index(fate)]
    played(numbers, 1, ())
    with pytest.raises((AssertionError, Violation)):
        played(numbers, 1, (), FAULTY[bug])
