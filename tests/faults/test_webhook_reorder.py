"""The fault `webhook_reorder`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.actions import HoldWebhook
from simulator.faults.catalogue import build
from simulator.faults.fault import WEBHOOKS, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """Only deliveries change places, and all of it is true."""
    fault = build("webhook_reorder", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.WEBHOOK, Effect.NONE, Seen.OK)
    assert (fault.keyed_by, fault.acts_on) == (Per.EXCHANGE, WEBHOOKS)


@pytest.mark.parametrize(
    ("value", "seconds"), [({}, 10.0), ("30s", 30.0), ({"at_most": "2m"}, 120.0)]
)
def test_what_it_performs(undrawn: Draw, value: object, seconds: float) -> None:
    """The event is held back, but not for ever."""
    assert build("webhook_reorder", value).act(undrawn) == HoldWebhook(seconds)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"at_most": "0s"}, "greater than 0"),
        ({"at_most": "10"}, "not a duration"),
        ({"by": "10s"}, "by\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("webhook_reorder", value)
