"""The default profile."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import pytest

from simulator import profiles
from simulator.failures.catalogue import FAILURES, names, safest
from simulator.failures.failure import Retry

DEFAULT = profiles.load("default")


def test_every_failure_has_a_number() -> None:
    """No failure of the catalogue is forgotten, and no number is left over."""
    assert set(DEFAULT.codes) == set(names())
    assert all(len(code) == 3 and code.isdecimal() for code in DEFAULT.codes.values())


def test_the_numbers_known_in_the_field() -> None:
    """101 is lack of funds; 202 does not tell a timeout from a missing authorization."""
    assert DEFAULT.failures("101") == ("insufficient_funds",)
    assert DEFAULT.failures("202") == ("transaction_timeout", "authentication_required")


def test_only_202_is_shared() -> None:
    """Any other number says which failure it is."""
    shared = [code for code, count in Counter(DEFAULT.codes.values()).items() if count > 1]

    assert shared == ["202"]


def test_202_is_treated_as_the_worse() -> None:
    """Who cannot tell whether money has moved asks first."""
    assert safest(DEFAULT.failures("202")).retry is Retry.QUERY


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        ("authentication_failed", "203"),
        ("incorrect_number", "301"),
        ("do_not_honor", "401"),
        ("risk_blocked", "502"),
        ("method_temporarily_disabled", "603"),
        ("wallet_insufficient_balance", "701"),
        ("gateway_maintenance", "802"),
        ("connection_lost", "852"),
        ("invalid_request", "901"),
        ("client_failure", "921"),
        ("disputed", "961"),
    ],
)
def test_published_numbers_stay(failure: str, code: str) -> None:
    """A number once published is never given to another failure; these stand for each kind."""
    assert DEFAULT.code(failure) == code


def test_the_first_digit_tells_the_kind() -> None:
    """Failures of one category share their first digit, but for the timeout under 202."""
    numbered = [row for row in FAILURES if row.name != "transaction_timeout"]
    digits = {
        category: {DEFAULT.code(row.name)[0] for row in rows}
        for category, rows in groupby(numbered, key=lambda row: row.category)
    }

    assert all(len(found) == 1 for found in digits.values())


def test_everything_everywhere() -> None:
    """Cards, wallets and transfers, for any country and currency; answers are kept for a day."""
    assert [rule.type for rule in DEFAULT.methods] == ["card", "wallet", "bank_transfer"]
    assert [rule.type for rule in DEFAULT.methods if rule.card] == ["card"]
    assert all(rule.serves("IN") and rule.pays_in("KWD") for rule in DEFAULT.methods)
    assert DEFAULT.idempotency_window == 86_400
    assert DEFAULT.poll_every == pytest.approx(0.2)
