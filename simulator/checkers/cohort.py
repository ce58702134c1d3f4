"""Questions about a cohort: the shoppers who were due in one phase, or their charges."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Collection, Iterator
from typing import ClassVar, Final

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, unknown
from simulator.journal.history import History, Span
from simulator.journal.lives import OrderLife
from simulator.units import Share

#: Fewer samples than this prove no share.
SAMPLES: Final = 20


class Cohort(Checker):
    """A question about some of the shoppers; `phase`, `method` and `channel` choose them.

    They count by their intended arrival, so that those whom an outage kept waiting count where
    they were due. Without a phase the whole run counts. The channel of an order is the one that
    it was first sent to.
    """

    phase: str | None = None
    method: str | None = None
    channel: str | None = None

    def judge(self, history: History) -> Finding:
        """Examine the span of the phase; unknown if the run never had it."""
        span = Span("the run", history.began, history.judged)
        if self.phase is not None:
            known = history.phase(self.phase)
            if known is None:
                return unknown(f"the run had no phase '{self.phase}'")
            span = known
        return self.examine(history, span)

    @abstractmethod
    def examine(self, history: History, span: Span) -> Finding:
        """The answer for those who were due within `span`."""

    def chosen(self, history: History, span: Span) -> list[OrderLife]:
        """The orders of those who were due, of this method and channel."""
        return [order for order in due(history, span) if self._fits(order)]

    def dropped(self, history: History, span: Span) -> int:
        """How many were due and could not be sent.

        Nobody knows how they would have paid, so with `method` or `channel` there are none.
        """
        if self.method is not None or self.channel is not None:
            return 0
        return sum(1 for intended in history.dropped if span.start <= intended < span.end)

    def _fits(self, order: OrderLife) -> bool:
        if self.method is not None and (not order.arrival or order.arrival.method != self.method):
            return False
        return self.channel is None or self.channel == next(
            (charge.channel for charge in order.charges), None
        )


class Ratio(Cohort):
    """Whether the share of good results in a cohort is large enough.

    `good` are the results that count as such, `aside` those that are told and not counted, and
    `what` names the samples.
    """

    good: ClassVar[frozenset[str]]
    aside: ClassVar[frozenset[str]] = frozenset()
    what: ClassVar[str]

    at_least: Share

    def examine(self, history: History, span: Span) -> Finding:
        """Compare the share; fewer than 20 samples are unknown."""
        results, offences = self.results(history, span)
        count = sum(number for result, number in results.items() if result not in self.aside)
        if count < SAMPLES:
            return too_few(count, SAMPLES, self.what)
        good = sum(results[result] for result in self.good)
        counted = _told(results, set(results) - self.aside)
        aside = _told(results, self.aside)
        share = f"{100 * good / count:.2f} % of {count} {self.what} ({counted})"
        summary = f"{share}; at least {float(100 * self.at_least):g} % wanted"
        summary += f"; not counted: {aside}" if aside else ""
        if good >= self.at_least * count:
            return Finding(valid=True, summary=summary, count=count)
        found = finding(history, count, offences, good="")
        return Finding(valid=False, summary=summary, count=count, examples=found.examples)

    @abstractmethod
    def results(self, history: History, span: Span) -> tuple[Counter[str], list[Offence]]:
        """How often each result was had, and the samples that were not good."""


def _told(results: Counter[str], chosen: Collection[str]) -> str:
    parts = sorted(result for result in chosen if results[result])
    return ", ".join(f"{results[result]} {result}" for result in parts)


def due(history: History, span: Span) -> Iterator[OrderLife]:
    """The orders whose shoppers were to arrive within the span."""
    for order in history.orders.values():
        if order.arrival and span.start <= order.arrival.intended < span.end:
            yield order


def too_few(count: int, needed: int, what: str) -> Finding:
    """The finding on a cohort that is too small."""
    return unknown(f"{count} {what} are too few to tell ({needed} are needed)", count)
