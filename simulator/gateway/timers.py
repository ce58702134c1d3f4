"""What happens by itself when the moment `settles_at` of a payment or refund has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from simulator.errors import InvariantViolation
from simulator.gateway import charges
from simulator.gateway.decide import arrive
from simulator.gateway.decision import Context, Decision
from simulator.gateway.model import Payment, Refund, Status

_BY_STATUS: Final[Mapping[Status, Callable[[Payment, Context], Decision]]] = MappingProxyType(
    {
        Status.PROCESSING: charges.settle,
        Status.AUTHORIZED: charges.settle,
    }
)


def ring(thing: Payment | Refund, context: Context) -> Decision:
    """What becomes of a payment or refund whose moment has come.

    Raises InvariantViolation for a payment in a status in which nothing happens by itself.
    """
    if isinstance(thing, Refund):
        return arrive(thing, context)
    happens = _BY_STATUS.get(thing.status)
    if happens is None:
        raise InvariantViolation(f"{thing.id} is {thing.status} and waits for nothing")
    return happens(thing, context)
