"""Tests of the figures of a verdict."""

from __future__ import annotations

from simulator.drills.figures import (
    fault_hits,
    generator_result,
    money_rows,
    percentile,
    phase_results,
)
from simulator.journal.entry import Generator
from simulator.journal.history import History
from tests.drills.stories import GOOD, history, journal, scenario
from tests.journal.story import lines


def test_percentiles_are_values_that_occurred() -> None:
    """The nearest rank: no average of two shoppers whom nobody was."""
    waits = [float(each) for each in range(1, 101)]
    assert [percentile(waits, rank) for rank in (1, 50, 99, 100)] == [1.0, 50.0, 99.0, 100.0]
    assert percentile([7.0], 99) == 7.0
    assert percentile([], 50) is None


def test_shoppers_who_could_not_be_sent_or_left_no_word_are_errors() -> None:
    """They count in the phase in which they were due, and against its technical success."""
    story = GOOD + "11.5 drop\n12.5 arrive r1-9 100\n"
    brownout = phase_results(history(story), scenario())[1]
    assert (brownout.arrivals, brownout.errors) == (5, 2)
    assert brownout.technical == 2 / 5
    assert brownout.rules == ("answers", "down")


def test_phase_in_which_nobody_came_has_no_figures() -> None:
    """Nothing is better than a zero that looks like a measurement."""
    story = "0.0 phase baseline\n5.0 end\n"
    (phase,) = phase_results(history(story), scenario())
    assert (phase.arrivals, phase.technical, phase.p50_ms, phase.p99_ms) == (0, None, None, None)


def test_live_faults_are_listed_after_the_scenarios() -> None:
    """A fault that was put on by hand during the drill is part of what happened."""
    story = "0.0 phase baseline\n2.0 query r1-5 primary p5:captured hit=by-hand\n9.0 end\n"
    hits = fault_hits(History.from_lines(lines(story)), scenario())
    assert [(each.rule, each.arm, each.hits) for each in hits] == [
        ("answers", "lost_reply", 0),
        ("answers", "hang", 0),
        ("down", None, 0),
        ("by-hand", None, 1),
    ]


def test_generator_that_left_no_word() -> None:
    """Its dropped shoppers are still counted from the journal."""
    told = journal(GOOD + "11.5 drop\n")
    silent = [line for line in told if not isinstance(line, Generator)]
    result = generator_result(History.from_lines(silent))
    assert (result.lateness_p99_ms, result.dropped) == (None, 1)


def test_without_an_order_book_nothing_is_said_of_what_was_served() -> None:
    """What moved at the gateway is known; what it was for is not."""
    rows = "".join(line for line in GOOD.splitlines(keepends=True) if " row " not in line)
    (known,) = money_rows(History.from_lines(journal(GOOD))).values()
    (blind,) = money_rows(History.from_lines(journal(rows))).values()
    assert (blind.captured, blind.refunded, blind.net) == (
        known.captured,
        known.refunded,
        known.net,
    )
    assert (blind.due, blind.overcharged, blind.orphaned, blind.unpaid) == (None,) * 4
    assert known.due == known.net
