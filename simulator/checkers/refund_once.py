"""Was anything given back twice?"""

from __future__ import annotations

from math import inf
from typing import ClassVar, Final

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, money, unknown
from simulator.checkers.mail import came
from simulator.journal.history import History
from simulator.journal.lives import OrderLife, PaymentLife

#: Seconds in which the news of a dispute reaches a merchant that listens.
_NEWS: Final = 2.0


class RefundOnce(Checker):
    """Did each reason to refund lead to one refund?

    The reason to refund an order that is kept (paid or fulfilled) is what was captured beyond its
    amount. False if two or more refunds gave back more than that, so that the shop serves for
    less than its price. Refunds of a kept order that its row admits (`amount_refunded` counts
    them all, and less than the amount) have their own reason. A dispute takes the money back by
    itself: a payment that is refunded as well, once the merchant could know of the dispute, was
    given back twice. An order that is not kept owes all
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
        found = [given_twice(order, history.judged) for order in refunded]
        found += [_though_disputed(order, history.judged) for order in refunded]
        offences = [offence for offence in found if offence is not None]
        good = f"each of {len(refunded)} refunded orders was refunded for a reason of its own"
        return finding(history, len(refunded), offences, good=good)


def _though_disputed(order: OrderLife, judged: float) -> Offence | None:
    """The offence of an order of which a payment was refunded that a dispute had taken back."""
    for payment in order.payments:
        known = _known(order, payment)
        twice = payment.lost(judged) + payment.refunded(judged) - payment.captured(judged)
        late = any(each.counts(judged) and each.accepted > known for each in payment.refunds)
        if twice > 0 and late:
            what = f"{order.id}: {money(twice, payment.currency)} of {payment.id} went back by its"
            return Offence(order, "refunded though disputed", f"{what} dispute, and again", twice)
    return None


def _known(order: OrderLife, payment: PaymentLife) -> float:
    """When the merchant could know that a dispute had taken the money of a payment."""
    opened = min((loss.at for loss in payment.losses if loss.amount > 0), default=inf)
    told = (
        came(each)
        for each in order.deliveries
        if each.payment == payment.id and each.type == "dispute.opened" and each.sent
    )
    return min(opened + _NEWS, min(told, default=inf))


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
