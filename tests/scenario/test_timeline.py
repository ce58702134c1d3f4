"""Phases in time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario import loader
from simulator.scenario.document import Scenario
from simulator.scenario.timeline import Span, Timeline

PHASES = "phases: [{name: a, lasts: 10s}, {name: b, lasts: 5s}]\n"


def test_phases_follow_one_another(scene: Callable[[str], Scenario]) -> None:
    """A phase has its first moment and not its last."""
    timeline = Timeline(scene(PHASES), 100.0)
    assert timeline.spans() == (Span("a", 100.0, 110.0), Span("b", 110.0, 115.0))
    at = {now: timeline.at(now) for now in (99.9, 100.0, 109.999, 110.0, 115.0)}
    assert [span and span.name for span in at.values()] == [None, "a", "a", "b", None]
    assert (timeline.over(114.9), timeline.over(115.0)) == (False, True)


def test_a_loop_starts_again_and_is_never_over(scene: Callable[[str], Scenario]) -> None:
    """Turn after turn, without a gap."""
    timeline = Timeline(scene(PHASES + "loop: true"), 0.0)
    assert timeline.at(15.0) == Span("a", 15.0, 25.0)
    assert timeline.at(15_000_012.0) == Span("b", 15_000_010.0, 15_000_015.0)
    assert not timeline.over(1e9)
    assert timeline.at(-1.0) is None


def test_without_phases_nothing_is_on_and_nothing_is_over(
    scene: Callable[[str], Scenario],
) -> None:
    """A scenario of rules alone has no phases, looping or not."""
    for text in ("rules: []", "rules: []\nloop: true"):
        timeline = Timeline(scene(text), 0.0)
        assert (timeline.at(5.0), timeline.over(5.0), timeline.spans()) == (None, False, ())


def test_a_jump_is_another_start(scene: Callable[[str], Scenario]) -> None:
    """If `b` begins now, the scenario must have started ten seconds ago."""
    assert Timeline(scene(PHASES), 0.0).moved("b", 500.0) == 490.0


@given(
    lengths=st.lists(st.integers(1, 7_000_000), min_size=1, max_size=5),
    started=st.floats(0, 1e7),
    ahead=st.integers(0, 400),
)
@pytest.mark.filterwarnings("error")
def test_every_edge_belongs_to_exactly_one_phase(
    lengths: list[int], started: float, ahead: int
) -> None:
    """However times round, the end of a span is the beginning of the next."""
    phases = ", ".join(f"{{name: p{i}, lasts: {each}us}}" for i, each in enumerate(lengths))
    scenario = loader.load(f"scenario: 1\nname: t\nphases: [{phases}]\nloop: true\n")
    timeline = Timeline(scenario, started)
    span = timeline.spans(ahead // len(lengths))[ahead % len(lengths)]
    following = timeline.at(span.ends)
    assert following is not None
    assert following.begins == span.ends
    assert span.begins == span.ends or timeline.at(span.begins) == span
