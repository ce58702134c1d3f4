"""The fault `otp`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import CHARGES, Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import Challenge
from simulator.profiles.method import Proof


def test_what_it_declares() -> None:
    """A code is asked for, nothing is debited, and the caller is told so."""
    fault = build("otp", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.NONE, Seen.OK)
    assert fault.operations == CHARGES | {"authenticate"}
    assert fault.proves


@pytest.mark.parametrize(
    ("delivery", "per"),
    [
        ("ok", Per.ATTEMPT),
        ("never", Per.ATTEMPT),
        ("late", Per.ATTEMPT),
        ("wrong_number", Per.PAYER),
        ("virtual_number", Per.PAYER),
    ],
)
def test_default_key(undrawn: Draw, delivery: str, per: Per) -> None:
    """A message has a fate of its own; a number is the payer's."""
    fault = build("otp", delivery)
    assert fault.keyed_by is per
    assert fault.act(undrawn) == Challenge(Proof.OTP, delivery)


def test_its_parameters(undrawn: Draw) -> None:
    """Each reaches the gateway; one way needs no list."""
    late = build("otp", {"delivery": "late", "by": "sms", "after": "11m", "expires": "15m"})
    assert late.act(undrawn) == Challenge(
        Proof.OTP, "late", by=("sms",), after=660.0, expires=900.0
    )
    gone = build("otp", {"delivery": "never", "by": ["sms", "voice"]})
    assert gone.act(undrawn) == Challenge(Proof.OTP, "never", by=("sms", "voice"))
    assert build("otp", {"code": "refused"}).act(undrawn) == Challenge(
        Proof.OTP, "ok", code="refused"
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("lost", "Input should be 'ok', 'never'"),
        ({"delivery": "never", "after": "5s"}, "`after` goes with delivery: late only"),
        ({"by": "sms"}, "delivery: ok is none"),
        ({"delivery": "wrong_number", "by": ["email"]}, "e-mail has none"),
        ({"delivery": "never", "by": "pigeon"}, "Input should be 'sms', 'voice' or 'email'"),
        ({"code": "wrong"}, "Input should be 'ok', 'refused' or 'expired'"),
        ({"digits": 4}, "Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("otp", value)
