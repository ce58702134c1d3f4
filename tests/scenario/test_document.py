"""The models of a scenario, one field at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.errors import UsageError
from simulator.scenario.document import Scenario

Scene = Callable[[str], Scenario]
Problems = Callable[[str], list[str]]

TWO = (
    "phases:\n- {name: calm, lasts: 10s, arrivals: 40/s}\n"
    "- {name: storm, lasts: 1m, rules: [{fault: {hang: 1s}}, {name: n, fault: outage}]}\n"
)


def test_the_first_drill_reads_as_it_is_written(brownout: Scenario) -> None:
    """Every number of the contract's example, parsed."""
    assert (brownout.name, brownout.seed, brownout.settle) == ("gateway-brownout", 20261111, 15.0)
    assert [(phase.name, phase.lasts) for phase in brownout.phases] == [
        ("baseline", 10.0),
        ("brownout", 25.0),
        ("recovery", 10.0),
    ]
    arrivals = brownout.phase("brownout").arrivals
    assert arrivals is not None
    assert (arrivals.begins, arrivals.ends) == (40.0, 80.0)
    assert brownout.hit_points() == (
        ("slow", None),
        ("bank-says-no", None),
        ("answers-lost", "lost_reply"),
        ("answers-lost", "hang"),
        ("answers-lost", "late_success"),
        ("down", None),
    )
    assert [type(checker).__name__ for checker in brownout.expect] == [
        "NoOrphanCharge",
        "SuccessRatio",
        "Failover",
    ]
    (abort,) = brownout.abort
    assert (float(abort.above), abort.lasts) == (0.95, 20.0)


def test_traffic_is_told_to_the_load_generator_in_plain_numbers(brownout: Scenario) -> None:
    """Shares as floats that add up to 1, times as seconds."""
    assert brownout.traffic.plan() == {
        "shoppers": "checkout",
        "personas": {"zh_CN": 0.6, "en_IN": 0.2, "de_DE": 0.2},
        "methods": {"card": 0.7, "wallet": 0.2, "bank_transfer": 0.1},
        "habits": {},
        "patience": 20.0,
    }


def test_shares_of_traffic_that_leave_a_rest_are_scaled(scene: Scene) -> None:
    """Every shopper is somebody: 33 % and 33 % are a half each."""
    made = scene("rules: []\ntraffic: {personas: {de_DE: 33%, zh_CN: 33%}}")
    assert made.traffic.plan()["personas"] == {"de_DE": 0.5, "zh_CN": 0.5}
    assert scene("rules: []").traffic.plan()["methods"] == {"card": 1.0}


def test_habits_are_told_as_they_are(scene: Scene) -> None:
    """Most shoppers have none, so the shares are not scaled."""
    made = scene("rules: []\ntraffic: {habits: {double_click: 10%, give_up: 2.5%}}")
    assert made.traffic.plan()["habits"] == {"double_click": 0.1, "give_up": 0.025}


def test_what_happens_to_the_merchant(scene: Scene) -> None:
    """A kill that lasts a second, unless the scenario says otherwise."""
    made = scene(
        "phases:\n- {name: a, lasts: 9s, events: [{at: 2s, restart_merchant: {}},"
        " {at: 5s, restart_merchant: {signal: term, down: 2s}}]}\n"
    )
    first, second = made.phase("a").events
    assert (first.at, first.restart_merchant.signal, first.restart_merchant.down) == (2, "kill", 1)
    assert (second.restart_merchant.signal, second.restart_merchant.down) == ("term", 2)
    assert made.has_events
    assert not scene(TWO).has_events


def test_a_serving_scenario_needs_little(scene: Scene) -> None:
    """Version, name and rules; nobody has to come."""
    made = scene("rules: [{fault: outage}]")
    assert not made.has_arrivals
    assert scene(TWO).has_arrivals


def test_rules_without_a_name_get_one_from_their_place(scene: Scene) -> None:
    """Names are stable, for fates are drawn by them, and differ from those that were given."""
    made = scene(TWO + "rules: [{fault: outage}, {fault: outage}, {name: mix, fault: outage}]\n")
    names = [name for name, _ in made.hit_points()]
    assert names == ["storm/hang", "n", "outage", "outage-2", "mix"]


def test_rules_keep_the_order_of_the_file(scene: Scene) -> None:
    """Rules outside phases come first if they stand first."""
    outside = "rules: [{name: outside, fault: outage}]\n"
    assert next(rule.name for _, rule in scene(outside + TWO).sections()) == "outside"
    assert [rule.name for _, rule in scene(TWO + outside).sections()][-1] == "outside"


def test_an_unknown_phase_is_named_with_what_there_is(scene: Scene) -> None:
    """For jumps and for reports."""
    with pytest.raises(UsageError, match=r"no phase 'strom' \(did you mean 'storm'\?\)"):
        scene(TWO).phase("strom")
    with pytest.raises(UsageError, match="no phase 'x'; there is calm, storm, settle, end"):
        scene(TWO).phase("x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules: []\nprofile: defualt",
         "2:10: unknown profile 'defualt' (did you mean 'default'?)"),
        ("rules: []\nseed: -1", "2:7: '-1' is wrong: it must be at least 0"),
        ("rules: []\nloop: perhaps", "2:7: 'perhaps' is neither true nor false"),
        ("rules: []\ntraffic: {methods: {crad: 5%}}",
         "2:21: unknown method 'crad' (did you mean 'card'?)"),
        ("rules: []\ntraffic: {personas: {zh_XX: 5%}}",
         "2:22: unknown locale 'zh_XX' (did you mean 'zh_"),
        ("rules: []\ntraffic: {patience: 20}", "2:21: '20' is not a duration"),
        ("rules: []\ntraffic: {habits: {duble_click: 5%}}",
         "2:20: unknown habit 'duble_click' (did you mean 'double_click'?)"),
        ("rules: []\ntraffic: {habits: {give_up: 5}}", "2:29: '5' is not a share"),
        ("phases: [{name: a, lasts: 9s, events: [{at: 1s}]}]",
         "1:40: missing key 'restart_merchant'"),
        ("phases: [{name: a, lasts: 9s, events: [{at: 1s, restart_merchant: {signal: stop}}]}]",
         "1:76: 'stop' is not one of 'kill' or 'term'"),
        ("rules: []\nabort: [failure_rate: {above: 5%, for: 1s}]",
         "2:9: unknown reason to abort 'failure_rate' (did you mean 'failure_ratio'?)"),
        ("rules: []\nabort: [failure_ratio: {above: 5%}]", "2:9: missing key 'for'"),
        ("phases: [{name: end, lasts: 1s}]",
         "1:17: 'end' is a phase that every drill has already; choose another name"),
        ("phases: [{name: a, lasts: 0s}]", "1:27: '0s' is wrong: it must be more than 0"),
        ("phases: [{name: a, lasts: 1s, arrivals: 40}]", "1:41: '40' is not a rate"),
        ("phases: [{name: a, lasts: 1s, arrivals: {from: 1/s, too: 2/s}}]",
         "1:31: missing key 'to'"),
        ("rules: [{fault: {hang: 1s}, for: 0s}]", "1:34: '0s' is wrong: it must be more than 0"),
        ("rules: [{fault: {hang: 1s}, per: try}]", "1:34: 'try' is not one of 'exchange'"),
        ("rules: [{fault: {hang: 1s}, first: 0}]", "1:36: '0' is wrong: it must be more than 0"),
        ("rules: [{mix: []}]", "1:15: a list is empty; it needs at least one item"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_located(problems: Problems, text: str, expected: str) -> None:
    """Each field has its own check."""
    assert problems(text)[0].startswith(expected)


def test_the_version_is_one(problems: Problems) -> None:
    """A scenario of a later version is refused, not half understood."""
    assert problems("rules: []\nscenario: 2")[0].startswith("2:1: duplicate key 'scenario'")
