"""The fault `hold_lingers`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import Linger


def test_what_it_declares() -> None:
    """Nothing is debited, and the caller is told the truth; it is the payer who is not."""
    fault = build("hold_lingers", {"for": "30s"})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.NONE, Seen.FAIL)
    assert (fault.keyed_by, fault.acts_on) == (Per.CARD, {"authorize", "confirm", "cancel"})


def test_what_it_performs(undrawn: Draw) -> None:
    """What is ordered of the gateway."""
    assert build("hold_lingers", {"for": "30s"}).act(undrawn) == Linger(30.0)


@pytest.mark.parametrize(
    ("value", "message"),
    [({}, "for\n  Field required"), ("long", "not a duration")],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("hold_lingers", value)
