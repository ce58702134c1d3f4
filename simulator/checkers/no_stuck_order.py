"""Is any order still waiting for what has long been decided?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding
from simulator.gateway.model import TERMINAL
from simulator.journal.history import History
from simulator.journal.lives import OrderLife
from simulator.units import Duration


class NoStuckOrder(Checker):
    """Does the shop still say pending although the gateway has decided?

    False if the shop says pending at judge time while every payment of the order has been
    terminal for longer than `within` after the merchant could know. An order without any payment
    has nothing to wait for from the end of its last exchange on. The shop's word is the order
    book's; without a book, the last answer to the shopper. Outages of the order's channels stop
    the clock, and so do faults that falsify or withhold the answers to its queries.
    """

    name: ClassVar[str] = "no_stuck_order"
    money: ClassVar[bool] = True
    always: ClassVar[bool] = True

    within: Duration = Field(default=10.0, json_schema_extra={"default": "10s"})

    def judge(self, history: History) -> Finding:
        """Examine all orders that the shop says anything of."""
        said = [order for order in history.orders.values() if _said(order, history)]
        offences = [each for order in said for each in self._offences(order, history)]
        good = f"no order of {len(said)} waits for what is decided"
        return finding(history, len(said), offences, good=good)

    def _offences(self, order: OrderLife, history: History) -> Iterator[Offence]:
        if _said(order, history) != "pending":
            return
        judged = history.judged
        if any(payment.states[-1][1] not in TERMINAL for payment in order.payments):
            return
        channels = [payment.channel for payment in order.payments] or history.channels
        blind = [span for payment in order.payments for span in payment.blind]
        since = _decided(order)
        waiting = history.outages.running(channels, since, judged, but=blind)
        if waiting > self.within + 1e-6:
            states = ", ".join(f"{each.id} {each.status}" for each in order.payments)
            what = (
                f"{order.id} is pending {waiting:.1f} s after it was decided "
                f"({states or 'no payment was made'})"
            )
            yield Offence(order, "pending though decided", what, waiting)


def _said(order: OrderLife, history: History) -> str | None:
    if order.row:
        pending = any(row.status == "pending" for row in order.rows)
        return "pending" if pending else order.row.status
    if history.book_problem is None or not order.answers:
        return None
    return next((each.said for each in reversed(order.answers) if each.said), None)


def _decided(order: OrderLife) -> float:
    """When the merchant could know that nothing more would come."""
    if order.payments:
        return max(payment.settled_known for payment in order.payments)
    moments = [exchange.mono for exchange in order.exchanges]
    moments += [answer.mono for answer in order.answers if answer.request != "poll"]
    moments += [order.arrival.mono] if order.arrival else []
    return max(moments, default=order.row.mono if order.row else 0.0)
