"""Reconciliation: the gateway's daily statement against the order book.

Answers get lost, webhooks too, and a refund that was called done can come back. The statement is
what both sides settle by, so whatever differs from it will cost somebody money. It is read every
few seconds here (a real shop does so when a day closes, and once more later) and each movement is
held against what the order knows:

- charged there, and the order does not know it: the gateway is asked for the payment. If it exists,
  the order learns of it as of any other news, and is fulfilled or refunded; if it does not, the
  statement is wrong.
- a refund that came back, a reversal, a dispute: the order learns of it likewise.
- paid here and missing there, or with another amount: nothing is moved. The payment is what counts,
  and queries say what it is; the difference goes on a list for people (`GET /reconciliation`).

A difference counts only if it is seen twice, for a charge may be younger than the statement. One
that a later statement clears up is marked as resolved.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from simulator.merchants.careful.channel import Channel, Kind
from simulator.merchants.careful.config import Timings
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.owners import Owners
from simulator.merchants.careful.records import Order, Payment
from simulator.merchants.careful.rows import Row

#: The gateway dates its statements by UTC, and its clock need not be ours to the second.
_MIDNIGHT: Final = 120.0

#: An order is asked about the same movement so many times; what is a mere error stays one.
_ASKED: Final = 3
_AT_ONCE: Final = 100

#: The channel, the payment's id, and the kind of a difference.
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class News:
    """A movement in the statement of a channel that its order does not know of."""

    channel: str
    row: Row


@dataclass(slots=True)
class Difference:
    """One thing in which book and statement differ; `status` is `open` or `resolved`."""

    channel: str
    payment: str
    kind: str
    day: str
    order_id: str | None
    expected: int | None
    stated: int | None
    status: str = "open"


class Auditor:
    """Reads statements and keeps the list of differences, which each reading makes anew.

    `wall` is the time of day.
    """

    def __init__(
        self,
        store: OrderStore,
        channels: Mapping[str, Channel],
        timings: Timings,
        wall: Callable[[], float],
    ) -> None:
        self._store = store
        self._channels = channels
        self._timings = timings
        self._wall = wall
        self._book: dict[str, tuple[int, Order]] = {}
        self._owners = Owners()
        self._seen: set[_Key] = set()
        self._known: dict[_Key, Difference] = {}
        self._asked: Counter[tuple[str, str]] = Counter()

    @property
    def differences(self) -> list[Difference]:
        """Every difference that was seen twice, the first found first."""
        return list(self._known.values())

    async def look(self) -> list[News]:
        """Read every channel's statement; the movements that orders do not know of."""
        read = {name: await self._rows(each) for name, each in self._channels.items()}
        await self._refresh()  # afterwards: the book must not be older than the statement
        now, seen = self._wall(), set()
        news: list[News] = []
        for name, stated in read.items():
            if stated is None:
                seen |= {key for key in self._known if key[0] == name}
                continue
            rows = await self._owners.name(stated, self._channels[name])
            for difference in self._compare(name, rows, now):
                key = (name, difference.payment, difference.kind)
                seen.add(key)
                if key in self._seen:
                    self._known.setdefault(key, difference).status = "open"
            self._resolve(name, seen)
            news += [News(name, row) for row in rows if self._is_news(name, row)]
        self._seen = seen
        self._asked.update((each.channel, each.row.id) for each in news)
        return [each for each in news if self._asked[each.channel, each.row.id] <= _ASKED]

    async def _rows(self, channel: Channel) -> list[Row] | None:
        """All movements of today, and of yesterday around midnight; None if they cannot be had."""
        rows: list[Row] = []
        for day in _days(self._wall()):
            reply = await channel.statement(day)
            if reply.kind is Kind.REJECTED:
                continue  # a day that has not begun by the gateway's clock
            if reply.statement is None:
                return None
            rows += reply.statement
        return rows

    def _compare(self, channel: str, rows: Iterable[Row], now: float) -> Iterator[Difference]:
        """Where charges in book and statement differ."""
        charges = {row.payment: row for row in rows if row.type == "charge"}
        for order, payment in self._captured(channel):
            row = charges.pop(payment.id, None)
            if row is None and _is_due(payment, now, self._timings.settled):
                yield _difference(channel, order, payment, "missing", None)
            elif row is not None and row.amount != payment.captured:
                yield _difference(channel, order, payment, "wrong_amount", row.amount)
        for row in charges.values():
            nobody = row.order and self._order(row.order) is None
            kind, name = ("unknown_here" if nobody else "extra"), row.order or None
            yield Difference(channel, row.payment, kind, _day(now), name, None, row.amount)

    def _is_news(self, channel: str, row: Row) -> bool:
        """Whether a movement is one that its order does not know of."""
        order = self._order(row.order)
        payment = order.called(row.payment) if order else None
        if order is None or (payment is not None and payment.channel != channel):
            return False
        match row.type:
            case "charge":
                return payment is None or payment.status != "captured"
            case "reversal":
                return payment is None or not payment.reversed
            case "dispute":
                return row.id not in order.disputes
            case "refund_failure":
                refund = order.refunds.get(payment.id if payment else row.payment)
                return refund is not None and row.id not in refund.failed
            case _:
                return False

    def _resolve(self, channel: str, seen: set[_Key]) -> None:
        """What stood on the list and is seen no more has cleared up."""
        for key, difference in self._known.items():
            if key[0] == channel and key not in seen:
                difference.status = "resolved"

    def _captured(self, channel: str) -> Iterator[tuple[Order, Payment]]:
        for _, order in self._book.values():
            for payment in order.payments.values():
                if payment.channel == channel and payment.status == "captured":
                    yield order, payment

    async def _refresh(self) -> None:
        """Read the orders again that have changed since the last time, a few at a time."""
        for number, (order, version) in enumerate(self._store.versions()):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)  # shoppers come first
            known = self._book.get(order)
            if known is None or known[0] != version:
                found = self._store.find(order)
                if found is not None:
                    self._book[order] = (found.version, found)
                    self._owners.learn(found)

    def _order(self, reference: str) -> Order | None:
        known = self._book.get(reference)
        return None if known is None else known[1]


def _difference(
    channel: str, order: Order, payment: Payment, kind: str, stated: int | None
) -> Difference:
    day = _day(payment.since)
    return Difference(channel, payment.id, kind, day, order.id, payment.captured, stated)


def _is_due(payment: Payment, now: float, settled: float) -> bool:
    """Whether a charge must be in the statements that are read: not too young, not too old."""
    return now - payment.since >= settled and _day(payment.since) in _days(now)


def _days(now: float) -> tuple[str, ...]:
    """The days whose statements are read: today, and yesterday while it may still change."""
    return tuple(dict.fromkeys((_day(now - _MIDNIGHT), _day(now))))


def _day(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).date().isoformat()
