"""How soon a merchant tried or asked again: Retry-After, backoff, polling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import msgspec

from simulator.checkers.attempts import is_decline, reading
from simulator.journal.entry import Exchange
from simulator.journal.lives import CHARGES, OrderLife

#: A wait counts as kept from this share of it on: clocks and timers are not exact.
_KEPT: Final = 0.9


class Retry(msgspec.Struct, frozen=True):
    """A charge sent again after technical trouble; `waited` seconds, after trouble of a `kind`.

    `kind` is the status that was answered, or `cut` where no whole answer came.
    """

    order: OrderLife
    channel: str
    kind: str
    waited: float


def retries(order: OrderLife) -> Iterator[Retry]:
    """The charges of an order that followed technical trouble on the same channel.

    After a whole answer the wait runs from its end; after a cut connection or a timeout from the
    start of that request, for only the merchant knows when it gave up. What the shopper asked
    for in between is no retry of the merchant.
    """
    for earlier, later in _pairs(order.own_charges):
        kind = _trouble(earlier)
        if kind is None or payer_acted(order, earlier.received, later.received):
            continue
        since = earlier.received if kind == "cut" else min(earlier.mono, later.received)
        yield Retry(order, earlier.channel, kind, later.received - since)


def too_soon(waited: float, limit: float) -> bool:
    """Whether a wait fell short of its limit by more than clocks can explain."""
    return waited < limit * _KEPT


def payer_acted(order: OrderLife, since: float, until: float) -> bool:
    """Whether the shopper asked to pay between two moments: then it is not the merchant's retry."""
    return any(
        answer.request in ("create", "pay") and since <= answer.sent <= until
        for answer in order.answers
    )


def ignored_retry_after(order: OrderLife) -> Iterator[tuple[Exchange, float]]:
    """Answers with Retry-After after which the same thing was asked too soon, and how soon.

    A charge that the shopper asked for in between is no haste of the merchant's, and an answer that
    was only repeated for its key tried nothing. A decline binds the card that was declined.
    """
    for earlier, later in _pairs(order.own, by_operation=True):
        wait = earlier.retry_after
        waited = later.received - earlier.mono
        if later.operation in CHARGES and payer_acted(order, earlier.received, later.received):
            continue
        if later.replay or (is_decline(earlier) and later.token != earlier.token):
            continue
        told = wait is not None and earlier.sent == "whole" and waited >= 0
        if wait is not None and told and too_soon(waited, wait):
            yield earlier, waited


def quick_polls(order: OrderLife, poll_every: float) -> int:
    """How many queries followed another one of the same subject and channel too soon.

    A subject is the order, or one of its payments or refunds.
    A merchant may look once at whatever a webhook announces, so the order's webhooks are taken
    off the number.
    """
    queries = [each for each in order.exchanges if each.operation == "query"]
    by_subject: defaultdict[tuple[str, ...], list[float]] = defaultdict(list)
    for query in queries:
        subject = (query.channel, query.payment or "", query.refund or "")
        by_subject[subject].append(query.received)
    quick = sum(
        too_soon(later - earlier, poll_every)
        for moments in by_subject.values()
        for earlier, later in pairwise(sorted(moments))
    )
    heard = sum(1 for delivery in order.deliveries if delivery.sent)
    return max(0, quick - heard)


def _trouble(exchange: Exchange) -> str | None:
    """The kind of technical trouble that a charge met; None if it met none."""
    if exchange.sent != "whole" or exchange.status is None:
        return "cut"
    if reading(exchange) == "info" or exchange.status in (429, 503):
        return str(exchange.status) if exchange.status >= 400 else None
    return None


def _pairs(
    exchanges: tuple[Exchange, ...] | list[Exchange], *, by_operation: bool = False
) -> Iterator[tuple[Exchange, Exchange]]:
    """Each exchange with the next one on its channel (and of its operation, or of any charge)."""
    lanes: defaultdict[tuple[str, str], list[Exchange]] = defaultdict(list)
    for exchange in exchanges:
        charge = "charge" if exchange.operation in CHARGES else exchange.operation
        lane = charge if by_operation else ""
        lanes[exchange.channel, lane].append(exchange)
    for lane_exchanges in lanes.values():
        yield from pairwise(sorted(lane_exchanges, key=lambda each: each.received))
