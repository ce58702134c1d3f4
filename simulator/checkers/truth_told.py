"""Did shoppers hear the truth?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, money
from simulator.journal.history import History
from simulator.journal.lives import OrderLife


class TruthTold(Checker):
    """Does the last statement that reached each shopper agree with the money?

    False if a shopper was last told that the payment failed while net money is kept at judge
    time, or last told that it is paid while nothing is charged or held. A 5xx, a timeout or
    "pending" is no statement. An order that ends `refunded` was charged if it was when the
    shopper was told.
    """

    name: ClassVar[str] = "truth_told"
    money: ClassVar[bool] = True
    always: ClassVar[bool] = True

    def judge(self, history: History) -> Finding:
        """Examine all orders whose shopper heard a statement."""
        told = [order for order in history.orders.values() if order.statement(history.judged)]
        offences = [offence for order in told for offence in _offences(order, history.judged)]
        good = f"all {len(told)} shoppers who were told something were told the truth"
        return finding(history, len(told), offences, good=good)


def _offences(order: OrderLife, judged: float) -> Iterator[Offence]:
    statement = order.statement(judged)
    if statement is None:
        return
    if statement.said == "paid":
        refunded = order.row is not None and order.row.status == "refunded"
        if not _charged(order, statement.mono if refunded else judged):
            what = f"{order.id} was told paid and nothing was charged"
            yield Offence(order, "told paid and not charged", what, order.amount or 0)
        return
    for currency in order.currencies:
        kept = order.net(judged, currency)
        if kept > 0:
            what = f"{order.id} was told failed and {money(kept, currency)} was kept"
            yield Offence(order, "told failed and charged", what, kept)


def _charged(order: OrderLife, at: float) -> bool:
    return any(order.net(at, each) + order.held(at, each) > 0 for each in order.currencies)
