"""Which webhook event a change of state gives birth to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.gateway.model import Event, Payment, Refund, RefundStatus, Status
from simulator.gateway.ports import Ids

_TYPES: Final[Mapping[Status, str]] = MappingProxyType(
    {status: f"payment.{status}" for status in Status}
)


def payment_events(payments: tuple[Payment, ...], ids: Ids) -> tuple[Event, ...]:
    """One event for each payment that arrived in a status worth telling.

    A payment whose truth is hidden is announced as what is told, once it is told something.
    """
    events = [
        Event(ids.new("evt"), _TYPES[shown], payment.channel, payment.order, payment.id)
        for payment in payments
        if (shown := payment.shown) is not Status.CREATED
    ]
    return tuple(events)


def refund_events(refunds: tuple[Refund, ...], ids: Ids) -> tuple[Event, ...]:
    """`refund.created` for one that is pending, else `refund.succeeded` or `refund.failed`."""
    return tuple(
        Event(
            ids.new("evt"),
            "refund.created"
            if refund.status is RefundStatus.PENDING
            else f"refund.{refund.status}",
            refund.channel,
            refund.order,
            refund.payment,
            refund.id,
        )
        for refund in refunds
    )


def thing_event(type: str, payment: Payment, thing: str, ids: Ids) -> Event:  # noqa: A002 - its word
    """An event about a thing (its id) of a payment; both must stand in the same commit."""
    return Event(ids.new("evt"), type, payment.channel, payment.order, payment.id, thing=thing)
