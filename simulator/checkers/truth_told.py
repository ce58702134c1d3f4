"""Did shoppers hear the truth?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, money
from simulator.checkers.excess import in_time
from simulator.failures.catalogue import BY_NAME
from simulator.failures.failure import MoneyIs
from simulator.journal.history import History
from simulator.journal.lives import Notice, OrderLife
from simulator.units import Duration


class TruthTold(Checker):
    """Does the last statement that reached each shopper agree with the money?

    False if a shopper was last told that the payment failed while net money is kept at judge
    time, or last told that it is paid while nothing is charged or held. A 5xx, a timeout or
    "pending" is no statement. A notice that names a failure in which nothing is debited is one: it
    says failed. An order that ends `refunded` was charged if it was when the shopper was told, and
    a later reversal or dispute does not make a lie of what was true. Unknown if the money of an
    order that was not fulfilled could still be given back in time, `refund_within` after the
    merchant could know.
    """

    name: ClassVar[str] = "truth_told"
    money: ClassVar[bool] = True
    always: ClassVar[bool] = True

    refund_within: Duration = Field(default=15.0, json_schema_extra={"default": "15s"})

    def judge(self, history: History) -> Finding:
        """Examine all orders whose shopper heard a statement."""
        told = [order for order in history.orders.values() if _last(order, history.judged)]
        offences = [
            offence for order in told for offence in _offences(order, history, self.refund_within)
        ]
        good = f"all {len(told)} shoppers who were told something were told the truth"
        return finding(history, len(told), offences, good=good)


def _offences(order: OrderLife, history: History, within: float) -> Iterator[Offence]:
    judged = history.judged
    last = _last(order, judged)
    if last is None:
        return
    at, said = last
    if said == "paid":
        refunded = order.row is not None and order.row.status == "refunded"
        if not _charged(order, at if refunded else judged):
            what = f"{order.id} was told paid and nothing was charged"
            yield Offence(order, "told paid and not charged", what, order.amount or 0)
        return
    for currency in order.currencies:
        kept = order.kept(judged, currency)
        if kept > 0:
            what = f"{order.id} was told failed and {money(kept, currency)} was kept"
            early = not order.earned and in_time(history, order, currency, 0, within)
            yield Offence(order, "told failed and charged", what, kept, in_time=early)


def _last(order: OrderLife, judged: float) -> tuple[float, str] | None:
    """When the shopper was last told paid or failed, by an answer or a notice, and which."""
    answer = order.statement(judged)
    notice = next((each for each in reversed(order.notices) if _says_failed(each, judged)), None)
    asked_again = (each.sent for each in order.answers if each.request == "pay")
    stands = notice is not None and all(sent < notice.at for sent in asked_again)
    if notice is not None and stands and (answer is None or answer.mono < notice.at):
        return notice.at, "failed"
    return None if answer is None or answer.said is None else (answer.mono, answer.said)


def _says_failed(notice: Notice, judged: float) -> bool:
    """Whether a notice that arrived says that nothing was debited."""
    row = BY_NAME.get(notice.reason or "")
    told = notice.delivered and notice.at <= judged
    return told and row is not None and row.money is MoneyIs.NOT_DEBITED


def _charged(order: OrderLife, at: float) -> bool:
    return any(order.net(at, each) + order.held(at, each) > 0 for each in order.currencies)
