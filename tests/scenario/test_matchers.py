"""Matching facts, and saying why they do not match."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.documents import build
from simulator.scenario.facts import Facts
from simulator.scenario.matchers import Difference, Matcher, attempt_of
from simulator.scenario.when import KEYS, When

Charge = Callable[..., Facts]

ROWS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({}, {}, True),
    ({"channel": "primary"}, {}, True),
    ({"channel": "backup"}, {}, False),
    ({"channel": ["backup", "primary"]}, {}, True),
    ({"operation": "c*"}, {}, False),
    ({"operation": "*"}, {}, True),
    ({"card.country": "DE"}, {}, True),
    ({"card.country": "DE"}, {"card_country": None}, False),
    ({"card.country": "*"}, {"card_country": None}, False),
    ({"card.brand": ["mastercard", "v*"]}, {}, True),
    ({"card.token": "tok_*_DE_*"}, {}, True),
    ({"card.token": "tok_visa_DE"}, {}, False),
    ({"amount": "..1998"}, {}, False),
    ({"amount": "..1999"}, {}, True),
    ({"amount": "1999.."}, {}, True),
    ({"amount": "2000.."}, {}, False),
    ({"amount": [1, "1000..3000"]}, {}, True),
    ({"amount": 1999}, {"amount": None}, False),
    ({"currency": "EUR", "channel": "backup"}, {}, False),
    ({"payer.country": "US"}, {"payer_country": "US"}, True),
    ({"payer.email": "*@example.org"}, {"payer_email": "a@example.org"}, True),
    ({"payer.email": "*@example.org"}, {"payer_email": "a@examplexorg"}, False),
    ({"product": "gift card"}, {"product": "gift card"}, True),
    ({"order": [1, 2]}, {}, True),
    ({"cohort": "a"}, {"cohort": "b"}, False),
    ({"webhook": "payment.*"}, {"webhook": "payment.captured"}, True),
    ({"attempt": "2.."}, {"attempt": 1}, False),
    ({"attempt": "2.."}, {"attempt": 2}, True),
]


@pytest.mark.parametrize(("when", "facts", "matches"), ROWS)
def test_a_match_is_the_absence_of_differences(
    charge: Charge, when: dict[str, Any], facts: dict[str, Any], *, matches: bool
) -> None:
    """Every kind of matcher, hitting and missing; the fast way agrees with the explaining one."""
    matcher, seen = Matcher(build(When, when)), charge(**facts)
    assert matcher.matches(seen) is matches
    assert (matcher.differences(seen) == []) is matches


def test_differences_say_what_was_wanted_and_what_came(charge: Charge) -> None:
    """All of them, not the first."""
    when = build(When, {"channel": "backup", "card.country": ["IN", "BR"], "amount": "1..9"})
    differences = Matcher(when).differences(charge(card_country=None))
    assert differences == [
        Difference("channel", "backup", "primary"),
        Difference("card.country", "IN or BR", None),
        Difference("amount", "1..9", "1999"),
    ]
    assert str(differences[1]) == "card.country is not known, wanted IN or BR"


def test_keys_can_be_split_between_two_matchers(charge: Charge) -> None:
    """What is tested once for many exchanges need not be tested for each."""
    when, kind = build(When, {"channel": "backup", "amount": 1}), frozenset({"channel"})
    assert Matcher(when, only=kind).differences(charge()) == [
        Difference("channel", "backup", "primary")
    ]
    assert Matcher(when, without=kind).differences(charge()) == [Difference("amount", "1", "1999")]


def test_attempts_that_nobody_counts_are_exchanges(charge: Charge) -> None:
    """The third query of an order is its third attempt to learn something."""
    assert attempt_of(charge(operation="query", attempt=1, exchange=3)) == 3
    assert attempt_of(charge(attempt=2, exchange=3)) == 2
    assert attempt_of(charge(operation="webhook", attempt=2, exchange=9)) == 2


@given(st.data())
def test_every_key_finds_its_fact(data: st.DataObject) -> None:
    """A matcher made of facts matches them, and no longer once one of them is missing."""
    values: dict[str, Any] = {
        "channel": "primary", "operation": "refund", "method": "wallet", "card.country": "DE",
        "card.brand": "jcb", "card.token": "tok_jcb_DE_1", "amount": 5, "currency": "JPY",
        "payer.country": "CN", "payer.email": "a@b", "product": "p", "order": "9", "cohort": "c",
        "webhook": "refund.failed", "attempt": 4,
    }  # fmt: skip
    assert tuple(values) == KEYS
    key = data.draw(st.sampled_from(KEYS))
    fields = {name.replace(".", "_"): value for name, value in values.items()}
    matcher = Matcher(build(When, values))
    assert matcher.matches(Facts(**fields))
    other = {"amount": 6, "attempt": 5, "operation": "capture"}.get(key, "other")
    changed = {**fields, key.replace(".", "_"): other}
    missed = {each.key for each in matcher.differences(Facts(**changed))}
    assert missed == {key}
