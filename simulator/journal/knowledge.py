"""K: the first moment at which the merchant could know what became of a payment.

Three things can tell: a reply that was sent whole and said so, a genuine webhook that was
acknowledged, and a query. Nobody has to have asked: a query would have shown a change from the
moment of the change on, unless the channel was down then (so from the end of that outage). An
accepted refund proves that the merchant knew, too.

While a channel is down the merchant can neither ask nor refund there. Limits such as
`refund_within` are therefore counted on a clock that stands still during the outages of the
channels concerned (see `Outages.running`), and while the merchant was blinded: it asked, a fault
falsified or withheld the answer, and nothing had told it before. A merchant that asks again soon
and is blinded again was blinded in between; one that does not ask is blinded by nothing but itself.
A delay hides nothing: who waits for the answer hears the truth.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Final

from simulator.gateway.model import Status
from simulator.journal.entry import Delivery, Exchange, Hit, Outage
from simulator.journal.lives import OrderLife, PaymentLife

#: Two blinded queries at most so many seconds apart are one stretch of looking in vain.
_LOOKING: Final = 5.0

_Span = tuple[float, float]


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

    def boot(self, mono: float) -> None:
        """The gateway started again: all its channels are up."""
        for spans in self._spans.values():
            if spans and spans[-1][1] == inf:
                spans[-1] = (spans[-1][0], mono)

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

    def running(
        self, channels: Iterable[str], start: float, end: float, *, but: Iterable[_Span] = ()
    ) -> float:
        """Seconds from `start` to `end` in which none of `channels` was down, `but` left out."""
        downs = (span for channel in set(channels) for span in self.of(channel))
        spans = sorted((*downs, *but))
        seconds, at = 0.0, start
        for down, up in spans:
            if down >= end:
                break
            seconds += max(0.0, down - at)
            at = max(at, up)
        return seconds + max(0.0, end - at)


def learn(order: OrderLife, outages: Outages) -> None:
    """Work out K for each capture, and for each terminal state, of an order's payments.

    Sets `blind` of each payment, too.
    """
    for payment in order.payments:
        blind: set[_Span] = set()
        for capture in payment.captures:
            capture.known, spans = _known(payment, capture.at, Status.CAPTURED, order, outages)
            blind.update(spans)
        if payment.settled < inf:
            since, status = payment.settled, payment.status
            payment.settled_known, spans = _known(payment, since, status, order, outages)
            blind.update(spans)
        payment.blind = tuple(sorted(blind))


def tells(exchange: Exchange, payment: str, status: Status) -> bool:
    """Whether the merchant got a reply that was sent whole and said that this is its status."""
    if exchange.sent != "whole" or exchange.page:
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
    payment: PaymentLife, since: float, status: Status, order: OrderLife, outages: Outages
) -> tuple[float, list[_Span]]:
    """K of a change, and the stretches in which a merchant that asked was blinded to it."""
    told = _told(payment, since, status, order)
    blind = _blind(payment, since, status, order)
    known = min(told, outages.reachable(payment.channel, since))
    return known, [(start, min(end, told)) for start, end in blind if start < told]


def _told(payment: PaymentLife, since: float, status: Status, order: OrderLife) -> float:
    """When somebody told the merchant, or it acted on it; infinity if never."""
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
    return min([*replies, *webhooks, *refunds], default=inf)


def _blind(payment: PaymentLife, since: float, status: Status, order: OrderLife) -> list[_Span]:
    """From each blinded query's start to its end, those that followed soon put together."""
    spans: list[_Span] = []
    queries = (each for each in order.exchanges if _blinded(each, payment, since, status))
    for start, end in sorted((each.received, each.mono) for each in queries):
        if spans and start - spans[-1][1] <= _LOOKING:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return spans


def _blinded(exchange: Exchange, payment: PaymentLife, since: float, status: Status) -> bool:
    """Whether a fault kept a query that should have shown the payment's status from showing it."""
    return (
        exchange.operation == "query"
        and any(map(_hides, exchange.hits))
        and exchange.refund is None
        and exchange.channel == payment.channel
        and exchange.payment in (None, payment.id)
        and exchange.received >= since
        and not tells(exchange, payment.id, status)
    )


def _hides(hit: Hit) -> bool:
    """Whether a fault falsifies an answer or keeps it back; one that only delays it does neither.

    What an answer says is decided in the stage of that name; whoever can learn nothing, or only
    that the request was refused, was not answered.
    """
    return hit.stage == "decide" or hit.seen in ("fail", "info")
