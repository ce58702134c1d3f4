"""Exceptions, and what their messages offer."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from simulator.errors import (
    DocumentError,
    NotATestCard,
    PaydrillError,
    Problem,
    UsageError,
    choices,
    did_you_mean,
)


@pytest.mark.parametrize(
    ("name", "offer"),
    [
        ("lost_cards", " (did you mean 'lost_card'?)"),
        ("lost_crad", " (did you mean 'lost_card'?)"),
        ("outtage", " (did you mean 'outage'?)"),
        ("x", ""),
    ],
)
def test_did_you_mean(name: str, offer: str) -> None:
    """Near names are offered, and nothing when none is near."""
    assert did_you_mean(name, ["outage", "lost_card", "expired_card"]) == offer


def test_did_you_mean_several() -> None:
    """Several near names are all offered, the nearest first."""
    offer = did_you_mean("stale_card", ["outage", "lost_card", "stolen_card", "stale_read"])

    assert {"stale_read", "stolen_card"} <= set(offer.split("'"))
    assert " or " in offer


class _Inner(msgspec.Struct):
    via: Literal["sms", "email"] | None = None


class _Outer(msgspec.Struct):
    inner: _Inner | None = None
    count: int = 0


@pytest.mark.parametrize(
    ("place", "offer"),
    [("inner.via", "; one of 'email', 'sms'"), ("count", ""), ("inner.nowhere.more", "")],
)
def test_choices(place: str, offer: str) -> None:
    """The values of a choice are offered, however deep it stands; elsewhere nothing is."""
    assert choices(_Outer, place) == offer


def test_a_document_error_reports_all_problems() -> None:
    """Every problem has its line in the message, in `file:line:column` form."""
    problems = (Problem("a.yaml", 3, 5, "unknown key 'share'"), Problem("a.yaml", 9, 1, "no name"))

    error = DocumentError(problems)
    assert str(error) == "a.yaml:3:5: unknown key 'share'\na.yaml:9:1: no name"
    assert error.problems == problems


@pytest.mark.parametrize("kind", [DocumentError, NotATestCard])
def test_callers_mistakes_are_usage_errors(kind: type[Exception]) -> None:
    """Whoever catches the caller's mistakes catches these."""
    assert issubclass(kind, UsageError)
    assert issubclass(kind, PaydrillError)
