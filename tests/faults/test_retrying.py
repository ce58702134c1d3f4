"""The fault `retrying`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import CHARGES, Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import Resend


def test_what_it_declares() -> None:
    """A decision about charges, drawn for each attempt, of which nobody knows yet how it ends."""
    fault = build("retrying", {})

    assert (fault.stage, fault.seen) == (Stage.DECIDE, Seen.INFO)
    assert (fault.keyed_by, fault.acts_on) == (Per.ATTEMPT, CHARGES)


@pytest.mark.parametrize(
    ("ends", "effect"),
    [("captured", Effect.LATER), ("failed", Effect.NONE), ("never", Effect.NONE)],
)
def test_the_money_moves_later_or_never(ends: str, effect: Effect) -> None:
    """As the fault wants it to end."""
    assert build("retrying", {"ends": ends}).effect is effect


def test_what_is_performed(undrawn: Draw) -> None:
    """What is left out is the profile's business; `never` is a failure that lasts."""
    assert build("retrying", {}).act(undrawn) == Resend("network", "captured")
    whole = {"tries": 3, "every": "2s", "growth": 1, "ends": "failed", "cause": "app"}
    assert build("retrying", whole).act(undrawn) == Resend("app", "failed", 3, 2.0, 1.0)
    never = build("retrying", {"ends": "never"})
    assert never.act(undrawn) == Resend("network", "failed", lasting=True)


def test_a_merchant_decides_how_its_own_trouble_ends(undrawn: Draw) -> None:
    """It goes through when the merchant acknowledges, not after so many tries."""
    assert build("retrying", {"cause": "merchant"}).act(undrawn) == Resend("merchant", None)


def test_scalar() -> None:
    """A bare number is `tries`."""
    assert build("retrying", 4) == build("retrying", {"tries": 4})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"tries": 0}, "greater than or equal to 1"),
        ({"every": "0s"}, "greater than 0"),
        ({"ends": "paid"}, "'captured', 'failed' or 'never'"),
        ({"cause": "weather"}, "'network', 'merchant', 'app' or 'account'"),
        ({"times": 2}, r"times\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("retrying", value)
