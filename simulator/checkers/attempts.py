"""What a merchant could conclude from the replies to its charges.

A reply is one of four:

- `done`: it says how the attempt ended (captured, authorized, or declined, see `is_decline`);
- `spared`: it says that this request charged nothing (400-409, 422, 429, 503);
- `pending`: the payment was made without `confirm` (`created`), and takes nothing by itself;
- `info`: nobody can tell: no answer, a torn one, 500, 502, 504, or a payment under way. One that
  waits for its payer's proof (`requires_action`) is under way, too: the payer may give it at any
  moment, so whoever charges anew without a cancel may charge twice.

An **effort** is one intention to charge: all requests of one idempotency key on one channel, all
confirmations of one payment, or a single request without a key. Where a merchant makes something
first and charges for that (a payment intent), all tries to charge for it are one, under whatever
keys, up to the first that ends: it is paid once only. An effort is open from its first reply
that is info (or while its request is on its way) until something conclusive comes: an answered
replay under its key, a query or a genuine webhook that shows its payment ended, an accepted
cancel of that payment, or of the order on that channel. A query that finds nothing proves
nothing, for the first request may still be under way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Final

from simulator.gateway.model import TERMINAL, Status
from simulator.journal.entry import Delivery, Exchange
from simulator.journal.lives import OrderLife

#: States that tell a merchant how its charge ended.
_ENDED: Final = frozenset(str(status) for status in (*TERMINAL, Status.AUTHORIZED))
_IDLE: Final = frozenset({str(Status.CREATED)})
_CANCELED: Final = f".{Status.CANCELED}"
_ENDING_EVENTS: Final = frozenset(f"payment.{status}" for status in _ENDED)


def reading(exchange: Exchange) -> str:
    """What the reply to a charge tells: done, spared, pending or info."""
    status = exchange.status
    if exchange.sent != "whole" or status is None:
        return "info"
    if is_decline(exchange):
        return "info" if exchange.retry == "query" else "done"
    if status < 300:
        if exchange.told in _ENDED:
            return "done"
        return "pending" if exchange.told in _IDLE else "info"
    return "spared" if status < 500 or status == 503 else "info"


def is_decline(exchange: Exchange) -> bool:
    """Whether a charge was answered, whole, with a decline.

    That is a 402. A dialect of its own may have other answers for some declines, such as a 400 for
    a method that the payer's country lacks; they hold the payment, which has failed.
    """
    if exchange.sent != "whole" or exchange.status is None or exchange.status < 400:
        return False
    return exchange.status == 402 or exchange.told == Status.FAILED


@dataclass(slots=True)
class Effort:
    """One intention to charge; `ended` is when something conclusive came, infinity if never.

    `resource` is what it is to be charged for, where that was made first.
    """

    channel: str
    resource: str | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    payments: set[str] = field(default_factory=set)
    ended: float = inf

    @property
    def amount(self) -> int | None:
        """What it wants to charge, if the requests said."""
        return next((each.amount for each in self.exchanges if each.amount is not None), None)

    @property
    def is_done(self) -> bool:
        """Whether its last reply told how it ended."""
        return reading(self.exchanges[-1]) == "done"

    def open_since(self, at: float) -> float | None:
        """The start of a request of it that is still in doubt at that moment, or None."""
        if self.ended <= at:
            return None
        doubtful = (
            each.received
            for each in self.exchanges
            if each.received < at and (each.mono > at or reading(each) == "info")
        )
        return min(doubtful, default=None)


def efforts(order: OrderLife) -> tuple[Effort, ...]:
    """The efforts to charge an order, in the order in which they began."""
    made = _Made(order)
    found: list[Effort] = []
    latest: dict[tuple[str, ...], Effort] = {}
    for exchange in order.own_charges:
        resource = made.resource(exchange)
        intention = _intention(exchange, resource)
        effort = latest.get(intention)
        if effort is None or (resource and effort.is_done and not exchange.replay):
            effort = latest[intention] = Effort(exchange.channel, resource)
            found.append(effort)
        effort.exchanges.append(exchange)
        effort.payments |= made.payments(exchange, effort)
    for effort in found:
        effort.ended = min(
            _by_reply(effort), _by_exchange(effort, order.exchanges), _by_webhook(effort, order)
        )
    return tuple(found)


class _Made:
    """What the charges of an order made: payments, and for what."""

    def __init__(self, order: OrderLife) -> None:
        self._by: dict[str, set[str]] = {}
        self._for: dict[str, str | None] = {}
        self._makers: dict[str, str] = {}
        self._own = {each.id for each in order.own_charges}
        for payment in order.payments:
            self._by.setdefault(payment.exchange, set()).add(payment.id)
            self._for[payment.exchange] = payment.resource
            self._makers[payment.id] = payment.exchange

    def resource(self, exchange: Exchange) -> str | None:
        """What a charge is for; one that makes it, too, is known by what came of it."""
        return exchange.resource or self._for.get(exchange.id)

    def payments(self, exchange: Exchange, effort: Effort) -> set[str]:
        """The payments that an exchange is about, but for those that another effort made."""
        found = set(self._by.get(exchange.id, ()))
        if exchange.payment and reading(exchange) != "spared":
            maker = self._makers.get(exchange.payment, "")
            if maker not in self._own or any(each.id == maker for each in effort.exchanges):
                found.add(exchange.payment)
        return found


def _intention(exchange: Exchange, resource: str | None) -> tuple[str, ...]:
    if resource:
        return (exchange.channel, "resource", resource)
    if exchange.operation == "confirm" and exchange.payment:
        return (exchange.channel, "payment", exchange.payment)
    if exchange.key:
        return (exchange.channel, "key", exchange.key)
    return (exchange.channel, "request", exchange.id)


def _by_reply(effort: Effort) -> float:
    return min((each.mono for each in effort.exchanges if reading(each) == "done"), default=inf)


def _by_exchange(effort: Effort, exchanges: Iterable[Exchange]) -> float:
    """When a query showed the end of it, or a cancel made it end."""
    return min(
        (
            each.mono
            for each in exchanges
            if each.channel == effort.channel
            and each.sent == "whole"
            and each.status == 200
            and (_shows(each, effort.payments) or _closes(each, effort.payments))
        ),
        default=inf,
    )


def _shows(exchange: Exchange, payments: set[str]) -> bool:
    if exchange.operation != "query":
        return False
    if exchange.payment in payments and exchange.told in _ENDED:
        return True
    pairs = (each.rpartition(":") for each in exchange.shown)
    return any(payment in payments and status in _ENDED for payment, _, status in pairs)


def _closes(exchange: Exchange, payments: set[str]) -> bool:
    if exchange.operation != "cancel":
        return False
    return exchange.payment is None or exchange.payment in payments


def _by_webhook(effort: Effort, order: OrderLife) -> float:
    return min((_heard(each) for each in order.deliveries if _ends(each, effort)), default=inf)


def _ends(delivery: Delivery, effort: Effort) -> bool:
    if not delivery.genuine or delivery.stale or not delivery.sent:
        return False
    gone = effort.resource is not None and delivery.thing == effort.resource
    if gone and delivery.type.endswith(_CANCELED):
        return True
    return delivery.payment in effort.payments and delivery.type in _ENDING_EVENTS


def _heard(delivery: Delivery) -> float:
    """The moment from which the merchant may have read it: it can act before it acknowledges."""
    return delivery.mono - delivery.took
