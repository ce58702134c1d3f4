"""The fault `partial_capture`."""

from __future__ import annotations

from fractions import Fraction

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import TakePart


def test_what_it_declares() -> None:
    """A part is taken, once, and the answer says which; an attempt's own fate."""
    fault = build("partial_capture", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.ONCE, Seen.OK)
    assert (fault.keyed_by, fault.acts_on) == (Per.ATTEMPT, {"authorize", "confirm", "capture"})


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ({}, TakePart(Fraction(1, 2))),
        ("30%", TakePart(Fraction(3, 10))),
        ({"share": "30%"}, TakePart(Fraction(3, 10))),
        ({"amount": 100}, TakePart(Fraction(1, 2), 100)),
    ],
)
def test_what_it_performs(undrawn: Draw, value: object, part: TakePart) -> None:
    """The gateway is ordered to take a share, half by default, or at most an amount."""
    assert build("partial_capture", value).act(undrawn) == part


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"share": "100%"}, "more than 0% and less than 100%"),
        ({"share": "0%"}, "more than 0% and less than 100%"),
        ({"share": "half"}, "not a share"),
        ({"amount": 0}, "greater than or equal to 1"),
        ({"share": "50%", "amount": 100}, "exclude each other"),
        ({"times": 2}, "times\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("partial_capture", value)
