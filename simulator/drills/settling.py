"""After the phases: until nothing is left to happen, or the cap; then the order book is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

from simulator.drills import events
from simulator.drills.book import BookUnreadable, Row
from simulator.drills.control import ACCOUNT
from simulator.drills.desk import Cast, Desk
from simulator.drills.performance import Watch
from simulator.drills.ports import AccountState, Held
from simulator.errors import ControlError
from simulator.journal.entry import Book

#: The merchant is quiet when it has sent nothing to the gateway for so many seconds.
QUIET: Final = 2.0
#: What is left of the settling time of a drill that was halted, in seconds.
HALTED_CAP: Final = 5.0
_POLL: Final = 0.5
#: Seconds that the load generator is given to write its last lines.
_LAST_LINES: Final = 10.0
#: The book is read again, so many times at most, if the shop was at work meanwhile.
_READINGS: Final = 3


async def settle(desk: Desk, cast: Cast, watch: Watch) -> None:
    """Wait until shoppers, webhooks, late effects, refunds and the merchant are done, or not."""
    began_halted = desk.halt.on
    cap = min(desk.drill.scenario.settle, HALTED_CAP if began_halted else float("inf"))
    until = desk.pace.monotonic() + cap
    if began_halted:
        cast.load.stop()
        await _jump(desk, cast)
    while desk.pace.monotonic() < until and (began_halted or not desk.halt.on):
        waits_for = await _unfinished(desk, cast, watch)
        desk.tell(events.Settling, waits_for=waits_for, until=until)
        if not waits_for:
            break
        await desk.pace.rest(_POLL, desk.halt.event if not began_halted else desk.never)
    await _end_load(desk, cast, watch)
    watch.read_on()


async def read_book(desk: Desk, cast: Cast) -> None:
    """Write the shop's orders into the journal, as they stand; or why they cannot be read."""
    rows: tuple[Row, ...] = ()
    problem = None
    try:
        rows = await _at_rest(desk, cast)
    except BookUnreadable as error:
        problem = str(error)
    wall, mono = desk.pace.wall(), desk.pace.monotonic()
    for row in rows:
        desk.journal.later(row.line(wall=wall, mono=mono, account=ACCOUNT))
    desk.journal.commit(
        Book(
            source="merchant",
            wall=wall,
            mono=mono,
            account=ACCOUNT,
            orders=len(rows),
            problem=problem,
        )
    )
    desk.tell(events.BookRead, orders=len(rows), problem=problem)


async def _at_rest(desk: Desk, cast: Cast) -> tuple[Row, ...]:
    """The book, read again if the shop spoke to the gateway meanwhile: it should fit the ledger."""
    for _ in range(_READINGS):
        began = desk.pace.monotonic()
        rows = await cast.shop.orders(desk.drill.run)
        last = await _last_exchange(cast)
        if last is None or last < began:
            return rows
    desk.note("the shop was at work while its order book was read")
    return rows


async def _last_exchange(cast: Cast) -> float | None:
    try:
        return (await cast.gateway.control.state()).last_exchange
    except ControlError:
        return None  # a gateway that is gone does not change the ledger any more


async def _jump(desk: Desk, cast: Cast) -> None:
    try:
        await cast.gateway.control.phase("settle")
    except ControlError as error:
        desk.halt.fail(str(error))


async def _end_load(desk: Desk, cast: Cast, watch: Watch) -> None:
    """Have the load generator end; one that ends badly, or not at all, is our own trouble."""
    if cast.load.ended() is None:
        cast.load.stop()
    until = desk.pace.monotonic() + _LAST_LINES
    while cast.load.ended() is None:
        if desk.pace.monotonic() >= until:
            desk.halt.fail(f"the load generator does not end: {cast.load.last_words()}")
            return
        await desk.pace.rest(_POLL / 10, desk.never)
    watch.check_processes()


async def _unfinished(desk: Desk, cast: Cast, watch: Watch) -> tuple[str, ...]:
    """What is still to happen, in words; empty when all is done."""
    watch.check_processes()
    watch.read_on()
    try:
        state = await watch.keep()
        left = _left(state, desk.pace.monotonic())
        if cast.load.ended() is None:
            left = (f"{watch.tally.waiting or 'the last'} shoppers", *left)
        if left or cast.shop.ended() is not None:
            return left
        rows = await cast.shop.orders(desk.drill.run)
        return _owed(rows, await cast.gateway.control.payments())
    except ControlError as error:
        desk.halt.fail(str(error))
    except BookUnreadable as error:
        return (str(error),)
    return ()


def _left(state: AccountState, now: float) -> tuple[str, ...]:
    counts = {
        "webhooks": state.pending.webhooks,
        "late effects": state.pending.late,
        "pending refunds": state.pending.refunds,
    }
    left = [f"{count} {what}" for what, count in counts.items() if count]
    if state.last_exchange is not None and now - state.last_exchange < QUIET:
        left.append("the merchant to be quiet")
    return tuple(left)


def _owed(rows: Collection[Row], payments: Collection[Held]) -> tuple[str, ...]:
    """Orders that the shop still calls pending, and money that it should not be holding."""
    pending = sum(row.status == "pending" for row in rows)
    due = {row.order_id: row.amount if row.served else 0 for row in rows}
    by_payment = {each: row.order_id for row in rows for each in row.payment_ids or ()}
    held: Counter[str] = Counter()
    for payment in payments:
        held[by_payment.get(payment.id) or _order(payment.order, due)] += payment.net
    owed = sum(amount > due.get(order, 0) for order, amount in held.items())
    return tuple(
        f"{count} {what}"
        for count, what in ((pending, "pending orders"), (owed, "refunds that are due"))
        if count
    )


def _order(reference: str, known: Collection[str]) -> str:
    """The order of a payment: `ord` owns `ord`, `ord-…` and `ord_…`, the longest first."""
    order = reference
    while order and order not in known:
        order = order[: max(order.rfind("-"), order.rfind("_"), 0)]
    return order or reference
