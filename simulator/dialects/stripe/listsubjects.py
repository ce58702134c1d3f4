"""Which order a list is about, as scenarios and the journal see it: that of the filter."""

from __future__ import annotations

from typing import Final

from simulator.dialects.stripe.names import payment_of
from simulator.gateway.commands import Call
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject

_QUERY: Final = "query"


def of_filtered(call: Call, snapshot: Snapshot) -> Subject:
    """What belongs to one intent or charge belongs to its order; other lists are about none."""
    intent = snapshot.resource(call.params.payment_intent or "")
    if intent is not None:
        last = snapshot.payment(intent.payment) if intent.payment else None
        return Subject(_QUERY, intent.order, last)
    charge = getattr(call.params, "charge", None)
    payment = snapshot.payment(payment_of(charge)) if charge else None
    return Subject(_QUERY, payment.order if payment else "", payment)
