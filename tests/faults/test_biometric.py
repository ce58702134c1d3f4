"""The fault `biometric`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import CHARGES, Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import Challenge
from simulator.profiles.method import Proof


@pytest.mark.parametrize("result", ["ok", "fails", "unavailable"])
def test_what_it_declares_and_performs(undrawn: Draw, result: str) -> None:
    """An approval is asked for, nothing is debited, and the caller is told so."""
    fault = build("biometric", result)

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.NONE, Seen.OK)
    assert fault.operations == CHARGES | {"authenticate"}
    assert fault.keyed_by is Per.ATTEMPT
    assert fault.proves
    assert fault.act(undrawn) == Challenge(Proof.BIOMETRIC, result)


def test_its_parameters(undrawn: Draw) -> None:
    """Each reaches the gateway."""
    fault = build("biometric", {"result": "fails", "fallback": "none", "expires": "30s"})
    assert fault.act(undrawn) == Challenge(Proof.BIOMETRIC, "fails", fallback=False, expires=30.0)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("refused", "Input should be 'ok', 'fails' or 'unavailable'"),
        ({"fallback": "sms"}, "Input should be 'otp' or 'none'"),
        ({"tries": 3}, "Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("biometric", value)
