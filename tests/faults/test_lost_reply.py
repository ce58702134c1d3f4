"""The fault `lost_reply`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.actions import Lose
from simulator.faults.catalogue import build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """The operation stands, and the caller cannot know."""
    fault = build("lost_reply", {"after": "5s"})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.AFTER, Effect.ONCE, Seen.INFO)
    assert (fault.keyed_by, fault.operations) == (Per.EXCHANGE, ANY)


def test_what_it_performs(undrawn: Draw) -> None:
    """It closes without an answer, `after` seconds after the commit."""
    assert build("lost_reply", {"after": "5s"}).act(undrawn) == Lose(5.0)


def test_scalar() -> None:
    """A bare duration is `after`."""
    assert build("lost_reply", "250ms") == build("lost_reply", {"after": "0.25s"})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "after\\n  Field required"),
        ("soon", "not a duration"),
        ({"for": "5s"}, "for\\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("lost_reply", value)
