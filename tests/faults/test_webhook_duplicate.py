"""The fault `webhook_duplicate`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.actions import RepeatWebhook
from simulator.faults.catalogue import build
from simulator.faults.fault import WEBHOOKS, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """Copies of an event are deliveries, and move no money."""
    fault = build("webhook_duplicate", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.WEBHOOK, Effect.NONE, Seen.OK)
    assert (fault.keyed_by, fault.operations) == (Per.EXCHANGE, WEBHOOKS)


def test_what_it_performs(undrawn: Draw) -> None:
    """One copy is sent unless `times` says otherwise."""
    assert build("webhook_duplicate", {}).act(undrawn) == RepeatWebhook(1)


@pytest.mark.parametrize("value", [3, "3", {"times": 3}])
def test_times(undrawn: Draw, value: object) -> None:
    """`times` counts the copies beside the first, bare or by name."""
    assert build("webhook_duplicate", value).act(undrawn) == RepeatWebhook(3)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, "times\\n  Input should be greater than or equal to 1"),
        ({"times": 101}, "less than or equal to 100"),
        ({"times": "many"}, "valid integer"),
        ({"by": "1s"}, "by\\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("webhook_duplicate", value)
