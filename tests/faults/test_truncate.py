"""The fault `truncate`."""

from __future__ import annotations

from fractions import Fraction

import pytest
from pydantic import ValidationError

from simulator.faults.actions import Truncate
from simulator.faults.catalogue import build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """The operation is performed once, and half an answer is none."""
    fault = build("truncate", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.WIRE, Effect.ONCE, Seen.INFO)
    assert (fault.keyed_by, fault.acts_on) == (Per.EXCHANGE, ANY)


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({}, {400: 200, 401: 200, 1: 0, 0: 0}),
        ("25%", {400: 100}),
        ({"share": "0%"}, {400: 0}),
        ({"share": "99.9%"}, {400: 399, 3: 2}),
        ({"bytes": 0}, {400: 0}),
        ({"bytes": 20}, {400: 20, 20: 19, 1: 0}),
    ],
)
def test_what_it_performs(undrawn: Draw, value: object, left: dict[int, int]) -> None:
    """Half of the body by default, or so much of it, and always one byte too few."""
    action = build("truncate", value).act(undrawn)

    assert isinstance(action, Truncate)
    assert {length: action.left(length) for length in left} == left


def test_scalar() -> None:
    """A bare share is `share`."""
    assert build("truncate", "10%").act(lambda _: 0.5) == Truncate(Fraction(1, 10))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("100%", "100% is the whole answer"),
        ({"share": "half"}, "not a share"),
        ({"bytes": -1}, "greater than or equal to 0"),
        ({"share": "50%", "bytes": 20}, "'share' and 'bytes' exclude each other"),
        ({"after": 20}, "after\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("truncate", value)
