"""The fault `webhook_forged`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.errors import UsageError
from simulator.faults.actions import ForgeWebhook
from simulator.faults.catalogue import build
from simulator.faults.fault import WEBHOOKS, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """A forgery goes out beside the genuine event and moves no money."""
    fault = build("webhook_forged", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.WEBHOOK, Effect.NONE, Seen.OK)
    assert (fault.keyed_by, fault.operations) == (Per.EXCHANGE, WEBHOOKS)


def test_what_it_performs(undrawn: Draw) -> None:
    """A forgery is sent."""
    assert build("webhook_forged", {}).act(undrawn) == ForgeWebhook()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"type": "payment.captured"}, "type\\n  Extra inputs"),
        ("x", "webhook_forged takes no parameters; write {}"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises((ValidationError, UsageError), match=message):
        build("webhook_forged", value)
