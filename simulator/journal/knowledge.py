"""K: the first moment at which the merchant could know what became of a payment.

Three things can tell: a reply that was sent whole and said so, a genuine webhook that was
acknowledged, and a query. Nobody has to have asked: a query would have shown a change from the
moment of the change on, unless the channel was down then (so from the end of that outage), or
faults hid it from the queries that were in fact made (so from the last of those). An accepted
refund proves that the merchant knew, too.

While a channel is down the merchant can neither ask nor refund there. Limits such as
`refund_within` are therefore counted on a clock that stands still during the outages of the
channels concerned: see `Outages.running`.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from simulator.gateway.model import Status
from simulator.journal.entry import Delivery, Exchange, Outage
from simulator.journal.lives import OrderLife, PaymentLife


class Outages:
    """When each channel was down, as intervals of monotonic time; an open one ends at infinity."""

    def __init__(self) -> None:
        self._spans: dict[str, list[tuple[float, float]]] = {}

    def add(self, line: Outage) -> None:
        """Take in a line; lines come in the order of time."""
        spans = self._spans.setdefault(line.channel, [])
        if line.state == "down":
            if not spans or spans[-1][1] < inf:
                spans.append((line.mono, inf))
        elif spans and spans[-1][1] == inf:
            spans[-1] = (spans[-1][0], line.mono)

    def of(self, channel: str) -> tuple[tuple[float, float], ...]:
        """The outages of a channel, oldest first."""
        return tuple(self._spans.get(channel, ()))

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that were ever down."""
        return tuple(self._spans)

    def reachable(self, channel: str, since: float) -> float:
        """The first moment from `since` on at which the channel was up."""
        for start, end in self.of(channel):
            if start <= since < end:
                return end
        return since

    def running(self, channels: Iterable[str], start: float, end: float) -> float:
        """Seconds from `start` to `end` in which none of `channels` was down."""
        spans = sorted(span for channel in set(channels) for span in self.of(channel))
        seconds, at = 0.0, start
        for down, up in spans:
            if down >= end:
                break
            seconds += max(0.0, down - at)
            at = max(at, up)
        return seconds + max(0.0, end - at)


def learn(order: OrderLife, outages: Outages) -> None:
    """Work out K for each capture, and for each terminal state, of an order's payments."""
    for payment in order.payments:
        for capture in payment.captures:
            shown = outages.reachable(payment.channel, capture.at)
            capture.known = _known(payment, capture.at, Status.CAPTURED, shown, order)
        if payment.settled < inf:
            shown = outages.reachable(payment.channel, payment.settled)
            payment.settled_known = _known(payment, payment.settled, payment.status, shown, order)


def tells(exchange: Exchange, payment: str, status: Status) -> bool:
    """Whether the reply was sent whole and said that this payment has this status."""
    if exchange.sent != "whole":
        return False
    if exchange.payment == payment and exchange.told == status:
        return True
    return f"{payment}:{status}" in exchange.shown


def announces(delivery: Delivery, payment: str, status: Status) -> bool:
    """Whether a webhook that a merchant must trust said that this payment has this status."""
    return (
        delivery.payment == payment
        and delivery.type == f"payment.{status}"
        and delivery.genuine
        and not delivery.stale
    )


def _known(
    payment: PaymentLife, since: float, status: Status, reachable: float, order: OrderLife
) -> float:
    replies = [
        each.mono
        for each in order.exchanges
        if each.mono >= since and tells(each, payment.id, status)
    ]
    webhooks = [
        each.mono
        for each in order.deliveries
        if each.mono >= since and each.acknowledged and announces(each, payment.id, status)
    ]
    refunds = [refund.accepted for refund in payment.refunds if refund.accepted >= since]
    blind = (each.mono for each in order.exchanges if _blinded(each, payment, since, status))
    return min([max([reachable, *blind]), *replies, *webhooks, *refunds])


def _blinded(exchange: Exchange, payment: PaymentLife, since: float, status: Status) -> bool:
    """Whether a fault kept a query that should have shown the payment's status from showing it."""
    return (
        exchange.operation == "query"
        and bool(exchange.hits)
        and exchange.refund is None
        and exchange.channel == payment.channel
        and exchange.payment in (None, payment.id)
        and exchange.received >= since
        and not tells(exchange, payment.id, status)
    )
