"""How long did shoppers wait?"""

from __future__ import annotations

from math import inf
from typing import ClassVar

from simulator.checkers import ranks
from simulator.checkers.checker import Finding
from simulator.checkers.cohort import Cohort, too_few
from simulator.checkers.evidence import Offence, finding
from simulator.checkers.ranks import Rank
from simulator.journal.entry import Answer
from simulator.journal.history import History, Span
from simulator.journal.lives import OrderLife
from simulator.units import Duration


class Latency(Cohort):
    """Does the shop answer its shoppers fast enough?

    A shopper waits from the intended arrival until the shop's first statement: that the order is
    paid, pending or failed. So a shop that stalls is charged for those whom it kept from being
    sent in time, too. An error or a silence states nothing: the shopper waits on until a later
    answer does. Who never heard a statement, or could not be sent, waited without end. What
    happens after the first statement, such as typing another card in, is the shopper's own time.

    The percentile is exact, by nearest rank over all shoppers of the phase, and must be below the
    limit. It needs ten samples beyond it: 20 shoppers for p50, 200 for p95, 1,000 for p99; fewer
    are unknown. The summary tells the service time beside it, which is the same percentile of the
    requests that were answered with a statement, each from when it was sent.
    """

    name: ClassVar[str] = "latency"
    timing: ClassVar[bool] = True

    percentile: Rank
    below: Duration

    def examine(self, history: History, span: Span) -> Finding:
        """Compare the percentile with the limit."""
        orders = self.chosen(history, span)
        dropped = self.dropped(history, span)
        count, needed = len(orders) + dropped, ranks.samples(self.percentile)
        if count < needed:
            return too_few(count, needed, "shoppers")
        waits = sorted([*map(_wait, orders), *[inf] * dropped])
        found = ranks.nearest(waits, self.percentile)
        summary = (
            f"{ranks.name(self.percentile)} of {count} shoppers: {_seconds(found)} "
            f"({self._service(orders)}); below {_seconds(self.below)} wanted{_never(waits)}"
        )
        if found < self.below:
            return Finding(valid=True, summary=summary, count=count)
        slow = [_slow(order) for order in orders if _wait(order) >= self.below]
        slow = slow or [Offence(None, "shoppers dropped", "the load generator was full")]
        examples = finding(history, count, slow, good="").examples
        return Finding(valid=False, summary=summary, count=count, examples=examples)

    def _service(self, orders: list[OrderLife]) -> str:
        answers = filter(None, map(_statement, orders))
        times = sorted(answer.mono - answer.sent for answer in answers)
        if not times:
            return "no request was answered"
        return f"service time {_seconds(ranks.nearest(times, self.percentile))}"


def _statement(order: OrderLife) -> Answer | None:
    """The first answer that stated anything."""
    return next((answer for answer in order.answers if answer.said), None)


def _wait(order: OrderLife) -> float:
    """Seconds from the intended arrival to the first statement; infinity without one."""
    answer = _statement(order)
    return answer.mono - order.arrival.intended if answer and order.arrival else inf


def _slow(order: OrderLife) -> Offence:
    wait = _wait(order)
    what = "never heard a statement" if wait == inf else f"waited {_seconds(wait)}"
    return Offence(order, "shoppers waited too long", f"{order.id} {what}", wait)


def _seconds(seconds: float) -> str:
    if seconds == inf:
        return "without end"
    return f"{round(seconds * 1000, 1):g} ms" if seconds < 10 else f"{seconds:.1f} s"


def _never(waits: list[float]) -> str:
    without = waits.count(inf)
    return f"; {without} never heard a statement" if without else ""
