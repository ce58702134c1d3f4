"""Tests of the charts' data: by intended arrival, with phases and outages marked."""

from __future__ import annotations

from simulator.drills.report import charts
from tests.drills.stories import GOOD, history, without

_BAD = without(GOOD, "refund")


def test_outcomes_count_every_shopper_at_its_intended_arrival() -> None:
    """The stack adds up to all who came, and the outage is marked."""
    figure = charts.outcomes(history(_BAD), ["brownout"])
    came = sum(sum(trace["y"]) * trace["width"] for trace in figure["data"])
    assert came == 5
    paid = next(trace for trace in figure["data"] if trace["name"] == "paid")
    assert [x for x, y in zip(paid["x"], paid["y"], strict=True) if y] == [1, 11, 16, 21]
    labels = [note["text"] for note in figure["layout"]["annotations"]]
    assert labels == ["baseline", "brownout", "recovery", "settle", "primary down"]
    bands = [(each["x0"], each["x1"]) for each in figure["layout"]["shapes"]]
    assert bands == [(10.0, 20.0), (15.0, 20.0)]


def test_latency_counts_from_the_intended_arrival() -> None:
    """A shopper who was kept waiting before anything was sent has waited."""
    figure = charts.latencies(history(GOOD), [])
    p99 = next(trace for trace in figure["data"] if trace["name"] == "p99")
    assert p99["x"] == [1.5, 11.5, 12.5, 16.5, 21.5]
    assert p99["y"] == [0.2, 2.3, 2.6, 0.2, 0.2]


def test_labels_are_not_read_as_markup() -> None:
    """Plotly understands some HTML in labels; a phase's name has none."""
    story = GOOD.replace("phase   brownout", "phase   <b>&")
    labels = charts.outcomes(history(story), [])["layout"]["annotations"]
    assert "&lt;b&gt;&amp;" in [label["text"] for label in labels]


def test_long_drills_have_wider_bars() -> None:
    """An hour has no more bars than a screen can show, and the heights stay rates."""
    rows = "".join(
        f"{at}.0 arrive r1-{at} 100\n{at}.1 leave r1-{at} paid intended={at}\n"
        for at in range(0, 3600, 2)
    )
    story = f"0.0 phase baseline\n{rows}3600.0 end\n"
    (paid,) = charts.outcomes(history(story), [])["data"]
    assert paid["width"] == 20
    assert len(paid["x"]) == 180
    assert set(paid["y"]) == {0.5}
