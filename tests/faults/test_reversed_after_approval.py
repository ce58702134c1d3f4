"""The fault `reversed_after_approval`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import Befall
from simulator.gateway.model import Aftermath


def test_what_it_declares() -> None:
    """A true yes; that the money is taken back comes out later."""
    fault = build("reversed_after_approval", "10s")

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.ONCE, Seen.OK)
    assert (fault.keyed_by, fault.acts_on) == (Per.CARD, {"authorize", "confirm", "capture"})


def test_what_it_performs(undrawn: Draw) -> None:
    """What is ordered of the gateway."""
    assert build("reversed_after_approval", "10s").act(undrawn) == Befall(
        10.0, Aftermath("reversal")
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [({}, "after\n  Field required"), ("soon", "not a duration")],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("reversed_after_approval", value)
