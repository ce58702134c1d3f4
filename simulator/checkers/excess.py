"""Money that the merchant knows of and should not have: from when, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Final

import msgspec

from simulator.journal.history import History
from simulator.journal.lives import OrderLife, PaymentLife

#: Slack for the rounding of floating-point moments, in seconds.
_ROUNDING: Final = 1e-6


class Excess(msgspec.Struct, frozen=True):
    """A stretch in which known net money stood above a limit.

    `seconds` count only while no channel on which money was taken for the order was down, and
    faults did not keep that from a merchant that asked. `amount` is the most that stood above the
    limit.
    """

    start: float
    seconds: float
    amount: int

    def longer_than(self, limit: float) -> bool:
        """Whether it lasted for more than `limit` seconds."""
        return self.seconds > limit + _ROUNDING


def longest(history: History, order: OrderLife, currency: str, limit: int) -> Excess:
    """The longest stretch until judge time in which known net money exceeded `limit`.

    A capture counts from its K on (see journal.knowledge). A refund ends a stretch when the
    gateway accepts it; one that fails starts a new stretch, and a new clock. So does a dispute that
    the merchant wins, and what a reversal or an open dispute takes back ends one.
    """
    taken = [each for each in order.payments if each.currency == currency and each.captures]
    channels = [payment.channel for payment in taken]
    blind = [span for payment in taken for span in payment.blind]
    longest = Excess(history.judged, 0.0, 0)
    for start, end, amount in _stretches(order, currency, limit, history.judged):
        seconds = history.outages.running(channels, start, end, but=blind)
        if seconds > longest.seconds:
            longest = Excess(start, seconds, amount)
    return longest


def in_time(history: History, order: OrderLife, currency: str, limit: int, within: float) -> bool:
    """Whether money above `limit` is held at judge time that could still be given back in time.

    That is so while the merchant has known of it for no longer than `within` seconds, on the clock
    of `longest`, or could not know of it yet.
    """
    if order.net(history.judged, currency) <= limit:
        return False
    taken = [each for each in order.payments if each.currency == currency and each.captures]
    blind = [span for payment in taken for span in payment.blind]
    channels = [payment.channel for payment in taken]
    seconds = 0.0
    for start, end, _ in _stretches(order, currency, limit, history.judged):
        if end == history.judged:
            seconds = history.outages.running(channels, start, end, but=blind)
    return seconds <= within + _ROUNDING


def _stretches(
    order: OrderLife, currency: str, limit: int, judged: float
) -> Iterator[tuple[float, float, int]]:
    level, start, peak = 0, None, 0
    for at, change in sorted(_changes(order, currency)):
        if at > judged:
            break
        level += change
        if level > limit:
            start = at if start is None else start
            peak = max(peak, level - limit)
        elif start is not None:
            yield start, at, peak
            start, peak = None, 0
    if start is not None:
        yield start, judged, peak


def _changes(order: OrderLife, currency: str) -> Iterator[tuple[float, int]]:
    """What the merchant knows to change its net money, refunds before charges of one moment."""
    for payment in order.payments:
        if payment.currency != currency:
            continue
        for capture in payment.captures:
            yield capture.known, capture.amount
        for refund in payment.refunds:
            if refund.accepted < inf:  # one that was refused from the start never moved money
                yield refund.accepted, -refund.amount
                yield refund.failed, refund.amount
        yield from _losses(payment)


def _losses(payment: PaymentLife) -> Iterator[tuple[float, int]]:
    """What the payer's bank took back is not owed any more, unless it was given back before.

    A loss of money that had been refunded is the merchant's own; it makes up for nothing else.
    """
    lost = 0
    for loss in payment.losses:
        before = min(lost, max(0, payment.net(loss.at)))
        lost += loss.amount
        after = min(lost, max(0, payment.net(loss.at)))
        if after != before:
            yield loss.at, before - after
