"""The fault `duplicate_charge`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.errors import UsageError
from simulator.faults.catalogue import build
from simulator.faults.fault import CHARGES, Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import ChargeTwice


def test_what_it_declares() -> None:
    """The payer is charged twice and the caller hears that all is well."""
    fault = build("duplicate_charge", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.TWICE, Seen.OK)
    assert (fault.keyed_by, fault.operations) == (Per.ATTEMPT, CHARGES)


def test_what_it_performs(undrawn: Draw) -> None:
    """The gateway is ordered to charge twice."""
    assert build("duplicate_charge", {}).act(undrawn) == ChargeTwice()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"times": 2}, "times\\n  Extra inputs"),
        ("twice", "duplicate_charge takes no parameters; write {}"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises((ValidationError, UsageError), match=message):
        build("duplicate_charge", value)
