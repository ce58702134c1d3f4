"""Did enough shoppers get through?"""

from __future__ import annotations

from collections import Counter
from typing import ClassVar, Final

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, unknown
from simulator.journal.history import History
from simulator.journal.lives import OrderLife
from simulator.units import Share

#: Fewer samples than this prove nothing.
SAMPLES: Final = 20


class SuccessRatio(Checker):
    """Is the technical success of shoppers at least this share?

    Shoppers count by their intended arrival. Technical success is an order that was paid, or that
    failed because the gateway told the merchant of a decline (a decline for lack of funds is the
    gateway working). Who is still pending when patience ends is counted apart, and is no success;
    shoppers who could not be sent count as failures, as far as it is known where they belong: not
    with `method` or `channel`. The channel of an order is the one that it was first sent to. Fewer
    than 20 samples are unknown.
    """

    name: ClassVar[str] = "success_ratio"
    timing: ClassVar[bool] = True

    at_least: Share
    phase: str | None = None
    method: str | None = None
    channel: str | None = None

    def judge(self, history: History) -> Finding:
        """Count the shoppers of the phase, method and channel."""
        span = (history.began, history.judged)
        if self.phase is not None:
            phase = history.phase(self.phase)
            if phase is None:
                return unknown(f"the run had no phase '{self.phase}'")
            span = (phase.start, phase.end)
        orders = [order for order in history.orders.values() if self._chosen(order, span)]
        results = Counter(visit_result(order) for order in orders)
        if not self.method and not self.channel:
            results["dropped"] += sum(1 for each in history.dropped if span[0] <= each < span[1])
        return self._verdict(history, results, orders)

    def _chosen(self, order: OrderLife, span: tuple[float, float]) -> bool:
        arrival = order.arrival
        if arrival is None or not span[0] <= arrival.intended < span[1]:
            return False
        if self.method is not None and arrival.method != self.method:
            return False
        return self.channel is None or self.channel == next(
            (charge.channel for charge in order.charges), None
        )

    def _verdict(self, history: History, results: Counter[str], orders: list[OrderLife]) -> Finding:
        count = results.total()
        good = results["paid"] + results["declined"]
        counts = ", ".join(
            f"{number} {result}" for result, number in sorted(results.items()) if number
        )
        if count < SAMPLES:
            return unknown(f"{count} shoppers are too few to tell ({SAMPLES} are needed)", count)
        share = f"{100 * good / count:.2f} % of {count} ({counts})"
        wanted = f"at least {float(100 * self.at_least):g} % wanted"
        if good >= self.at_least * count:
            return Finding(valid=True, summary=f"{share}; {wanted}", count=count)
        offences = [
            Offence(order, "shoppers failed", f"{order.id} ended {visit_result(order)}")
            for order in orders
            if visit_result(order) not in ("paid", "declined")
        ]
        offences = offences or [Offence(None, "shoppers dropped", "the load generator was full")]
        found = finding(history, count, offences, good="")
        return Finding(
            valid=False, summary=f"{share}; {wanted}", count=count, examples=found.examples
        )


def visit_result(order: OrderLife) -> str:
    """How a visit ended: paid, declined, failed, pending, error or lost."""
    if order.shopper is None:
        return "lost"
    if order.shopper.result == "failed" and _declined(order):
        return "declined"
    return order.shopper.result


def _declined(order: OrderLife) -> bool:
    """Whether the last charge that was sent was answered, whole, with a decline."""
    last = order.charges[-1] if order.charges else None
    return last is not None and last.status == 402 and last.sent == "whole"
