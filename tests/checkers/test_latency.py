"""latency: from the intended arrival to the first statement of the shop."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge


def visits(count: int, took: float, *, at: float = 1.0, late: float = 0.0, more: str = "") -> str:
    """So many shoppers who were answered so many seconds after they were sent, `late` or not."""
    rows = []
    for number in range(count):
        order = f"v{at:g}-{took:g}-{late:g}-{number}"
        sent = at + late
        rows.append(f"{sent} arrive {order} 1999 intended={at} {more}")
        rows.append(f"{sent + took} tell {order} paid sent={sent}")
    return "\n".join(rows) + "\n"


def found(story: str, percentile: str = "p50", below: str = "500ms", **more: str) -> bool | None:
    """What the checker says."""
    text = f"0.0 phase p\n{story}\n60.0 end"
    return judge("latency", text, percentile=percentile, below=below, **more).valid


@pytest.mark.parametrize(
    ("story", "percentile", "valid"),
    [
        pytest.param(visits(200, 0.1), "p95", True, id="all fast"),
        pytest.param(visits(190, 0.1) + visits(10, 0.9), "p95", True, id="just enough are fast"),
        pytest.param(visits(189, 0.1) + visits(11, 0.9), "p95", False, id="one too many is slow"),
        pytest.param(visits(189, 0.1) + visits(11, 0.9), "p50", True, id="the median is fast"),
        pytest.param(visits(199, 0.1), "p95", None, id="too few for p95"),
        pytest.param(visits(199, 0.1), "p50", True, id="enough for p50"),
        pytest.param(visits(999, 0.1), "p99", None, id="too few for p99"),
        pytest.param(visits(20, 0.5), "p50", False, id="exactly the limit is not below it"),
        pytest.param("", "p50", None, id="nobody"),
    ],
)
def test_a_percentile_is_below_the_limit(story: str, percentile: str, valid: bool | None) -> None:
    """Exact, of all who were due, with enough of them."""
    assert found(story, percentile) is valid


def test_the_clock_starts_at_the_intended_arrival() -> None:
    """A shopper who was sent late waited all the same; the service time would hide that."""
    finding = judge(
        "latency", f"0.0 phase p\n{visits(20, 0.1, late=2.0)}60.0 end", percentile="p50", below="1s"
    )
    assert finding.valid is False
    assert "p50 of 20 shoppers: 2100 ms (service time 100 ms)" in finding.summary
    assert finding.examples[0]["what"].endswith("waited 2100 ms")


@pytest.mark.parametrize(
    ("visit", "waits"),
    [
        pytest.param("1.1 tell x pending\n9.0 tell x paid request=poll", True, id="pending"),
        pytest.param("1.1 tell x failed code=402\n9.0 tell x paid request=pay", True, id="failed"),
        pytest.param("1.1 tell x - code=503\n9.0 tell x paid request=poll", False, id="an error"),
        pytest.param("1.1 tell x - code=503\n2.0 leave x error intended=1.0", False, id="nothing"),
        pytest.param("", False, id="no answer"),
    ],
)
def test_the_first_statement_ends_the_wait(visit: str, waits: bool) -> None:
    """Pending is a statement, an error is none; who never hears one waits without end."""
    visit = "\n".join(visit.replace(" x", f" x{n}") for n in range(20))
    come = "\n".join(f"1.0 arrive x{n} 1999" for n in range(20))
    assert found(f"{come}\n{visit}") is waits


def test_who_could_not_be_sent_waits_without_end() -> None:
    """Dropped shoppers count, unless a method or channel is asked for."""
    story = visits(20, 0.1) + "1.5 drop\n" * 21
    finding = judge("latency", f"0.0 phase p\n{story}60.0 end", percentile="p50", below="1h")
    assert (finding.valid, finding.count) == (False, 41)
    assert "without end" in finding.summary
    assert "21 never heard a statement" in finding.summary
    assert finding.examples[0]["what"] == "the load generator was full"
    assert found(story, method="card") is True


def test_phase_method_and_channel_choose() -> None:
    """By intended arrival, the shopper's method, and the channel that was tried first."""
    story = f"""
        0.0 phase p
        {visits(20, 0.1)}
        10.0 phase q
        {visits(20, 0.9, at=9.9, late=0.2, more="method=wallet")}
        {visits(20, 0.2, at=11.0)}
    """
    assert found(story, phase="q") is True
    assert found(story, phase="p", percentile="p99") is None
    assert found(story, method="wallet") is False
    assert found(story, method="card") is True
    assert found(story, channel="backup") is None
    assert found(story, phase="r") is None
