"""The fault `statement_missing`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import Draw, Effect, Per, Seen, Stage
from simulator.gateway.model import Booking


def test_what_it_declares() -> None:
    """The payer is charged as asked, and every answer is true."""
    fault = build("statement_missing", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.BOOK, Effect.ONCE, Seen.OK)
    assert (fault.keyed_by, fault.acts_on) == (Per.ORDER, {"authorize", "confirm", "capture"})


def test_what_it_performs(undrawn: Draw) -> None:
    """What is ordered of the gateway."""
    assert build("statement_missing", {}).act(undrawn) == Booking("missing")


@pytest.mark.parametrize(
    ("value", "message"),
    [({"days": 1}, "Extra inputs")],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("statement_missing", value)
