"""Mistakes between fields: sums, rules that can never match, names that do not exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Problems = Callable[[str], list[str]]

PHASES = "phases: [{name: calm, lasts: 10s}, {name: storm, lasts: 20s, rules: [%s]}]\n"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{mix: [{share: 60%, fault: {hang: 1s}}, {share: 50%, fault: {slow: 1s}}]}",
         "49: the shares add up to 110%, more than the whole"),
        ("{fault: {hang: 1s}, share: 0%}", "28: a share of 0% never strikes; leave the rule out"),
        ("{fault: {hang: 1s}, at: 20s}", "25: can never match: the phase is over after 20s"),
        ("{fault: {hang: 1s}, when: {webhook: payment.*}}",
         "28: can never match: 'hang' does not strike webhooks"),
        ("{fault: webhook_drop, when: {operation: refund}}",
         "30: can never match: 'webhook_drop' strikes webhooks; match on 'webhook' instead"),
        ("{fault: stale_read, when: {operation: [refund, capture]}}",
         "9: 'stale_read' can never strike capture or refund; only query"),
        ("{fault: {hang: 1s}, when: {method: wallet, card.country: DE}}",
         "44: can never match: 'method' leaves cards out"),
        ("{fault: {hang: 1s}, when: {attempt: 3..}, first: 2}",
         "50: can never match: 'attempt' leaves out the first 2"),
        ("{fault: outage, when: {channel: primary, currency: EUR}}",
         ("42: an outage takes the whole channel; it cannot depend on 'currency'; "
         "error, hang and reset can")),
        ("{fault: {late_success: 1s}, when: {operation: refund}}",
         "9: 'late_success' can never strike refund; only authorize, confirm, capture"),
        ("{fault: {late_success: {after: 1s, told: processing}}, when: {operation: cancel}}",
         "9: 'late_success' can never strike cancel; only authorize, confirm, capture, refund"),
        ("{fault: partial_capture, when: {operation: refund}}",
         "9: 'partial_capture' can never strike refund; only authorize, confirm, capture"),
        ("{fault: {decline: lost_card}, when: {operation: capture}}",
         "9: 'decline' can never strike capture; only authorize, confirm"),
        ("{fault: outage, first: 2}",
         "17: an outage holds for everybody as long as it lasts; leave 'first' out"),
        ("{mix: [{share: 5%, fault: outage}]}",
         "27: an outage cannot be an arm of a mix; give it its own rule"),
        ("{fault: {hang: 1s}, mix: [{share: 5%, fault: {slow: 1s}}]}",
         "2: 'fault' and 'mix' exclude each other; a mix has its own in each arm"),
        ("{share: 5%, mix: [{share: 5%, fault: {slow: 1s}}]}",
         "2: 'share' and 'mix' exclude each other; a mix has its own in each arm"),
        ("{name: nothing}", "1: missing key 'fault' (or 'mix')"),
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_a_mistake(
    problems: Problems, rule: str, expected: str
) -> None:
    """Each at the column of what is wrong, within the rule."""
    column = PHASES.index("%s")
    (message,) = problems(PHASES % rule)
    line, found, said = message.split(":", 2)
    assert (line, f"{int(found) - column}:{said}") == ("1", expected)


@pytest.mark.parametrize(
    "rule",
    [
        "{mix: [{share: 60%, fault: {hang: 1s}}, {share: 40%, fault: {slow: 1s}}]}",
        "{fault: {hang: 1s}, at: 19.9s, for: 1h}",
        "{fault: webhook_drop, when: {webhook: 'refund.*', currency: EUR}}",
        "{fault: {decline: lost_card}, when: {operation: [query, authorize]}}",
        "{fault: {hang: 1s}, when: {method: '*', card.country: DE}}",
        "{fault: {hang: 1s}, when: {attempt: 2..}, first: 2}",
        "{fault: {late_success: {after: 1s, told: processing}}, when: {operation: refund}}",
        "{fault: reset, when: {operation: [capture, refund, cancel]}}",
        "{fault: outage, at: 1s, for: 3s, when: {channel: [primary, backup]}}",
    ],
)
def test_a_rule_that_makes_sense_is_none(problems: Problems, rule: str) -> None:
    """The nearest neighbours of the mistakes above."""
    assert problems(PHASES % rule) == []


def test_shares_of_traffic_must_not_exceed_the_whole(problems: Problems) -> None:
    """Personas and methods alike; the share that goes over is the one reported."""
    text = "rules: []\ntraffic:\n  personas: {zh_CN: 70%, de_DE: 40%}\n  methods: {card: 100%}\n"
    assert problems(text) == ["3:33: the shares add up to 110%, more than the whole"]


def test_nobody_has_two_habits(problems: Problems) -> None:
    """So the shares of habits must not exceed the whole either."""
    text = "rules: []\ntraffic: {habits: {refresh: 70%, give_up: 40%}}\n"
    assert problems(text) == ["2:43: the shares add up to 110%, more than the whole"]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("[{at: 9.5s, restart_merchant: {}}]",
         ["6: the merchant would still be down when the phase is over, after 10 s"]),
        ("[{at: 5s, restart_merchant: {down: 6s}}]",
         ["6: the merchant would still be down when the phase is over, after 10 s"]),
        ("[{at: 3s, restart_merchant: {}}, {at: 2s, restart_merchant: {down: 1.5s}}]",
         ["6: the merchant is still down then, from an earlier event"]),
        ("[{at: 9s, restart_merchant: {}}]", []),
        ("[{at: 2s, restart_merchant: {}}, {at: 3s, restart_merchant: {signal: term}}]", []),
        ("[{at: 2s, restart_merchant: {instance: 0}}]",
         ["39: '0' is no instance; write its number, from 1, or all"]),
        ("[{at: 2s, restart_merchant: {instance: both}}]",
         ["39: 'both' is no instance; write its number, from 1, or all"]),
        ("[{at: 2s, restart_merchant: {instance: 3}}]", []),
        ("7", ["0: '7' stands where a list is needed (- one item a line)"]),
    ],
)  # fmt: skip
def test_restarts_end_in_their_phase_and_before_the_next(
    problems: Problems, events: str, expected: list[str]
) -> None:
    """Else nobody could tell when the merchant was to be up."""
    text = f"phases: [{{name: a, lasts: 10s, events: {events}}}]\n"
    column = text.index(events) + 1
    found = [message.split(":", 2) for message in problems(text)]
    assert [f"{int(place) - column}:{said}" for _, place, said in found] == expected


def test_names_must_differ(problems: Problems) -> None:
    """Phases among themselves, and rules wherever they stand, for reports speak of them by name."""
    text = (
        "phases:\n- {name: a, lasts: 1s, rules: [{name: r, fault: {hang: 1s}}]}\n"
        "- {name: a, lasts: 1s}\nrules:\n- {name: r, fault: {hang: 1s}}\n"
    )
    assert problems(text) == [
        "3:10: a second phase named 'a'; names must differ",
        "5:10: a second rule named 'r'; names must differ",
    ]


def test_expectations_speak_of_what_is_there(problems: Problems) -> None:
    """A checker that names a phase or a rule must name one of this scenario."""
    text = PHASES % "{name: down, fault: outage}" + (
        "expect:\n- failover: {rule: dwon, within: 5s}\n"
        "- success_ratio: {phase: strom, at_least: 99%}\n"
        "- failover: {rule: down, within: 5s}\n- success_ratio: {phase: calm, at_least: 9%}\n"
    )
    assert problems(text) == [
        "3:20: there is no rule 'dwon' (did you mean 'down'?)",
        "4:26: there is no phase 'strom' (did you mean 'storm'?)",
    ]


def test_a_scenario_has_phases_or_rules(problems: Problems) -> None:
    """Without either there is nothing to play."""
    assert problems("settle: 1s\n") == [
        "-1:1: missing key 'phases' (or 'rules', which always hold)"
    ]


def test_one_mistake_does_not_hide_another(problems: Problems) -> None:
    """A rule with a field that cannot be read is still checked for the rest."""
    rule = "{name: 7, at: 30s, when: {operation: query, amount: x}, fault: {decline: lost_card}}"
    messages = [message.split(": ", 1)[1] for message in problems(PHASES % rule)]
    assert messages == [
        "'7' is not text; write it in quotes",
        "can never match: the phase is over after 20s",
        "'x' is neither a number nor a range; write 250, 100..5000 or 100..",
    ]


@pytest.mark.parametrize(
    "text", ["phases: 3", "rules: {a: 1}", "expect: {failover: 1}", "rules: [3]"]
)
def test_a_wrong_shape_is_left_to_the_models(problems: Problems, text: str) -> None:
    """The checks pass over what they cannot read; the models report it, once."""
    shape = [each for each in problems(text) if "stands where" in each]
    assert len(shape) == 1
    assert not any("exclude" in each or "missing key 'fault'" in each for each in problems(text))


@pytest.mark.parametrize(
    ("instances", "instance", "expected"),
    [
        ("2", "2", []),
        ("2", "all", []),
        ("2", "3", "there is no instance 3 of the merchant: it runs as 2 instances"),
        ("1", "2", "there is no instance 2 of the merchant: it runs as one instance"),
        ("0", "1", "'0' is no number of instances; write one from 1 to 8"),
        ("two", "1", "'two' is no number of instances; write one from 1 to 8"),
        ("2.0", "1", "'2.0' is no number of instances; write one from 1 to 8"),
    ],
)
def test_instances_are_few_and_only_those_are_ended(
    problems: Problems, instances: str, instance: str, expected: object
) -> None:
    """As many as a small machine bears; and whom there is not, nobody ends."""
    event = f"{{at: 1s, restart_merchant: {{instance: {instance}}}}}"
    text = f"instances: {instances}\nphases: [{{name: a, lasts: 10s, events: [{event}]}}]\n"
    found = [message.split(": ", 1)[1] for message in problems(text)]
    assert found == ([expected] if expected else [])
