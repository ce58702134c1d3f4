"""The fault `decline`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.failures.catalogue import FAILURES
from simulator.faults.catalogue import BY_NAME, build
from simulator.faults.fault import CHARGES, Draw, Effect, Per, Seen, Stage
from simulator.gateway import directives

DECLINES = [failure.name for failure in FAILURES if failure.declines]


def test_what_it_declares() -> None:
    """The decision is no, no money moves, and the caller is told so."""
    fault = build("decline", "insufficient_funds")

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.NONE, Seen.FAIL)
    assert fault.operations == CHARGES


@pytest.mark.parametrize(
    ("failure", "per"),
    [
        ("insufficient_funds", Per.CARD),
        ("frequency_limit_exceeded", Per.CARD),
        ("incorrect_cvc", Per.CARD),
        ("expired_card", Per.CARD),
        ("risk_blocked", Per.CARD),
        ("suspected_fraud", Per.CARD),
        ("lost_card", Per.CARD),
        ("account_closed", Per.CARD),
        ("cross_border_blocked", Per.CARD),
        ("authentication_required", Per.CARD),
        ("wallet_insufficient_balance", Per.CARD),
        ("method_temporarily_disabled", Per.CARD),
        ("do_not_honor", Per.ATTEMPT),
        ("generic_decline", Per.ATTEMPT),
        ("issuer_unavailable", Per.ATTEMPT),
        ("processing_error", Per.ATTEMPT),
        ("acquirer_unavailable", Per.ATTEMPT),
        ("gateway_maintenance", Per.ATTEMPT),
    ],
)
def test_default_key(failure: str, per: Per) -> None:
    """What sticks to a card is drawn by card; trouble that passes is drawn by attempt."""
    assert build("decline", failure).keyed_by is per


@pytest.mark.parametrize("failure", DECLINES)
def test_what_it_performs(undrawn: Draw, failure: str) -> None:
    """Each failure that a gateway can decide on is ordered by its name."""
    assert build("decline", {"failure": failure}).act(undrawn) == directives.Decline(failure)


def test_schema_lists_the_failures() -> None:
    """Editors can offer the names."""
    failure = BY_NAME["decline"].model_json_schema()["properties"]["failure"]

    assert failure["enum"] == DECLINES


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, r"failure\n  Field required"),
        (
            "insuficient_funds",
            r"no failure 'insuficient_funds' \(did you mean 'insufficient_funds'",
        ),
        ("connection_lost", "'connection_lost' is no decline"),
        ("transaction_timeout", "'transaction_timeout' is no decline"),
        ("late_success", "use a fault such as lost_reply"),
        ({"failure": "lost_card", "share": "4%"}, r"share\n  Extra inputs"),
        (51, "valid string"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("decline", value)
