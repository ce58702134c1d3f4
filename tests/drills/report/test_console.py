"""Tests of the terminal's view, where it moves and where it cannot."""

from __future__ import annotations

import io

from rich.console import Console

from simulator.drills import events
from simulator.drills.judge import judge
from simulator.drills.report.console import ConsoleReport
from tests.drills.stories import GOOD, history, scenario, without


def _shown(*told: events.Event, terminal: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=140, color_system=None)
    with ConsoleReport(console) as report:
        for event in told:
            report(event)
    return out.getvalue()


def _progress(at: float, **counts: int) -> events.Progress:
    return events.Progress(at=at, phase="brownout", elapsed=at, rate=40.0, **counts)


def test_verdict_ends_with_tables_and_the_report() -> None:
    """Checks, hits, phases and money, then the word, the reasons and where to read on."""
    recorded = history(without(GOOD, "refund"))
    verdict = judge(recorded, scenario())
    text = _shown(
        events.Judged(at=1.0, verdict=verdict),
        events.Finished(at=1.0, out="drills/x", exit_code=1),
    )
    assert "no_orphan_charge  FALSE" in text
    assert "exactly_once      true" in text
    assert "lost_reply" in text
    assert "30.00" in text
    assert "FAIL" in text
    assert "exit code 1, seed 7" in text
    assert text.rstrip().endswith("drills/x/report.html")


def test_without_a_terminal_progress_is_a_line_now_and_then() -> None:
    """A pipeline's log gets a line every five seconds, not one every second."""
    text = _shown(*(_progress(float(second), arrivals=second) for second in range(12)))
    assert text.count("brownout") == 3
    assert "40/s" in text
    assert "\x1b" not in text


def test_terminal_shows_each_second_and_leaves_nothing_behind() -> None:
    """The moving line is gone when the drill is over."""
    text = _shown(_progress(1.0, arrivals=1), _progress(2.0, arrivals=2), terminal=True)
    assert "1 came" in text
    assert "2 came" in text


def test_what_happens_is_said_in_words() -> None:
    """Every turn of a drill has a line, with the words of others taken literally."""
    text = _shown(
        events.Preflight(at=0.0, step="gateway", detail="0.1.0 at [x]"),
        events.PhaseBegan(at=0.0, name="[bold]odd", lasts=10.0),
        events.FaultProved(at=1.0, rule="answers", arm="hang"),
        events.Aborted(at=2.0, reason="stopped by SIGINT"),
        events.Healed(at=2.0, took=0.012),
        events.Healed(at=2.0, took=0.012, problem="no answer"),
        events.Settling(at=3.0, waits_for=("3 webhooks",), until=8.0),
        events.BookRead(at=4.0, orders=7),
        events.BookRead(at=4.0, orders=0, problem="GET /orders answered 500"),
    )
    for words in (
        "0.1.0 at [x]",
        "[bold]odd",
        "answers (hang) hit for the first time",
        "stopped by SIGINT",
        "in 12 ms",
        "no answer",
        "waits for 3 webhooks",
        "7 orders",
        "GET /orders answered 500",
    ):
        assert words in text
