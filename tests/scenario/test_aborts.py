"""The reasons to end a drill early, as they are written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.scenario.aborts import DoubleCharge, FailureRatio
from simulator.scenario.document import Scenario
from tests.scenario.test_schema import errors

Scene = Callable[[str], Scenario]
Problems = Callable[[str], list[str]]

GOOD: tuple[object, ...] = (
    "double_charge",
    {"double_charge": None},
    {"double_charge": {"count": 3}},
    {"double_charge": {"count": 3, "for": "0s"}},
    {"failure_ratio": {"above": "50%", "for": "20s"}},
)
BAD: tuple[object, ...] = (
    "failure_ratio",
    {"failure_ratio": {"above": "50%"}},
    {"double_charge": {"count": 0}},
    {"double_charge": {"above": "5%"}},
    {"money_at_risk": {}},
)


def test_each_is_read(scene: Scene) -> None:
    """Shares, counts and spans; fifteen seconds are what a refund has by default."""
    made = scene(
        "rules: []\nabort:\n- double_charge: {count: 3, for: 5s}\n- double_charge\n"
        "- failure_ratio: {above: 95%, for: 20s}\n"
    )
    three, plain, ratio = made.abort
    assert isinstance(three, DoubleCharge)
    assert (three.count, three.lasts) == (3, 5.0)
    assert isinstance(plain, DoubleCharge)
    assert (plain.count, plain.lasts) == (1, 15.0)
    assert isinstance(ratio, FailureRatio)
    assert (float(ratio.above), ratio.lasts) == (0.95, 20.0)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("double_charges", "unknown reason to abort 'double_charges' (did you mean 'double_charge"),
        ("double_charge: {count: 0}", "'0' is wrong: it must be at least 1"),
        ("double_charge: {for: 5}", "'5' is not a duration"),
        ("failure_ratio: {above: 5%}", "missing key 'for'"),
    ],
)
def test_a_mistake_is_named(problems: Problems, reason: str, expected: str) -> None:
    """Each with its place."""
    (problem,) = problems(f"rules: []\nabort: [{reason}]")
    assert expected in problem
    assert problem.startswith("2:")


@pytest.mark.parametrize("reason", GOOD + BAD, ids=str)
def test_the_schema_knows_them(reason: object) -> None:
    """What the loader takes an editor takes, and nothing else."""
    document = {"scenario": 1, "name": "x", "rules": [], "abort": [reason]}
    assert (errors(document) == []) is (reason in GOOD)


EXPECT = "phases: [{name: a, lasts: 1s, arrivals: 1/s}]\nexpect: ["


@pytest.mark.parametrize(
    "checker",
    [
        "approval_ratio: {phase: a, method: card, channel: primary, at_least: 90%}",
        "latency: {phase: a, percentile: p99.9, below: 800ms}",
        "webhooks_handled",
        "webhooks_handled: {tries: 5}",
        "no_card_data",
    ],
)
def test_checkers_are_expected_by_name(scene: Scene, checker: str) -> None:
    """Each with its parameters."""
    (made,) = scene(f"{EXPECT}{checker}]").expect
    assert made.name == checker.partition(":")[0]


@pytest.mark.parametrize(
    ("checker", "expected"),
    [
        ("latency: {phase: b, percentile: p99, below: 1s}", "there is no phase 'b'"),
        ("latency: {percentile: 99, below: 1s}", "'99' is not a percentile; write p50"),
        ("latency: {below: 1s}", "missing key 'percentile'"),
        ("approval_ratio: {phase: a}", "missing key 'at_least'"),
        ("webhook_handled", "unknown checker 'webhook_handled' (did you mean 'webhooks_handled'?)"),
    ],
)
def test_a_mistake_in_an_expectation_is_named(
    problems: Problems, checker: str, expected: str
) -> None:
    """With its place."""
    assert expected in problems(f"{EXPECT}{checker}]")[0]
