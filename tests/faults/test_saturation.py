"""The fault `saturation`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.actions import Queue
from simulator.faults.catalogue import build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage
from simulator.profiles.rules import Capacity


def test_what_it_declares() -> None:
    """Before anything is decided; a refusal is plain and costs nobody anything."""
    fault = build("saturation", "50/s")

    assert (fault.stage, fault.effect, fault.seen) == (Stage.BEFORE, Effect.NONE, Seen.FAIL)
    assert (fault.keyed_by, fault.acts_on) == (Per.EXCHANGE, ANY)


def test_a_bare_rate(undrawn: Draw) -> None:
    """The rest is as usual: a hundred may wait, five seconds at most, then 503."""
    assert build("saturation", "50/s").act(undrawn) == Queue(
        Capacity(rate=50.0, queue=100, slowest=5.0, then=503)
    )


def test_all_of_it(undrawn: Draw) -> None:
    """Every parameter arrives in the capacity."""
    value = {
        "tps": "600/m", "queue": 3, "slowest": "200ms", "burst": 2, "concurrency": 8,
        "then": 429, "retry_after": "1s",
    }  # fmt: skip
    assert build("saturation", value).act(undrawn) == Queue(
        Capacity(rate=10.0, queue=3, slowest=0.2, then=429, retry_after=1.0, burst=2, concurrency=8)
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0/s", "greater than 0"),
        ({}, "Field required"),
        ({"tps": "9/s", "then": 500}, "429 or 503"),
        ({"tps": "9/s", "queue": -1}, "greater than or equal to 0"),
        ({"tps": "9/s", "burst": 0}, "greater than or equal to 1"),
        ({"tps": 9}, "not a rate"),
    ],
)
def test_what_makes_no_sense(value: object, message: str) -> None:
    """Said in plain words."""
    with pytest.raises(ValidationError, match=message):
        build("saturation", value)
