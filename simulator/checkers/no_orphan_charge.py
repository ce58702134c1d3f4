"""Did anybody pay for nothing?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, money, unknown
from simulator.checkers.excess import longest
from simulator.journal.history import History
from simulator.journal.lives import OrderLife
from simulator.units import Duration


class NoOrphanCharge(Checker):
    """Was all money given back that came for orders which were never fulfilled?

    False if an order is not fulfilled and its net money is above zero later than K plus
    `refund_within`. An accepted refund that the gateway keeps pending discharges the merchant;
    one that failed starts the clock again. What a reversal or a dispute took back needs no refund.
    Orders that are missing from the order book, those in it
    that no shopper placed, and payments that join no order at all, are orphans too.
    """

    name: ClassVar[str] = "no_orphan_charge"
    money: ClassVar[bool] = True
    always: ClassVar[bool] = True

    refund_within: Duration = Field(default=15.0, json_schema_extra={"default": "15s"})

    def judge(self, history: History) -> Finding:
        """Examine all orders, and all payments that belong to none."""
        problem = history.book_problem
        if problem:
            return unknown(f"what was fulfilled is not known: {problem}")
        everything = list(history.accountable)
        offences = [each for order in everything for each in self._offences(order, history)]
        good = f"no unfulfilled order of {len(everything)} kept money too long"
        return finding(history, len(everything), offences, good=good)

    def _offences(self, order: OrderLife, history: History) -> Iterator[Offence]:
        if order.earned:
            return
        for currency in order.currencies:
            excess = longest(history, order, currency, 0)
            if not excess.longer_than(self.refund_within):
                continue
            kept = order.kept(history.judged, currency)
            end = f"keeps {money(kept, currency)}" if kept > 0 else "was refunded late"
            what = (
                f"{order.id} {_standing(order, history)} and {end}: "
                f"{money(excess.amount, currency)} stood for {excess.seconds:.1f} s"
            )
            yield Offence(order, _kind(order, history, kept=kept), what, excess.amount)


def _standing(order: OrderLife, history: History) -> str:
    if order.unplaced:
        return "was placed by no shopper"
    if order.row:
        return f"is {order.row.status}, not fulfilled,"
    return "is not in the order book" if order.id in history.orders else "belongs to no order"


def _kind(order: OrderLife, history: History, *, kept: int) -> str:
    if kept <= 0:
        return "unfulfilled and refunded too late"
    if order.unplaced:
        return "charged for an order that nobody placed"
    if order.row:
        return "charged and never fulfilled"
    in_run = order.id in history.orders
    return "charged and missing from the order book" if in_run else "charged without any order"
