"""What a fired fault asks of a decision, and whether the decision did it."""

from __future__ import annotations

from typing import Final, get_args

from simulator.gateway.decision import Decision
from simulator.gateway.directives import Directive, Mar, Stale
from simulator.gateway.model import Booking, Status
from simulator.gateway.outcomes import Refused
from simulator.scenario.facts import Fired

_DIRECTIVES: Final = get_args(Directive)
#: Payments in these states are booked as they were taken, or will be.
_TAKES: Final = frozenset({Status.CAPTURED, Status.PROCESSING, Status.AUTHORIZED})


def directive_of(fired: Fired | None) -> Directive | None:
    """The directive for the decision, if the fault is one."""
    if fired is None or not isinstance(fired.action, _DIRECTIVES):
        return None
    directive: Directive = fired.action
    return directive


def booking_of(fired: Fired | None) -> Booking | None:
    """How the daily statement is to be wrong, if the fault is that."""
    return fired.action if fired is not None and isinstance(fired.action, Booking) else None


def is_booked(booking: Booking | None, decision: Decision) -> bool:
    """Whether a payment took money, or will, that the statement will not show as it is."""
    return any(
        payment.booking == booking and payment.status in _TAKES for payment in decision.payments
    )


def took_effect(directive: Directive | None, decision: Decision) -> bool:
    """A directive that met a refusal (a closed order, say) was not performed."""
    if decision.unheeded:
        return False
    if isinstance(directive, Stale | Mar):
        return True
    return decision.changes and not isinstance(decision.outcome, Refused)
