"""The fault `stale_read`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.errors import UsageError
from simulator.faults.catalogue import build
from simulator.faults.fault import QUERIES, Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import Stale


def test_what_it_declares() -> None:
    """Only queries are falsified, and the answer looks like any other."""
    fault = build("stale_read", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.NONE, Seen.OK)
    assert (fault.keyed_by, fault.operations) == (Per.EXCHANGE, QUERIES)


def test_what_it_performs(undrawn: Draw) -> None:
    """The gateway is ordered to answer from the past."""
    assert build("stale_read", {}).act(undrawn) == Stale()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"by": "5s"}, "by\\n  Extra inputs"),
        ("1s", "stale_read takes no parameters; write {}"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises((ValidationError, UsageError), match=message):
        build("stale_read", value)
