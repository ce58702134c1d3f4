"""The fault `outage`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.errors import UsageError
from simulator.faults.actions import Refuse
from simulator.faults.catalogue import build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """The whole channel is gone, nothing moves, and a refused connection says so."""
    fault = build("outage", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.CHANNEL, Effect.NONE, Seen.FAIL)
    assert (fault.keyed_by, fault.operations) == (Per.EXCHANGE, ANY)


def test_what_it_performs(undrawn: Draw) -> None:
    """The channel refuses connections."""
    assert build("outage", {}).act(undrawn) == Refuse()


def test_nothing_is_as_good_as_an_empty_mapping() -> None:
    """`outage:` and `outage: {}` are the same."""
    assert build("outage", None) == build("outage", {})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"for": "5s"}, "for\\n  Extra inputs"),
        (True, "outage takes no parameters; write {}"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises((ValidationError, UsageError), match=message):
        build("outage", value)
