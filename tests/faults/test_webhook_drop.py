"""The fault `webhook_drop`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.errors import UsageError
from simulator.faults.actions import DropWebhook
from simulator.faults.catalogue import build
from simulator.faults.fault import WEBHOOKS, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """Only deliveries are dropped, each try by its own draw, and nothing is learnt."""
    fault = build("webhook_drop", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.WEBHOOK, Effect.NONE, Seen.INFO)
    assert (fault.keyed_by, fault.operations) == (Per.EXCHANGE, WEBHOOKS)


def test_what_it_performs(undrawn: Draw) -> None:
    """Nothing is sent."""
    assert build("webhook_drop", {}).act(undrawn) == DropWebhook()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"times": 1}, "times\\n  Extra inputs"),
        ("all", "webhook_drop takes no parameters; write {}"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises((ValidationError, UsageError), match=message):
        build("webhook_drop", value)
