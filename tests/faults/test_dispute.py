"""The fault `dispute`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import Befall
from simulator.gateway.model import Aftermath


def test_what_it_declares() -> None:
    """The charge goes through; that it is disputed comes out later."""
    fault = build("dispute", {"after": "5s", "reason": "fraudulent", "wins": "never"})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.ONCE, Seen.OK)
    assert (fault.keyed_by, fault.acts_on) == (Per.ORDER, {"authorize", "confirm", "capture"})


def test_what_it_performs(undrawn: Draw) -> None:
    """What is ordered of the gateway."""
    assert build("dispute", {"after": "5s", "reason": "fraudulent", "wins": "never"}).act(
        undrawn
    ) == Befall(5.0, Aftermath("dispute", "fraudulent", None, "never"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "after\n  Field required"),
        ({"after": "5s", "reason": "rude"}, "reason"),
        ({"after": "5s", "wins": "maybe"}, "wins"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("dispute", value)
