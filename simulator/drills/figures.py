"""The figures of a verdict: hits, phases, money, and how well the load was generated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import msgspec

from simulator.checkers.ranks import nearest
from simulator.checkers.success_ratio import visit_result
from simulator.drills.notes import STRUCK
from simulator.drills.verdict import FaultHits, GeneratorResult, MoneyRow, PhaseResult
from simulator.journal.history import History, Span
from simulator.journal.lives import OrderLife
from simulator.scenario.document import Scenario


def fault_hits(history: History, scenario: Scenario) -> tuple[FaultHits, ...]:
    """Every rule and arm of the scenario with its hits, then live faults, then restarts."""
    points = scenario.hit_points()
    live = [point for point in history.hits if point not in points]
    hits = tuple(
        FaultHits(rule, arm, history.hits[rule, arm].hits if (rule, arm) in history.hits else 0)
        for rule, arm in (*points, *live)
    )
    return (*hits, *_restarts(history, scenario))


def _restarts(history: History, scenario: Scenario) -> Iterator[FaultHits]:
    """How often the drill ended the merchant, in each phase that says so."""
    struck = Counter(note.data.get("phase") for note in history.notes if note.text == STRUCK)
    for phase in scenario.phases:
        if phase.events:
            yield FaultHits(f"{phase.name}/restart_merchant", None, struck[phase.name])


def generator_result(history: History) -> GeneratorResult:
    """What the load generator said of itself; shoppers who could not be sent are counted here."""
    if history.generator is None:
        return GeneratorResult(None, len(history.dropped))
    return GeneratorResult(history.generator.lateness_p99_ms, history.generator.dropped)


def phase_results(history: History, scenario: Scenario) -> tuple[PhaseResult, ...]:
    """Each phase in which shoppers may come, with those who were due in it."""
    came: dict[str, list[OrderLife]] = defaultdict(list)
    lost: Counter[str] = Counter()
    spans = [span for span in history.phases if span.name != "settle"]
    for order in history.orders.values():
        if order.arrival and (name := _within(spans, order.arrival.intended)):
            came[name].append(order)
    for intended in history.dropped:
        if name := _within(spans, intended):
            lost[name] += 1
    rules: dict[str, list[str]] = {span.name: [] for span in spans}
    for phase, rule in scenario.sections():
        for name in [phase.name] if phase else rules:
            rules.setdefault(name, []).append(rule.name or "")
    return tuple(
        msgspec.structs.replace(
            _phase(history, span, came[span.name], lost[span.name]), rules=tuple(rules[span.name])
        )
        for span in spans
    )


def _within(spans: Iterable[Span], moment: float) -> str | None:
    return next((span.name for span in spans if span.start <= moment < span.end), None)


def _phase(history: History, span: Span, orders: Sequence[OrderLife], lost: int) -> PhaseResult:
    results = Counter(visit_result(order) for order in orders)
    came = len(orders) + lost
    left = [order.shopper for order in orders if order.shopper]
    waits = sorted((shopper.mono - shopper.intended) * 1000 for shopper in left)
    return PhaseResult(
        name=span.name,
        begins=history.since_start(span.start),
        ends=history.since_start(span.end),
        arrivals=came,
        paid=results["paid"],
        declined=results["declined"],
        failed=results["failed"],
        pending=results["pending"],
        errors=results["error"] + results["lost"] + lost,
        technical=(results["paid"] + results["declined"]) / came if came else None,
        p50_ms=percentile(waits, 50),
        p99_ms=percentile(waits, 99),
    )


def percentile(ordered: Sequence[float], rank: int) -> float | None:
    """The nearest-rank percentile of values in ascending order; None of nothing."""
    return round(nearest(ordered, Fraction(rank) / 100), 3) if ordered else None


def money_rows(history: History) -> dict[str, MoneyRow]:
    """The money of each currency at judge time, over all channels."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for order in history.everything:
        for currency in order.currencies:
            sums[currency].update(_money(history, order, currency))
    rows = {currency: MoneyRow(**sums[currency]) for currency in sorted(sums)}
    return {
        currency: _unbooked(row) if history.book_problem else row for currency, row in rows.items()
    }


def _unbooked(row: MoneyRow) -> MoneyRow:
    """The same without what only an order book can tell."""
    return msgspec.structs.replace(row, due=None, overcharged=None, orphaned=None, unpaid=None)


def _money(history: History, order: OrderLife, currency: str) -> dict[str, int]:
    net, kept = order.net(history.judged, currency), order.kept(history.judged, currency)
    served = order.earned and currency == order.currency
    due = (order.amount or 0) if served else 0
    held = order.held(history.judged, currency)
    return {
        "captured": order.captured(history.judged, currency),
        "refunded": order.refunded(history.judged, currency),
        "net": net,
        "due": due,
        "lost": order.lost(history.judged, currency),
        "overcharged": max(0, kept - due) if served else 0,
        "orphaned": 0 if served else kept,
        "unpaid": max(0, due - net - held),
    }
