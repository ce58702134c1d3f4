"""Which webhook event a change of state gives birth to."""

from __future__ import annotations

from simulator.gateway.model import Event, Payment, Refund, RefundStatus, Status
from simulator.gateway.ports import Ids


def payment_events(payments: tuple[Payment, ...], ids: Ids) -> tuple[Event, ...]:
    """One event for each payment that arrived in a status worth telling.

    A payment whose truth is hidden is announced as what is told, once it is told something.
    """
    return tuple(
        Event(
            ids.new("evt"), f"payment.{payment.shown}", payment.channel, payment.order, payment.id
        )
        for payment in payments
        if payment.shown is not Status.CREATED
    )


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
