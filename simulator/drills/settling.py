"""After the phases: until nothing is left to happen, or the cap; then the order book is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import partial
from typing import Final

import msgspec

from simulator.checkers.reconciliation import Reconciliation
from simulator.drills import events
from simulator.drills.book import BookUnreadable, Row
from simulator.drills.cardscan import CardScan
from simulator.drills.control import ACCOUNT
from simulator.drills.desk import Cast, Desk, Moment
from simulator.drills.notes import INVALID
from simulator.drills.performance import Watch
from simulator.drills.ports import AccountState, Held
from simulator.errors import ControlError
from simulator.journal.entry import Book, Place, Reconciled
from simulator.journal.naming import Names

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
    if not began_halted:
        await _nothing_late(desk, cast)


async def _nothing_late(desk: Desk, cast: Cast) -> None:
    """Money that is still to move would be judged by nobody: then the drill proves nothing."""
    try:
        late = (await cast.gateway.control.state()).pending.late
    except ControlError:
        return  # who is gone moves no money any more; the runner has noticed
    if late:
        settle_s = desk.drill.scenario.settle
        reason = (
            f"{late} late effects were still due when the drill had settled for {settle_s:g} s; "
            "lengthen `settle`"
        )
        desk.note(INVALID, reason=reason)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The order book as it was read; `judged` is the moment that it tells of, judge time.

    `moving` says that money or messages moved during every reading.
    """

    judged: Moment
    rows: tuple[Row, ...] = ()
    scan: CardScan
    problem: str | None = None
    moving: bool = False


async def read_book(desk: Desk, cast: Cast) -> Moment:
    """Write the shop's orders into the journal, as they stand, or why they cannot be read.

    Returns judge time. All lines are dated to it: nothing of a history comes later.
    """
    book = await _at_rest(desk, cast)
    wall, mono = book.judged
    desk.journal.later(book.scan.line("merchant", wall=wall, mono=mono, account=ACCOUNT))
    for row in book.rows:
        desk.journal.later(row.line(wall=wall, mono=mono, account=ACCOUNT))
    desk.journal.commit(
        Book(
            source="merchant",
            wall=wall,
            mono=mono,
            account=ACCOUNT,
            orders=len(book.rows),
            problem=book.problem,
            moving=book.moving,
        )
    )
    if any(checker.name == Reconciliation.name for checker in desk.drill.scenario.expect):
        await _read_differences(desk, cast, book.judged)
    desk.tell(events.BookRead, orders=len(book.rows), problem=book.problem)
    return book.judged


async def _read_differences(desk: Desk, cast: Cast, judged: Moment) -> None:
    """Write down what the shop found in the gateway's statement, if anybody wants to know."""
    report = await cast.shop.differences()
    wall, mono = judged
    for found in report.found:
        desk.journal.later(found.line(wall=wall, mono=mono, account=ACCOUNT))
    desk.journal.commit(
        Reconciled(
            source="merchant",
            wall=wall,
            mono=mono,
            account=ACCOUNT,
            differences=len(report.found),
            problem=report.problem,
            absent=report.absent,
        )
    )


async def _at_rest(desk: Desk, cast: Cast) -> Reading:
    """The book, read again if anything moved meanwhile: it should fit the ledger.

    Where nothing moved, the rows are those of the moment at which the reading began. Where things
    moved at every reading, they are of no one moment; then the end of the last one is as good as
    any, for what a row says had happened by then.
    """
    for _ in range(_READINGS):
        before = await _ledger(cast)
        began, scan = desk.now(), CardScan(Place.BOOK)
        try:
            rows = await cast.shop.orders(desk.drill.run, partial(_look, scan))
        except BookUnreadable as error:
            scan = CardScan(Place.BOOK)
            scan.problem = str(error)
            return Reading(judged=began, scan=scan, problem=scan.problem)
        after = await _ledger(cast)
        if after is None or after == before:
            return Reading(judged=began, rows=rows, scan=scan)
        read = desk.now()
        await desk.pace.rest(_POLL, desk.never)
    desk.note("the shop was at work while its order book was read")
    return Reading(judged=read, rows=rows, scan=scan, moving=True)


def _look(scan: CardScan, order: str, row: bytes) -> None:
    scan.look(row, "its row", order)


async def _ledger(cast: Cast) -> tuple[object, ...] | None:
    """What changes when the merchant or the gateway does anything; None if the gateway is gone.

    One that is gone does not change the ledger any more.
    """
    try:
        state = await cast.gateway.control.state()
        return state.last_exchange, state.pending, await cast.gateway.control.payments()
    except ControlError:
        return None


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
        payments = await cast.gateway.control.payments()
        names = await watch.names() if desk.drill.merchant.has_own_names else Names()
        return _owed(rows, payments, names)
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


def _owed(rows: Collection[Row], payments: Collection[Held], names: Names) -> tuple[str, ...]:
    """Orders that the shop still calls pending, and money that it should not be holding."""
    pending = sum(row.status == "pending" for row in rows)
    due = {row.order_id: row.amount if row.served else 0 for row in rows}
    listed = ((row, each) for row in rows for each in names.payments(row.payment_ids or ()))
    by_payment = {each: row.order_id for row, each in listed}
    held: Counter[str] = Counter()
    for payment in payments:
        reference = names.order_of(payment.order) or payment.order
        held[by_payment.get(payment.id) or _order(reference, due)] += payment.net
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
