"""The charts of a report, as data for plotly's JavaScript: no colours of the page, no text of ours.

Both show shoppers by their intended arrival, so that an outage cannot hide behind shoppers who
were made to wait. Phases with rules are shaded, and so are the outages of a channel.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from simulator.checkers.success_ratio import visit_result
from simulator.drills.figures import percentile
from simulator.journal.history import History

#: Outcomes from the bottom of the stack to its top, in colours of the Okabe-Ito palette, which
#: people who see fewer colours can tell apart.
OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    "paid": ("paid", "#0072B2"),
    "declined": ("declined", "#56B4E9"),
    "failed": ("failed", "#8C8C8C"),
    "pending": ("still pending", "#E69F00"),
    "error": ("error", "#D55E00"),
    "lost": ("left no word", "#CC79A7"),
}
_RANKS: Final[Mapping[int, str]] = {50: "#56B4E9", 95: "#E69F00", 99: "#D55E00"}
#: At most so many bars: wider than a telephone shows, but not than a desk does.
_BARS: Final = 180
_WIDTHS: Final = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)

Figure = dict[str, Any]


def outcomes(history: History, faulty: Collection[str]) -> Figure:
    """How many shoppers a second ended how, stacked; `faulty` are the phases with rules."""
    width = _width(history)
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for at, result, _ in _visits(history):
        counts[result][int(at // width)] += 1
    slots = _slots(counts.values())
    traces = [
        {
            "type": "bar",
            "name": label,
            "x": [slot * width for slot in slots],
            "y": [counts[result][slot] / width for slot in slots],
            "width": width,
            "offset": 0,
            "marker": {"color": colour, "line": {"width": 0}},
            "hovertemplate": "%{x} s: %{y:.1f}/s",
        }
        for result, (label, colour) in OUTCOMES.items()
        if counts[result]
    ]
    layout = _layout(history, "shoppers a second", faulty)
    return {"data": traces, "layout": {**layout, "barmode": "stack"}}


def latencies(history: History, faulty: Collection[str]) -> Figure:
    """How long visits took, from the intended arrival to their end, in percentiles."""
    width = _width(history)
    waits: dict[int, list[float]] = defaultdict(list)
    for at, _, took in _visits(history):
        if took is not None:
            waits[int(at // width)].append(took)
    slots = sorted(waits)
    for each in waits.values():
        each.sort()
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"p{rank}",
            "x": [(slot + 0.5) * width for slot in slots],
            "y": [percentile(waits[slot], rank) for slot in slots],
            "line": {"color": colour, "width": 2},
            "hovertemplate": "%{x} s: %{y:.2f} s",
        }
        for rank, colour in _RANKS.items()
    ]
    layout = _layout(history, "seconds", faulty)
    layout["yaxis"]["rangemode"] = "tozero"
    return {"data": traces, "layout": layout}


def _visits(history: History) -> Iterator[tuple[float, str, float | None]]:
    """Each shopper: seconds from the start to the intended arrival, result, seconds it took."""
    for order in history.orders.values():
        if order.arrival is not None:
            at = order.arrival.intended - history.began
            took = order.shopper.mono - order.shopper.intended if order.shopper else None
            yield at, visit_result(order), took
    for intended in history.dropped:
        yield intended - history.began, "error", None


def _width(history: History) -> int:
    """Seconds of one bar: few enough bars to be seen."""
    seconds = history.judged - history.began
    return next((width for width in _WIDTHS if seconds / width <= _BARS), _WIDTHS[-1])


def _slots(counts: Iterable[Counter[int]]) -> Sequence[int]:
    used = {slot for counter in counts for slot in counter}
    return range(min(used), max(used) + 1) if used else ()


def _layout(history: History, unit: str, faulty: Collection[str]) -> Figure:
    shapes, notes = [], []
    for span in history.phases:
        start, end = (edge - history.began for edge in (span.start, span.end))
        if span.name in faulty:
            shapes.append(_band(start, end, "rgba(128,128,128,0.13)"))
        notes.append(_label(start, span.name, 1.0))
    for channel in history.outages.channels:
        for down, up in history.outages.of(channel):
            start, end = down - history.began, min(up, history.judged) - history.began
            shapes.append(_band(start, end, "rgba(213,94,0,0.22)"))
            notes.append(_label(start, f"{channel} down", 0.9))
    return {
        "shapes": shapes,
        "annotations": notes,
        "xaxis": {"title": {"text": "seconds from the start"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": unit}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "margin": {"l": 52, "r": 8, "t": 36, "b": 44},
        "height": 320,
        "hovermode": "x unified",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }


def _band(start: float, end: float, colour: str) -> Figure:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": round(start, 3),
        "x1": round(end, 3),
        "y0": 0,
        "y1": 1,
        "fillcolor": colour,
        "line": {"width": 0},
        "layer": "below",
    }


def _label(start: float, text: str, height: float) -> Figure:
    return {
        "x": round(start, 3),
        "y": height,
        "xref": "x",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "showarrow": False,
        "text": _plain(text),
        "font": {"size": 11},
    }


def _plain(text: str) -> str:
    """Plotly reads some HTML in labels; ours have none."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
