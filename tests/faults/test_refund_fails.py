"""The fault `refund_fails`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import FailRefund
from simulator.gateway.model import RefundStatus


def test_what_it_declares() -> None:
    """In the end nothing has moved; the caller hears that it is on its way."""
    fault = build("refund_fails", {"after": "3s", "reason": "expired_card"})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.NONE, Seen.INFO)
    assert (fault.keyed_by, fault.acts_on) == (Per.CARD, {"refund"})


def test_what_it_performs(undrawn: Draw) -> None:
    """What is ordered of the gateway."""
    assert build("refund_fails", {"after": "3s", "reason": "expired_card"}).act(
        undrawn
    ) == FailRefund(3.0, "expired_card", RefundStatus.PENDING)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "after\n  Field required"),
        ({"after": "3s", "reason": "expired_crad"}, "did you mean 'expired_card'"),
        ({"after": "3s", "told": "failed"}, "told"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("refund_fails", value)


def test_it_can_be_called_done_first(undrawn: Draw) -> None:
    """The cruel kind: there is nothing to see before it fails."""
    fault = build("refund_fails", {"after": "3s", "told": "succeeded"})

    assert fault.seen is Seen.OK
    assert fault.act(undrawn) == FailRefund(3.0, "account_closed", RefundStatus.SUCCEEDED)
