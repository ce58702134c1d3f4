"""The lives of payments, refunds and orders, as a history tells them.

All moments are monotonic seconds, all amounts minor units. A life is built while a journal is
folded and is only read afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Final

from simulator.gateway.model import TERMINAL, Booking, RefundStatus, Status
from simulator.journal.entry import Answer, Arrival, Commit, Delivery, Exchange, Order, Shopper

#: The operations that take money or reserve it.
CHARGES: Final = frozenset({"authorize", "confirm"})
#: The operations that payers perform at the gateway's pages; no merchant answers for them.
OF_PAYERS: Final = frozenset({"authenticate", "page"})


@dataclass(slots=True)
class RefundLife:
    """One refund: `changes` are its states and when each began."""

    id: str
    payment: str
    channel: str
    amount: int
    currency: str
    reference: str | None
    changes: list[tuple[float, RefundStatus]] = field(default_factory=list)

    @property
    def accepted(self) -> float:
        """When the gateway took it on; infinity if it was refused from the start."""
        at, status = self.changes[0]
        return inf if status is RefundStatus.FAILED else at

    @property
    def failed(self) -> float:
        """When it failed; infinity if it never did."""
        return next((at for at, status in self.changes if status is RefundStatus.FAILED), inf)

    def counts(self, at: float) -> bool:
        """Whether it stood accepted and not failed at that moment."""
        return self.accepted <= at < self.failed


@dataclass(slots=True)
class Capture:
    """Money taken at a moment; `known` is K, the first moment the merchant could know of it."""

    at: float
    amount: int
    known: float = inf


@dataclass(slots=True)
class Loss:
    """What was taken from the merchant at a moment by a reversal or a dispute; it can come back."""

    at: float
    amount: int


@dataclass(slots=True)
class Notice:
    """What the merchant told the payer of an order, and when."""

    at: float
    via: str
    message: str
    reason: str | None
    next_step: str | None
    delivered: bool


@dataclass(slots=True)
class PaymentLife:
    """One payment: its states, what it took, what it held, what it gave back.

    `reference` is the order as the gateway knew it and `exchange` the one that made it. `holds`
    are the steps of its live authorization. `settled_known` is K of its terminal state. `blind` are
    stretches in which faults kept the truth about it from a merchant that asked and had not known.
    `losses` are what reversals and disputes took; what a dispute gave back is negative.
    `failure` is why it failed, or was reversed; `booking` how the statement misstates it.
    `resource` is what of a dialect it was made for, such as a payment intent.
    """

    id: str
    reference: str
    channel: str
    amount: int
    currency: str
    method: str
    token: str | None
    exchange: str
    resource: str | None = None
    states: list[tuple[float, Status]] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    holds: list[tuple[float, int]] = field(default_factory=list)
    refunds: list[RefundLife] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    failure: str | None = None
    booking: Booking | None = None
    settled_known: float = inf
    blind: tuple[tuple[float, float], ...] = ()

    @property
    def status(self) -> Status:
        """The last state."""
        return self.states[-1][1]

    @property
    def settled(self) -> float:
        """When it reached its terminal state; infinity while it is in none."""
        at, status = self.states[-1]
        return at if status in TERMINAL else inf

    @property
    def succeeded(self) -> float:
        """When it was first captured or authorized; infinity if never."""
        good = (Status.CAPTURED, Status.AUTHORIZED)
        return next((at for at, status in self.states if status in good), inf)

    def captured(self, at: float) -> int:
        """What it had taken by then."""
        return sum(capture.amount for capture in self.captures if capture.at <= at)

    def held(self, at: float) -> int:
        """What it had authorized and neither taken nor released by then."""
        amount = 0
        for moment, now in self.holds:
            if moment > at:
                break
            amount = now
        return amount

    def refunded(self, at: float) -> int:
        """The refunds that stood accepted and not failed then."""
        return sum(refund.amount for refund in self.refunds if refund.counts(at))

    def lost(self, at: float) -> int:
        """What reversals and disputes had taken by then, and not given back."""
        return sum(loss.amount for loss in self.losses if loss.at <= at)

    def net(self, at: float) -> int:
        """Captured less refunded."""
        return self.captured(at) - self.refunded(at)


@dataclass(slots=True)
class OrderLife:
    """One order: what its shopper lived, what the shop says, what the gateway did.

    `rows` are the order book's, and `row` is what they say together (see journal.rows); `payments`
    are those of all channels. `unplaced` stands in the book, and no shopper ever placed it. In a
    stray (see `History.strays`) `id` is the gateway's reference, with no shopper and no row.
    """

    id: str
    arrival: Arrival | None = None
    shopper: Shopper | None = None
    row: Order | None = None
    rows: list[Order] = field(default_factory=list)
    unplaced: bool = False
    answers: list[Answer] = field(default_factory=list)
    payments: list[PaymentLife] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def currency(self) -> str | None:
        """The currency of its price."""
        priced = self.arrival or self.row
        return priced.currency if priced else None

    @property
    def amount(self) -> int | None:
        """Its price: what the shopper ordered, whatever the book says; without one, the book's."""
        priced = self.arrival or self.row
        return priced.amount if priced else None

    @property
    def fulfilled(self) -> int:
        """How often the shop says that it was fulfilled; an order without a row never was."""
        return self.row.fulfilled if self.row else 0

    @property
    def earned(self) -> bool:
        """Whether the shop may keep its money: it was fulfilled, and a shopper had placed it."""
        return bool(self.fulfilled) and not self.unplaced

    @property
    def charges(self) -> tuple[Exchange, ...]:
        """The exchanges that tried to take money, by the time that each began."""
        found = [each for each in self.exchanges if each.operation in CHARGES]
        return tuple(sorted(found, key=lambda each: each.received))

    @property
    def own(self) -> tuple[Exchange, ...]:
        """The exchanges of the merchant itself: what payers do at pages is their own."""
        return tuple(
            each for each in self.exchanges if not each.page and each.operation not in OF_PAYERS
        )

    @property
    def own_charges(self) -> tuple[Exchange, ...]:
        """The exchanges in which the merchant itself tried to take money, by their beginning."""
        return tuple(each for each in self.charges if not each.page)

    @property
    def refunds(self) -> tuple[RefundLife, ...]:
        """The refunds of all its payments."""
        return tuple(refund for payment in self.payments for refund in payment.refunds)

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies of its payments, and its own first."""
        own = (self.currency,) if self.currency else ()
        return tuple(dict.fromkeys((*own, *(payment.currency for payment in self.payments))))

    def captured(self, at: float, currency: str) -> int:
        """What all its payments had taken by then."""
        return sum(payment.captured(at) for payment in self._in(currency))

    def refunded(self, at: float, currency: str) -> int:
        """What all its payments had given back by then: accepted and not failed."""
        return sum(payment.refunded(at) for payment in self._in(currency))

    def net(self, at: float, currency: str) -> int:
        """Captured less refunded, all channels."""
        return sum(payment.net(at) for payment in self._in(currency))

    def lost(self, at: float, currency: str) -> int:
        """What reversals and disputes had taken back by then, all channels."""
        return sum(payment.lost(at) for payment in self._in(currency))

    def kept(self, at: float, currency: str) -> int:
        """The payer's money that the merchant had: what its bank took back is not kept twice."""
        return sum(max(0, payment.net(at) - payment.lost(at)) for payment in self._in(currency))

    def held(self, at: float, currency: str) -> int:
        """Live authorizations, all channels."""
        return sum(payment.held(at) for payment in self._in(currency))

    def statement(self, at: float) -> Answer | None:
        """The last answer by then that said paid or failed; pending or an error says nothing.

        A shopper who pays again after "failed" asks anew: until that is answered, or if the answer
        says nothing, what was said of the former try no longer stands.
        """
        standing = None
        for each in self.answers:
            if each.mono > at:
                break
            if each.said in ("paid", "failed"):
                standing = each
            elif each.request == "pay" and standing is not None and standing.said == "failed":
                standing = None
        return standing

    @property
    def told_paid(self) -> float | None:
        """When its shopper was first told that it is paid."""
        return next((each.mono for each in self.answers if each.said == "paid"), None)

    def _in(self, currency: str) -> Iterator[PaymentLife]:
        return (payment for payment in self.payments if payment.currency == currency)
