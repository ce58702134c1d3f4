"""The fault `three_ds`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import CHARGES, Draw, Effect, Per, Seen, Stage
from simulator.gateway.authentication.three_ds import VERDICTS
from simulator.gateway.directives import Challenge
from simulator.profiles.method import Proof


@pytest.mark.parametrize(
    ("result", "effect", "seen"),
    [
        ("frictionless", Effect.ONCE, Seen.OK),
        ("attempted", Effect.ONCE, Seen.OK),
        ("informational", Effect.ONCE, Seen.OK),
        ("challenge", Effect.NONE, Seen.OK),
        ("decoupled", Effect.NONE, Seen.OK),
        ("timeout", Effect.NONE, Seen.OK),
        ("abandoned", Effect.NONE, Seen.OK),
        ("failed", Effect.NONE, Seen.FAIL),
        ("rejected", Effect.NONE, Seen.FAIL),
        ("unavailable", Effect.NONE, Seen.FAIL),
    ],
)
def test_what_it_declares(undrawn: Draw, result: str, effect: Effect, seen: Seen) -> None:
    """A bank that asks nothing lets the charge go on; all others debit nothing, for now."""
    fault = build("three_ds", result)

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, effect, seen)
    assert fault.operations == CHARGES | {"authenticate"}
    assert fault.keyed_by is Per.CARD
    assert fault.proves
    assert fault.act(undrawn) == Challenge(Proof.THREE_DS, result)
    assert result in VERDICTS


def test_what_it_is_by_itself(undrawn: Draw) -> None:
    """Without parameters it is a challenge."""
    assert build("three_ds", {}).act(undrawn) == Challenge(Proof.THREE_DS, "challenge")


def test_its_parameters(undrawn: Draw) -> None:
    """Each reaches the gateway."""
    slow = build("three_ds", {"result": "decoupled", "after": "90s", "expires": "2m"})
    assert slow.act(undrawn) == Challenge(Proof.THREE_DS, "decoupled", after=90.0, expires=120.0)
    no = build("three_ds", {"result": "rejected", "reason": "10"})
    assert no.act(undrawn) == Challenge(Proof.THREE_DS, "rejected", reason="10")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("denied", "Input should be 'frictionless'"),
        ({"result": "challenge", "after": "5s"}, "`after` goes with decoupled and abandoned"),
        ({"result": "rejected", "expires": "5s"}, "nobody waits where the result is rejected"),
        ({"result": "rejected", "reason": "suspected"}, "String should match"),
        ({"expires": "0s"}, "greater than 0"),
        ({"brand": "visa"}, "Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("three_ds", value)
