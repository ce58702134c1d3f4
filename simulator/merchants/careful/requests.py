"""Refunds that payers ask for in their wallets: the shop's policy, and one answer to each.

The policy is that of a shop that takes returns: what was paid within the last two weeks goes back,
no more than was paid, and nothing twice. Silence is no answer: a request that nobody answers
becomes a dispute. What was decided is on file before anything is sent, so each is answered once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from simulator.merchants.careful.records import Order, Refund, Request

#: How long after a payment it can be asked back, in seconds.
RETURNS: Final = 14 * 86_400.0
TOO_LATE: Final = "Returns are taken within 14 days of the payment."
NOT_PAID: Final = "No money of this payment is with us."


class RequestNews(msgspec.Struct):
    """A request in an event, which stands beside its payment."""

    id: str
    order_id: str
    payment: str
    amount: int
    status: str


def hear(order: Order, news: RequestNews, channel: str, wall: float) -> bool:
    """Decide on a request that was heard of, at this wall time; True if it was news.

    A yes is a refund like any other; money that is on its way back already is a yes as well.
    """
    if news.status != "open" or news.id in order.requests:
        return False
    reason = _objection(order, news, wall)
    order.requests[news.id] = Request(news.id, news.payment, channel, reason)
    if reason is None and news.payment not in order.refunds:
        refund = Refund(news.payment, channel, news.amount, request=news.id)
        order.refunds[news.payment] = refund
    return True


def to_decline(order: Order) -> Iterator[Request]:
    """The requests that wait for the shop's no."""
    return (each for each in order.requests.values() if each.reason and not each.answered)


def _objection(order: Order, news: RequestNews, wall: float) -> str | None:
    payment = order.payments.get(news.payment)
    if payment is None or payment.captured < news.amount:
        return NOT_PAID
    return TOO_LATE if wall - payment.since > RETURNS else None
