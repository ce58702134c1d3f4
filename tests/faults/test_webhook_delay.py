"""The fault `webhook_delay`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.actions import DelayWebhook
from simulator.faults.catalogue import build
from simulator.faults.fault import WEBHOOKS, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """Only deliveries are delayed, and the truth arrives in the end."""
    fault = build("webhook_delay", {"by": "10s"})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.WEBHOOK, Effect.NONE, Seen.OK)
    assert (fault.keyed_by, fault.operations) == (Per.EXCHANGE, WEBHOOKS)


def test_what_it_performs(undrawn: Draw) -> None:
    """The try is sent later."""
    assert build("webhook_delay", {"by": "10s"}).act(undrawn) == DelayWebhook(10.0)


def test_scalar() -> None:
    """A bare duration is `by`."""
    assert build("webhook_delay", "10s") == build("webhook_delay", {"by": "10s"})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "by\\n  Field required"),
        ({"by": "10"}, "not a duration"),
        ({"after": "10s"}, "after\\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("webhook_delay", value)
