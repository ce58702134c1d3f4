"""What the shop knows of an order: facts only, all of them persisted, and what follows from them.

Everything that is learnt of a payment, by a reply, a query or a webhook, is merged in one way:
knowledge only grows (captured beats failed beats processing). So it does not matter in which order
the news arrives, how often, or whether a query still shows an older state.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

PENDING, PAID, FAILED = "pending", "paid", "failed"
#: The state of a payment that the gateway sends again by itself: neither paid nor failed.
RETRYING: Final = "retrying"
#: Declines that say nothing of the payer, and whose money is known not to have moved: this channel
#: cannot charge now, and another may be used at once.
OF_THE_CHANNEL: Final = frozenset({"gateway_maintenance", "acquirer_unavailable"})

_RANKS: Final = {"authorized": 1, "failed": 2, "canceled": 2, "expired": 2, "captured": 3}
_TERMINAL: Final = 2
SORRY: Final = "The payment could not be made. Nothing was charged; please try again later."


class Attempt(msgspec.Struct):
    """One try to charge on one channel, under one idempotency key however often it is sent.

    `doubts` counts the requests whose answer did not say what became of them. It is raised and
    persisted before a request leaves, so that a crash leaves a doubt and never a lost charge.
    """

    number: int
    turn: int  # which of the payer's tries this belongs to, from 1
    channel: str
    key: str
    method: dict[str, Any]  # never holds a card number, see `without_card`
    doubts: int = 0
    sent: int = 0  # requests that may have reached the gateway
    over: bool = False
    outcome: str = ""  # once over: captured, declined, stopped, unsent, denied or rejected
    handle: str = ""  # what the gateway calls it, where it has to be made before it is charged


class Payment(msgspec.Struct):
    """One payment at the gateway, as far as is known; `attempt` is 0 if it is nobody's.

    `charge` is the gateway's name for what took its money, where that has one of its own.
    """

    id: str
    channel: str
    status: str
    captured: int = 0
    attempt: int = 0
    message: str | None = None
    next_action: dict[str, Any] | None = None
    failure: str | None = None
    reversed: int = 0  # what its issuer took back
    since: float = 0.0  # wall time at which it was first known to be captured
    charge: str | None = None

    @property
    def terminal(self) -> bool:
        """Whether nothing more can become of it, if what we were told is true."""
        return _RANKS.get(self.status, 0) >= _TERMINAL


class Refund(msgspec.Struct):
    """Money that goes back. Reference and key follow from the payment: there is only one."""

    payment: str
    channel: str
    amount: int
    round: int = 1  # a refund that failed at the gateway is followed by one of the next round
    id: str | None = None
    status: str = "due"  # due, pending, succeeded
    failed: list[str] = msgspec.field(default_factory=list)  # ids of those that came back
    request: str | None = None  # the payer's own request, which it answers

    @property
    def route(self) -> str:
        """The way back: where one refund failed the next would, too, so that one goes elsewhere."""
        return "original" if self.round == 1 else "bank_transfer"

    @property
    def reference(self) -> str:
        """The name under which the gateway makes it once only; also its idempotency key."""
        return f"refund-{self.payment}" + (f"-{self.round}" if self.round > 1 else "")

    @property
    def accepted(self) -> bool:
        """Whether the gateway has taken it on."""
        return self.status in {"pending", "succeeded"}


class Dispute(msgspec.Struct):
    """A payment that its payer's bank wants back: opened, under_review, won or lost."""

    id: str
    payment: str
    channel: str
    status: str
    answered: bool = False  # evidence was sent, or the dispute was accepted


class Request(msgspec.Struct):
    """A payer asked for money back in the wallet; a `reason` is why the answer is no."""

    id: str
    payment: str
    channel: str
    reason: str | None = None
    answered: bool = False  # the no was sent; a yes is a refund


class Order(msgspec.Struct):
    """One order with everything that happened to its money. Amounts are minor units.

    `version` is that of the order book: see `orders`.
    """

    id: str
    amount: int
    currency: str
    method: dict[str, Any]
    payer: dict[str, Any] = msgspec.field(default_factory=dict)
    product: str | None = None
    status: str = PENDING
    message: str = ""
    turn: int = 1
    fulfilled: int = 0
    paid_by: str | None = None
    attempts: list[Attempt] = msgspec.field(default_factory=list)
    payments: dict[str, Payment] = msgspec.field(default_factory=dict)
    refunds: dict[str, Refund] = msgspec.field(default_factory=dict)
    closed: list[str] = msgspec.field(default_factory=list)  # channels that take it no more
    disputes: dict[str, Dispute] = msgspec.field(default_factory=dict)
    requests: dict[str, Request] = msgspec.field(default_factory=dict)
    told: list[str] = msgspec.field(default_factory=list)  # topics that the payer has heard of
    version: int = 0

    @property
    def amount_refunded(self) -> int:
        """What the gateway has agreed to give back."""
        return sum(refund.amount for refund in self.refunds.values() if refund.accepted)

    @property
    def in_book(self) -> str:
        """The status in the order book: one that was paid and given back is `refunded`."""
        back = self.refunds.get(self.paid_by or "")
        whole = back is not None and back.accepted and back.amount >= self.amount
        return "refunded" if self.status == PAID and whole else self.status

    @property
    def current(self) -> Attempt | None:
        """The attempt that is not over, if there is one."""
        return next((attempt for attempt in reversed(self.attempts) if not attempt.over), None)

    @property
    def may_be_paid_again(self) -> bool:
        """Whether the payer may try once more: only after a failure, and when nothing is open."""
        return self.status == FAILED and self.current is None

    @property
    def this_turn(self) -> list[Attempt]:
        """The attempts of the payer's present try."""
        return [attempt for attempt in self.attempts if attempt.turn == self.turn]

    @property
    def charged_channels(self) -> list[str]:
        """Every channel that may hold money of this order."""
        reached = [attempt.channel for attempt in self.attempts if attempt.sent]
        return list(dict.fromkeys(reached + [pay.channel for pay in self.payments.values()]))

    def called(self, name: str) -> Payment | None:
        """The payment with this id, or whose charge has it."""
        known = self.payments.get(name)
        return known or next((each for each in self.payments.values() if each.charge == name), None)

    def attempts_on(self, channel: str) -> list[Attempt]:
        """The attempts of which something may be known on a channel."""
        return [each for each in self.attempts if each.channel == channel and each.sent]

    def channel_of(self, handle: str) -> str:
        """The channel of the attempt that the gateway calls so; empty if there is none."""
        return next((each.channel for each in self.attempts if each.handle == handle), "")

    def open_payment(self, attempt: Attempt) -> Payment | None:
        """A payment of this attempt that is known and still under way."""
        mine = (pay for pay in self.payments.values() if pay.attempt == attempt.number)
        return next((pay for pay in mine if not pay.terminal), None)

    def must_prove(self, attempt: Attempt) -> bool:
        """Whether an issuer has refused to charge an earlier attempt without a proof of who pays.

        It follows from what is over and never changes, so that a repeated request is the same.
        """
        return any(
            payment.failure == "authentication_required" and 0 < payment.attempt < attempt.number
            for payment in self.payments.values()
        )

    def begin(self, channel: str) -> Attempt:
        """A new attempt with a key of its own."""
        number = len(self.attempts) + 1
        attempt = Attempt(number, self.turn, channel, f"{self.id}-{number}", self.method)
        self.attempts.append(attempt)
        return attempt

    def learn(self, seen: Payment) -> bool:
        """Merge what was learnt of a payment; True if it was news."""
        known = self.payments.get(seen.id)
        if known is None:
            if not seen.attempt:
                seen.attempt = self._whose(seen.channel)
            self.payments[seen.id] = seen
            return True
        if _another_charge(known, seen):
            return self.learn(msgspec.structs.replace(seen, id=seen.charge or seen.id, attempt=0))
        news = seen.reversed > known.reversed
        known.reversed = max(known.reversed, seen.reversed)
        if _RANKS.get(seen.status, 0) > _RANKS.get(known.status, 0):
            known.status, known.captured = seen.status, seen.captured
            known.message, known.next_action = seen.message or known.message, None
            known.failure, known.since = seen.failure, seen.since
            known.charge = seen.charge or known.charge
            return True
        if not known.terminal and not seen.terminal:
            known.status, known.next_action = seen.status, seen.next_action
        return news

    def outdated(self, channel: str, seen: Iterable[Payment]) -> bool:
        """Whether a query's answer is older than what is known: then it proves nothing."""
        shown = {payment.id: _RANKS.get(payment.status, 0) for payment in seen}
        return any(
            shown.get(known.id, -1) < _RANKS.get(known.status, 0)
            for known in self.payments.values()
            if known.channel == channel
        )

    def _whose(self, channel: str) -> int:
        """The attempt behind a payment that was found by asking: the open one of that channel."""
        current = self.current
        return current.number if current and current.channel == channel and current.sent else 0


def _another_charge(known: Payment, seen: Payment) -> bool:
    """Whether money was taken twice for what is one payment: each charge is one of its own then."""
    both = known.status == seen.status == "captured"
    return both and None not in (known.charge, seen.charge) and known.charge != seen.charge


def conclude(order: Order) -> None:
    """Draw every conclusion from the facts: pay, fulfil, owe a refund, end attempts, fail.

    Deciding and booking are one step without a pause, so an order is fulfilled exactly once.
    """
    if order.status == PENDING:
        _accept_payment(order)
    for payment in order.payments.values():
        if payment.status == "captured" and payment.id not in (order.paid_by, *order.refunds):
            order.refunds[payment.id] = Refund(payment.id, payment.channel, payment.captured)
    for attempt in order.attempts:
        if not attempt.over:
            _end_attempt(order, attempt)
    if order.status == PENDING and order.this_turn:
        last = order.this_turn[-1]
        if last.over and last.outcome in {"captured", "declined", "rejected"}:
            fail(order, _reason(order, last))


def fail(order: Order, message: str) -> None:
    """Tell the payer no. Only called when every attempt of this turn is over without money."""
    order.status = FAILED
    order.message = message


def _accept_payment(order: Order) -> None:
    for payment in order.payments.values():
        full = payment.status == "captured" and payment.captured == order.amount
        if full and not payment.reversed and payment.id not in order.refunds:
            order.status, order.paid_by = PAID, payment.id
            order.message = "Thank you, the payment was made."
            order.fulfilled += 1
            return


def _end_attempt(order: Order, attempt: Attempt) -> None:
    mine = [pay for pay in order.payments.values() if pay.attempt == attempt.number]
    statuses = {pay.status for pay in mine}
    if not mine or not ("captured" in statuses or all(pay.terminal for pay in mine)):
        return
    attempt.over, attempt.doubts = True, 0
    if "captured" in statuses:
        attempt.outcome = "captured"
    elif all(pay.failure in OF_THE_CHANNEL for pay in mine):
        attempt.outcome = "unavailable"
    else:
        attempt.outcome = "declined" if "failed" in statuses else "stopped"


def _reason(order: Order, attempt: Attempt) -> str:
    mine = (pay for pay in order.payments.values() if pay.attempt == attempt.number)
    told = next((pay.message for pay in mine if pay.message), None)
    if attempt.outcome == "captured":
        return "Not the whole amount was charged; it is being paid back."
    return told or order.message or SORRY


def without_card(method: dict[str, Any]) -> dict[str, Any]:
    """The payment method as it may be written down: a card number never is, nor its code."""
    return {name: value for name, value in method.items() if name != "card"}
