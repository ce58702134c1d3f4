"""Was anything given back twice?"""

from __future__ import annotations

from typing import ClassVar

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, money, unknown
from simulator.journal.history import History
from simulator.journal.lives import OrderLife


class RefundOnce(Checker):
    """Did each reason to refund lead to one refund?

    The reason to refund an order that is kept (paid or fulfilled) is what was captured beyond its
    amount. False if two or more refunds gave back more than that, so that the shop serves for
    less than its price. Refunds of a kept order that its row admits (`amount_refunded` counts
    them all, and less than the amount) have their own reason. An order that is not kept owes all
    that it captured, and the gateway gives no payment back twice; a refund that failed counts as
    none. Unknown if nothing was refunded.
    """

    name: ClassVar[str] = "refund_once"

    def judge(self, history: History) -> Finding:
        """Examine all orders with an accepted refund."""
        problem = history.book_problem
        if problem:
            return unknown(f"what was owed is not known: {problem}")
        refunded = [
            order
            for order in history.orders.values()
            if any(refund.counts(history.judged) for refund in order.refunds)
        ]
        if not refunded:
            return unknown("nothing was refunded")
        found = (given_twice(order, history.judged) for order in refunded)
        offences = [offence for offence in found if offence is not None]
        good = f"each of {len(refunded)} refunded orders was refunded for a reason of its own"
        return finding(history, len(refunded), offences, good=good)


def given_twice(order: OrderLife, judged: float) -> Offence | None:
    """The offence of an order whose refunds gave back more than it was to; None if all is well."""
    row = order.row
    if row is None or (row.status != "paid" and not row.fulfilled) or row.status == "refunded":
        return None
    currency = row.currency
    refunds = [
        refund for refund in order.refunds if refund.currency == currency and refund.counts(judged)
    ]
    given = sum(refund.amount for refund in refunds)
    excess = max(0, order.captured(judged, currency) - row.amount)
    lost = given - excess
    admitted = lost < row.amount and row.amount_refunded == given
    if len(refunds) < 2 or lost <= 0 or admitted:
        return None
    what = (
        f"{order.id} is kept, {money(excess, currency)} was to go back, and {len(refunds)} refunds "
        f"gave {money(given, currency)}"
    )
    return Offence(order, "refunded more than once", what, lost)
