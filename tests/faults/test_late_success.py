"""The fault `late_success`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import CHARGES, Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import SettleLater
from simulator.gateway.model import Status


def test_what_it_declares() -> None:
    """The money moves later, by a decision that is drawn for each attempt."""
    fault = build("late_success", {"after": "6s"})

    assert (fault.stage, fault.effect) == (Stage.DECIDE, Effect.LATER)
    assert (fault.keyed_by, fault.acts_on) == (Per.ATTEMPT, CHARGES | {"capture"})


def test_a_refund_can_only_be_pending() -> None:
    """A refund that was accepted and is told as failed could never be put right."""
    acts_on = {
        told: build("late_success", {"after": "6s", "told": told}).acts_on
        for told in ("unknown", "failed", "processing")
    }

    assert {told for told, operations in acts_on.items() if "refund" in operations} == {
        "processing"
    }


@pytest.mark.parametrize(
    ("told", "status", "seen"),
    [
        ("unknown", None, Seen.INFO),
        ("failed", Status.FAILED, Seen.FAIL),
        ("processing", Status.PROCESSING, Seen.INFO),
    ],
)
def test_what_is_told(undrawn: Draw, told: str, status: Status | None, seen: Seen) -> None:
    """`failed` is a false no; neither `unknown` nor `processing` settles the matter."""
    fault = build("late_success", {"after": "6s", "told": told})

    assert fault.act(undrawn) == SettleLater(6.0, status)
    assert fault.seen is seen


def test_scalar() -> None:
    """A bare duration is `after`, and unknown is told."""
    assert build("late_success", "6s") == build("late_success", {"after": "6s", "told": "unknown"})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, r"after\n  Field required"),
        ({"after": "6"}, "not a duration"),
        ({"after": "6s", "told": "captured"}, "'unknown', 'failed' or 'processing'"),
        ({"after": "6s", "by": "1s"}, r"by\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("late_success", value)
