"""The report of a drill: one self-contained page, which loads nothing and works from a disk."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]

from simulator.checkers.catalogue import BY_NAME
from simulator.drills.report import aftermath, charts
from simulator.drills.verdict import Check, Verdict
from simulator.journal.entry import Run
from simulator.journal.history import History
from simulator.money import Money

#: At most so many orders are told in full.
_ORDERS: Final = 20
_HEADLINES: Final[Mapping[str, str]] = {
    "pass": "Every check holds, and every fault was proved.",
    "fail": "At least one check is false.",
    "aborted": "The drill was ended early. What had been recorded by then was judged.",
    "invalid": "The drill proved nothing: green would be a guess.",
    "error": "The drill itself broke. This says nothing about the merchant.",
}


def render(verdict: Verdict, history: History) -> str:
    """The page."""
    environment = Environment(
        loader=PackageLoader("simulator.drills.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["money"] = _amount
    environment.filters["number"] = _number
    return environment.get_template("report.html.j2").render(
        verdict=verdict,
        headline=_HEADLINES[verdict.verdict],
        run=history.run,
        started=_time(history.run.wall) if history.run else "",
        seconds=max(0.0, history.judged - history.began),
        command=command(history.run) if history.run else "",
        questions={check.name: _question(check) for check in verdict.checks},
        words={True: "true", False: "false", None: "unknown"},
        orders=list(_orders(verdict))[:_ORDERS],
        after=aftermath.lines(history),
        wrong=("overcharged", "orphaned", "unpaid"),
        figures=_json(_figures(verdict, history)),
        plotly=Markup(get_plotlyjs()),  # noqa: S704 - the library's own file
    )


def _figures(verdict: Verdict, history: History) -> dict[str, charts.Figure]:
    """The charts by the id of the element that shows them."""
    faulty = [phase.name for phase in verdict.phases if phase.rules]
    return {
        "outcomes": charts.outcomes(history, faulty),
        "latency": charts.latencies(history, faulty),
    }


def command(run: Run) -> str:
    """The command line that performs a drill again, with the same seed."""
    scenario = run.scenario_file or "scenario.yaml"
    words = ["paydrill", "drill", scenario, "--merchant", run.merchant, "--seed", str(run.seed)]
    if run.merchant_instances > 1:
        words += ["--instances", str(run.merchant_instances)]
    return shlex.join(words)


def _question(check: Check) -> str:
    """What a check asks, from its checker's docstring; a second one of a kind is `name-2`."""
    checker = BY_NAME.get(check.name) or BY_NAME.get(check.name.rpartition("-")[0])
    return (checker.__doc__ or "").partition("\n")[0] if checker else ""


def _orders(verdict: Verdict) -> Iterator[dict[str, Any]]:
    """The worst orders of all false checks, each once with all that was found of it."""
    found: dict[str, dict[str, Any]] = {}
    for check in verdict.checks:
        for example in check.examples if check.valid is False else ():
            name = str(example.get("order") or "no order")
            order = found.setdefault(name, {"order": name, "found": [], "timeline": []})
            order["found"].append({"check": check.name, "what": example.get("what", "")})
            order["timeline"] = order["timeline"] or example.get("timeline", [])
    yield from sorted(found.values(), key=lambda order: -len(order["found"]))


def _json(value: object) -> Markup:
    """JSON that can stand in a script element: no `<` can end it."""
    text = msgspec.json.encode(value).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - has no `<`


def _time(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _amount(amount: int, currency: str) -> str:
    """Without the currency, which stands at the head of the row."""
    return str(Money(amount, currency)).rpartition(" ")[0]


def _number(value: float | None, unit: str = "") -> str:
    return "-" if value is None else f"{value:,.0f}{unit}"
