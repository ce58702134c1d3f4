"""Rules that can never fire: numbers, cards and questions that exclude each other, and shadows."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from simulator import library
from simulator.scenario.document import SHOPPERS

Problems = Callable[[str], list[str]]

PHASE = "phases: [{name: storm, lasts: 20s, rules: [\n%s]}]\n"


def _said(problems: Problems, text: str) -> list[str]:
    """The messages, without their places."""
    return [each.split(": ", 1)[1] for each in problems(text)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("first: 2, every: 3",
         "can never match: there is no multiple of 3 up to 2, which 'first' is"),
        ("first: 2, when: {attempt: 3..}", "can never match: 'attempt' leaves out the first 2"),
        ("every: 4, when: {attempt: 5..7}",
         "can never match: 'attempt' has no multiple of 4 in it"),
        ("first: 8, every: 3, when: {attempt: [4, 7..8]}",
         "can never match: 'attempt' has no multiple of 3 in it"),
        ("when: {card.brand: mastercard, card.token: 'tok_visa_*'}",
         "can never match: 'card.token' names visa"),
        ("when: {card.brand: mastercard, card.token: 'tok_visa_DE_*'}",
         "can never match: 'card.token' names visa"),
        ("when: {card.country: FR, card.token: [tok_visa_DE_1, tok_jcb_JP_*]}",
         "can never match: 'card.token' names DE or JP"),
        ("when: {operation: methods, card.brand: visa}",
         "can never match: a request for methods is about no payment, so has no 'card.brand'"),
    ],
)  # fmt: skip
def test_a_rule_can_contradict_itself(problems: Problems, rule: str, expected: str | None) -> None:
    """The message says what it is that excludes what."""
    fault = "{hang: 1s}"
    assert _said(problems, f"rules: [{{fault: {fault}, {rule}}}]\n") == [expected]


@pytest.mark.parametrize(
    "rule",
    [
        "first: 3, every: 3",
        "when: {operation: methods, payer.country: CN, amount: 1..}",
        "every: 4, when: {attempt: 5..8}",
        "every: 4, when: {attempt: 5..}",
        "when: {card.brand: [mastercard, visa], card.token: 'tok_visa_DE_*'}",
        "when: {card.brand: visa, card.token: 'tok_*_DE_7'}",
        "when: {card.country: 'D*', card.token: [tok_visa_DE_1, tok_jcb_JP_*]}",
        "when: {card.country: FR, card.token: [tok_visa_DE_1, 'tok_decline_*']}",
        "when: {operation: [methods, query], order: '7'}",
        "when: {operation: methods, channel: primary}",
    ],
)
def test_nearly_the_same_rule_contradicts_nothing(problems: Problems, rule: str) -> None:
    """The nearest neighbours of the mistakes above."""
    assert problems(f"rules: [{{fault: {{hang: 1s}}, {rule}}}]\n") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("fault: {decline: lost_card}", "fault: {decline: stolen_card}"),
        ("fault: {decline: lost_card}",
         "fault: {late_success: 5s}, share: 5%, when: {operation: confirm}"),
        ("fault: {decline: lost_card}, when: {card.country: 'D*'}",
         "fault: {duplicate_charge: {}}, when: {card.country: [DE, DK], amount: 5..}"),
        ("fault: {decline: lost_card}, when: {amount: 100..}",
         "fault: duplicate_charge, when: {amount: 200..300}"),
        ("fault: {three_ds: challenge}", "fault: {otp: never}"),
        ("fault: {decline: lost_card}, when: {operation: [authorize, confirm, authenticate]}",
         "fault: {three_ds: challenge}, when: {operation: authorize}"),
        ("fault: {slow: 1s}", "fault: {slow: 2s}"),
        ("fault: {error: {status: 503}}", "fault: {slow: 2s}"),
        ("mix: [{share: 60%, fault: reset}, {share: 40%, fault: garbage}]", "fault: {drip: 5s}"),
        ("fault: webhook_drop", "fault: {webhook_delay: 5s}, when: {webhook: payment.captured}"),
        ("fault: {decline: lost_card}, at: 2s, for: 9s",
         "fault: {decline: stolen_card}, at: 3s, for: 8s"),
    ],
)  # fmt: skip
def test_a_rule_in_the_shadow_of_another_is_a_mistake(
    problems: Problems, first: str, second: str
) -> None:
    """It is named at the fault that will never happen, with the rule that is in its way."""
    text = PHASE % f"{{name: tree, {first}}},\n{{name: flower, {second}}}"
    (found,) = problems(text)
    line, column, said = found.split(":", 2)
    assert said == " can never match: 'tree' strikes all of these before"
    assert line == "3"
    assert int(column) > len("{name: flower, fault: ")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("fault: {decline: lost_card}, share: 99%", "fault: {decline: stolen_card}"),
        ("fault: {decline: lost_card}, first: 1", "fault: {decline: stolen_card}"),
        ("fault: {decline: lost_card}, for: 5s", "fault: {decline: stolen_card}"),
        ("fault: {decline: lost_card}, when: {method: card}", "fault: {decline: stolen_card}"),
        ("fault: {decline: lost_card}, when: {card.country: DE}",
         "fault: {decline: stolen_card}, when: {card.country: [DE, FR]}"),
        ("fault: {decline: lost_card}", "fault: {late_success: 5s}, when: {operation: capture}"),
        ("fault: {decline: lost_card}", "fault: {late_success: 5s}"),
        ("fault: {decline: lost_card}", "fault: {slow: 2s}"),
        ("fault: {slow: 1s}", "fault: {hang: 2s}"),
        ("fault: {three_ds: challenge}", "fault: {decline: lost_card}"),
        ("mix: [{share: 60%, fault: reset}, {share: 39%, fault: garbage}]", "fault: {drip: 5s}"),
        ("fault: {webhook_drop: {}}, when: {webhook: payment.failed}",
         "fault: {webhook_delay: 5s}"),
        ("fault: outage, when: {channel: primary}", "fault: outage, when: {channel: backup}"),
    ],
)  # fmt: skip
def test_a_rule_that_has_room_is_in_no_shadow(problems: Problems, first: str, second: str) -> None:
    """Another chance, another time, other payments, another stage: any of these is enough."""
    assert problems(PHASE % f"{{name: tree, {first}}},\n{{name: flower, {second}}}") == []


def test_one_arm_can_be_in_a_shadow(problems: Problems) -> None:
    """Of a mix only the arm that can never strike is reported."""
    text = PHASE % (
        "{name: tree, fault: {decline: lost_card}},\n{name: mix, mix: [\n"
        "{share: 5%, fault: {hang: 1s}},\n{share: 5%, fault: duplicate_charge}]}"
    )
    (found,) = problems(text)
    assert found == "5:20: can never match: 'tree' strikes all of these before"


def test_rules_outside_phases_throw_shadows_into_them(problems: Problems) -> None:
    """Where they come first in the file; those that come after them have what is left."""
    outside = "rules: [{name: tree, fault: {decline: lost_card}}]\n"
    phases = PHASE % "{name: flower, fault: {decline: stolen_card}}"
    assert len(problems(outside + phases)) == 1
    assert problems(phases + outside) == []


def test_a_question_is_asked_once(problems: Problems) -> None:
    """Two limits for one thing are a slip of the pen; of another phase it is another question."""
    text = PHASE % "{name: r, fault: {hang: 1s}}" + (
        "expect:\n- success_ratio: {phase: storm, at_least: 9%}\n- webhooks_handled\n"
        "- success_ratio: {at_least: 9%}\n- success_ratio: {phase: storm, at_least: 10%}\n"
        "- no_stuck_order: {within: 5s}\n- webhooks_handled\n- no_stuck_order: {within: 6s}\n"
    )
    assert problems(text) == [
        "7:3: 'success_ratio' asks the same question a second time; leave one of the two out",
        "9:3: 'webhooks_handled' asks the same question a second time; leave one of the two out",
        "10:3: 'no_stuck_order' asks the same question a second time; leave one of the two out",
    ]


def test_shoppers_are_those_of_the_load_tests(problems: Problems) -> None:
    """A user class that does not exist would bring nobody."""
    assert problems("rules: []\ntraffic: {shoppers: chekout}\n") == [
        "2:21: unknown shoppers 'chekout' (did you mean 'checkout'?)"
    ]
    tree = ast.parse((library.folder("loadtests") / "shoppers.py").read_text(encoding="utf-8"))
    classes = [each.name.lower() for each in tree.body if isinstance(each, ast.ClassDef)]
    assert tuple(classes) == SHOPPERS
