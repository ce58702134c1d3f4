"""Did enough shoppers get through?"""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from simulator.checkers.attempts import is_decline
from simulator.checkers.cohort import Ratio
from simulator.checkers.evidence import Offence
from simulator.gateway.model import Status
from simulator.journal.history import History, Span
from simulator.journal.lives import OrderLife


class SuccessRatio(Ratio):
    """Is the technical success of shoppers at least this share?

    Shoppers count by their intended arrival. Technical success is an order that was paid, or that
    failed because the gateway told the merchant of a decline (a decline for lack of funds is the
    gateway working, and so is a challenge that its payer did not pass). Who is still pending when
    patience ends is counted apart, and is no success; shoppers who could not be sent count as
    failures, as far as it is known where they belong: not with `method` or `channel`. The channel
    of an order is the one that it was first sent to. Fewer than 20 samples are unknown.
    """

    name: ClassVar[str] = "success_ratio"
    timing: ClassVar[bool] = True

    good: ClassVar[frozenset[str]] = frozenset({"paid", "declined"})
    what: ClassVar[str] = "shoppers"

    def results(self, history: History, span: Span) -> tuple[Counter[str], list[Offence]]:
        """How the visits of the phase, method and channel ended."""
        orders = self.chosen(history, span)
        results = Counter(visit_result(order) for order in orders)
        results["dropped"] += self.dropped(history, span)
        offences = [
            Offence(order, "shoppers failed", f"{order.id} ended {visit_result(order)}")
            for order in orders
            if visit_result(order) not in self.good
        ]
        return results, offences or [
            Offence(None, "shoppers dropped", "the load generator was full")
        ]


def visit_result(order: OrderLife) -> str:
    """How a visit ended: paid, declined, failed, pending, error or lost."""
    if order.shopper is None:
        return "lost"
    if order.shopper.result == "failed" and _declined(order):
        return "declined"
    return order.shopper.result


def _declined(order: OrderLife) -> bool:
    """Whether the last charge that was sent was answered, whole, with a decline.

    Or with a challenge, which its payer did not pass.
    """
    last = order.charges[-1] if order.charges else None
    if last is None or last.sent != "whole":
        return False
    if last.told == Status.REQUIRES_ACTION:
        mine = (payment for payment in order.payments if payment.id == last.payment)
        return any(payment.status is Status.FAILED for payment in mine)
    return is_decline(last)
