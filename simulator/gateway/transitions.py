"""Which status may follow which. The one table by which payments move."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator.errors import InvariantViolation
from simulator.gateway.model import Payment, Status

_OPEN_ENDS = frozenset({Status.FAILED, Status.CANCELED, Status.EXPIRED})
_TAKEN = frozenset({Status.AUTHORIZED, Status.CAPTURED})
_UNDER_WAY = frozenset({Status.PROCESSING, Status.RETRYING})

TRANSITIONS: Final = MappingProxyType(
    {
        Status.CREATED: _OPEN_ENDS | _TAKEN | _UNDER_WAY | {Status.REQUIRES_ACTION},
        Status.REQUIRES_ACTION: _OPEN_ENDS | _TAKEN | _UNDER_WAY,
        Status.PROCESSING: _OPEN_ENDS | _TAKEN | {Status.RETRYING},
        Status.RETRYING: _OPEN_ENDS | _TAKEN,
        Status.AUTHORIZED: frozenset({Status.CAPTURED, Status.CANCELED, Status.EXPIRED}),
        Status.CAPTURED: frozenset(),
        Status.FAILED: frozenset(),
        Status.CANCELED: frozenset(),
        Status.EXPIRED: frozenset(),
    }
)


def may(before: Status, after: Status) -> bool:
    """Whether a payment may go from `before` to `after`."""
    return after in TRANSITIONS[before]


def move(payment: Payment, after: Status, **changes: Any) -> Payment:
    """The payment in its next status, with other fields changed too.

    Raises InvariantViolation for a step that the table forbids: callers ask `may` first.
    """
    if not may(payment.status, after):
        raise InvariantViolation(f"{payment.id} may not go from {payment.status} to {after}")
    return msgspec.structs.replace(payment, status=after, **changes)
