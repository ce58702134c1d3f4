"""The fault `webhook_stale`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.actions import AgeWebhook
from simulator.faults.catalogue import build
from simulator.faults.fault import WEBHOOKS, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """Only deliveries are stale; the timestamp says so, and the event comes again."""
    fault = build("webhook_stale", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.WEBHOOK, Effect.NONE, Seen.OK)
    assert (fault.keyed_by, fault.acts_on) == (Per.EXCHANGE, WEBHOOKS)


@pytest.mark.parametrize(("value", "seconds"), [({}, 600.0), ("1h", 3600.0), ({"age": "6m"}, 360)])
def test_what_it_performs(undrawn: Draw, value: object, seconds: float) -> None:
    """The signature is ten minutes old, or as old as it is told to be."""
    assert build("webhook_stale", value).act(undrawn) == AgeWebhook(seconds)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"age": "0s"}, "greater than 0"),
        ({"age": "10"}, "not a duration"),
        ({"by": "10s"}, "by\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("webhook_stale", value)
