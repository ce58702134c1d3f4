"""What happens by itself when the moment `settles_at` of a payment, refund or thing has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from simulator.errors import InvariantViolation
from simulator.gateway import (
    cancels,
    challenges,
    charges,
    disputes,
    refundrequests,
    resends,
    resources,
    retrying,
    reviews,
    wallets,
)
from simulator.gateway.aftermath import befall, fade
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.result import Flow
from simulator.gateway.decision import Context, Decision
from simulator.gateway.model import Payment, Refund, Status
from simulator.gateway.refunds import arrive
from simulator.gateway.things import Dispute, RefundRequest, Resource, Thing


def _hold_ends(payment: Payment, context: Context) -> Decision:
    """An authorization is captured late, or taken back by its issuer, or its time is over.

    A capture that is under way comes first; what is in store for the money befalls it then.
    """
    if cancels.lapses(payment):
        return cancels.lapse(payment, context)
    is_captured = payment.settles_amount is not None or payment.aftermath is None
    return (charges.settle if is_captured else befall)(payment, context)


_BY_STATUS: Final[Mapping[Status, Callable[[Payment, Context], Decision]]] = MappingProxyType(
    {
        Status.REQUIRES_ACTION: challenges.expire,
        Status.PROCESSING: reviews.settle,
        Status.RETRYING: retrying.try_again,
        Status.AUTHORIZED: _hold_ends,
        Status.CAPTURED: befall,
        Status.FAILED: fade,
        Status.CANCELED: fade,
    }
)
#: Things that change by themselves.
_BY_THING: Final[Mapping[type, Callable[[Any, Context], Decision]]] = MappingProxyType(
    {
        Authentication: challenges.lapse,
        Dispute: disputes.decide,
        RefundRequest: refundrequests.expire,
        Resource: resources.ripen,
    }
)


def heard(payment: Payment, context: Context) -> Decision | None:
    """What a payment does when the merchant has acknowledged its last news; None if nothing."""
    decision = retrying.heard(payment, context)
    return None if decision is None else wallets.carry(decision, context)


def settles_at(thing: Payment | Refund | Thing) -> float | None:
    """The account clock's wall time at which something happens to it by itself, if anything."""
    at: float | None = getattr(thing, "settles_at", None)  # not every kind of thing has that
    return at


def may_move_money(thing: Payment | Refund | Thing | None) -> bool:
    """Whether what will happen by itself may move money.

    A payer who never comes back only lets a payment expire, and a hold that lingers, or that ends
    because nobody captures it, is no money of the merchant's; nobody waits for these, nor for what
    a bank may decide about a dispute.
    """
    if isinstance(thing, Payment) and (thing.lingers or cancels.lapses(thing)):
        return False
    if isinstance(thing, Payment):
        waits = thing.status is Status.REQUIRES_ACTION
        return resends.may_capture(thing) and (not waits or _resolves_by_itself(thing))
    return isinstance(thing, Refund)


def _resolves_by_itself(payment: Payment) -> bool:
    """Whether the payer approves elsewhere, and no act at a page is waited for."""
    proof = payment.authentication
    return proof is not None and proof.flow is Flow.DECOUPLED


def ring(thing: Payment | Refund | Thing, context: Context) -> Decision:
    """What becomes of a payment, refund or thing whose moment has come.

    Raises InvariantViolation for one to which nothing happens by itself as it now is.
    """
    return wallets.carry(_ring(thing, context), context)


def _ring(thing: Payment | Refund | Thing, context: Context) -> Decision:
    if isinstance(thing, Refund):
        return arrive(thing, context)
    if isinstance(thing, Payment):
        happens = _BY_STATUS.get(thing.status)
        if happens is None:
            raise InvariantViolation(f"{thing.id} is {thing.status} and waits for nothing")
        return happens(thing, context)
    changes = _BY_THING.get(type(thing))
    if changes is None:
        raise InvariantViolation(f"{thing.id} waits for nothing")
    return changes(thing, context)
