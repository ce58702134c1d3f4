"""The JSON Schema of scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from simulator import documents
from simulator.checkers.catalogue import CHECKERS
from simulator.faults.catalogue import FAULTS
from simulator.scenario.schema import schema
from simulator.scenario.when import KEYS

SCHEMA = schema()
SCENARIOS = sorted((Path(__file__).resolve().parent.parent.parent / "scenarios").rglob("*.yaml"))


def errors(value: object) -> list[str]:
    """What the schema has against a document."""
    return [error.message for error in jsonschema_rs.validator_for(SCHEMA).iter_errors(value)]


def with_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """A document of one rule."""
    return {"scenario": 1, "name": "x", "rules": [rule]}


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_every_scenario_of_the_library_is_valid(file: Path) -> None:
    """What the loader accepts, an editor accepts."""
    assert errors(documents.read(file).value) == []


def test_faults_matchers_and_checkers_are_described_by_name() -> None:
    """An editor can offer each of them, with its story."""
    definitions = SCHEMA["$defs"]
    offered = {each["title"]: each for each in definitions["fault"]["oneOf"] if "title" in each}
    assert set(offered) == {fault.name for fault in FAULTS}
    assert all(each["description"] for each in offered.values())
    checkers = {each.get("title") for each in definitions["checker"]["oneOf"]} - {None}
    assert checkers == {checker.name for checker in CHECKERS}
    assert set(definitions["When"]["properties"]) == set(KEYS)


@pytest.mark.parametrize(
    "rule",
    [
        {"fault": "outage"},
        {"fault": {"outage": {}}},
        {"fault": {"outage": None}},
        {"fault": {"decline": "insufficient_funds"}},
        {"fault": {"hang": {"for": "5s"}}, "when": {"order": 17, "amount": "100.."}},
        {"fault": {"hang": "5s"}, "when": {"operation": ["c*", "query"], "attempt": [1, "3..4"]}},
    ],
)
def test_all_ways_to_write_a_rule_are_valid(rule: dict[str, Any]) -> None:
    """Short and long forms."""
    assert errors(with_rule(rule)) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"fault": {"outtage": {}}},
        {"fault": "hang"},
        {"fault": {"outage": {}, "hang": "5s"}},
        {"fault": "outage", "when": {"chanel": "primary"}},
        {"fault": "outage", "when": {"channel": "third"}},
        {"fault": "outage", "when": {"channel": []}},
        {"fault": "outage", "share": 5},
        {"fault": "outage", "lasts": "5s"},
    ],
)
def test_mistakes_in_a_rule_are_not_valid(rule: dict[str, Any]) -> None:
    """An editor underlines them."""
    assert errors(with_rule(rule)) != []


def test_arrivals_are_a_rate_or_a_ramp() -> None:
    """Both forms, and nothing else."""
    phase: dict[str, Any] = {"name": "a", "lasts": "1s"}
    good: tuple[object, ...] = ("40/s", {"from": "1/s", "to": "600/m"})
    bad: tuple[object, ...] = ("40", 40, {"from": "1/s"})
    for arrivals in good + bad:
        document = {"scenario": 1, "name": "x", "phases": [{**phase, "arrivals": arrivals}]}
        assert (errors(document) == []) is (arrivals in good)
