"""The fault `notice_lost`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import Undeliver


def test_what_it_declares() -> None:
    """No money moves, and the answer says that the message did not arrive."""
    fault = build("notice_lost", "email")

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.NONE, Seen.OK)
    assert (fault.keyed_by, fault.acts_on) == (Per.EXCHANGE, {"notify"})


def test_what_it_performs(undrawn: Draw) -> None:
    """What is ordered of the gateway."""
    assert build("notice_lost", "email").act(undrawn) == Undeliver("email")


@pytest.mark.parametrize(
    ("value", "message"),
    [("pigeon", "via"), ({"by": "sms"}, "Extra inputs")],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("notice_lost", value)
