"""The fault `amount_mismatch`."""

from __future__ import annotations

from fractions import Fraction

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import TakeOther


def test_what_it_declares() -> None:
    """Charged once, another amount, and the answer says so."""
    fault = build("amount_mismatch", "90%")

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.ONCE, Seen.OK)
    assert (fault.keyed_by, fault.acts_on) == (Per.ATTEMPT, {"authorize", "confirm"})


def test_what_it_performs(undrawn: Draw) -> None:
    """What is ordered of the gateway."""
    assert build("amount_mismatch", "90%").act(undrawn) == TakeOther(Fraction(9, 10))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("100%", "more than 0% and less than 100%"),
        ("0%", "more than 0%"),
        ({"by": 1}, "Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("amount_mismatch", value)


@pytest.mark.parametrize(("asked", "taken"), [(1000, 800), (1, 2), (4, 3)])
def test_it_is_never_the_amount_that_was_asked(asked: int, taken: int) -> None:
    """A share of so little that it cannot be divided is one unit more."""
    assert TakeOther(Fraction(4, 5)).of(asked) == taken
