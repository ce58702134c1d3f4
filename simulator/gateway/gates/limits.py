"""Gate: limits of the profile."""

from __future__ import annotations

from simulator.gateway.decision import Context
from simulator.gateway.directives import Decline
from simulator.gateway.model import Payment


def gate(payment: Payment, context: Context) -> Decline | None:
    """What the profile's limits have against this payment."""
    return None
