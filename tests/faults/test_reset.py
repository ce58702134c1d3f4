"""The fault `reset`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.errors import UsageError
from simulator.faults.actions import Reset
from simulator.faults.catalogue import build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """The operation is performed once, and the caller cannot know."""
    fault = build("reset", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.WIRE, Effect.ONCE, Seen.INFO)
    assert (fault.keyed_by, fault.acts_on) == (Per.EXCHANGE, ANY)


def test_what_it_performs(undrawn: Draw) -> None:
    """The connection is reset."""
    assert build("reset", None).act(undrawn) == Reset()


@pytest.mark.parametrize(
    ("value", "message"),
    [({"after": "1s"}, "after\n  Extra inputs"), ("now", "reset takes no parameters; write {}")],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises((ValidationError, UsageError), match=message):
        build("reset", value)
