"""The fault `rate_limited`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.actions import Answer
from simulator.faults.catalogue import build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """Nothing is decided, no money moves, and the answer says so."""
    fault = build("rate_limited", {"retry_after": "2s"})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.BEFORE, Effect.NONE, Seen.FAIL)
    assert (fault.keyed_by, fault.acts_on) == (Per.EXCHANGE, ANY)


def test_what_it_performs(undrawn: Draw) -> None:
    """429, and how long to wait."""
    action = build("rate_limited", {"retry_after": "2s"}).act(undrawn)

    assert action == Answer(429, "json", retry_after=2.0)


def test_scalar() -> None:
    """A bare duration is `retry_after`."""
    assert build("rate_limited", "2m") == build("rate_limited", {"retry_after": "120s"})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "retry_after\n  Field required"),
        ("5", "not a duration"),
        ("0s", "counts whole seconds"),
        ("500ms", "counts whole seconds"),
        ("1.5s", "counts whole seconds"),
        ({"retry_after": "1s", "status": 429}, "status\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("rate_limited", value)
