"""What a payer has to hear of an order, from when on, and what fits.

A duty arises when something has happened that the payer does not expect: a payment failed, an order
failed without one, the result is long in coming, money goes back, a refund did not arrive. What
fits is the catalogue's word: the failure's name as the reason, and one of its next steps. A reason
that must stay hidden is told as none, or as a general decline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import Final

import msgspec

from simulator.failures.catalogue import BY_NAME, FAILURES
from simulator.failures.failure import Category, Failure, NextStep
from simulator.gateway.model import Status
from simulator.journal.lives import Notice, OrderLife, PaymentLife

#: What a payer may be told in place of a reason that must stay hidden.
HIDDEN: Final = frozenset({None, "generic_decline", "do_not_honor"})
#: Why money goes back, as a payer may hear it.
_GOES_BACK: Final = (
    "refund_pending", "late_success", "charged_order_incomplete", "duplicate_charge",
    "amount_mismatch", "partial_approval",
)  # fmt: skip
_TECHNICAL: Final = frozenset(
    {Category.GATEWAY, Category.NETWORK, Category.MERCHANT, Category.CLIENT}
)
#: Failures of a payment that its payer did not end, or that ran out of time.
_NOT_ENDED: Final = ("payment_expired", "customer_cancelled", "authentication_abandoned",
                     "authentication_timeout", "hold_released_late")  # fmt: skip


#: Failures for which a dialect of its own (`PaymentLife.resource`) has one code, such as Stripe's
#: card_velocity_exceeded: whoever is told that cannot know which of them it was.
ONE_CODE: Final = (
    frozenset({"amount_limit_exceeded", "period_limit_exceeded"}),
    frozenset({"restricted_card", "card_not_activated"}),
    frozenset({"transaction_not_allowed", "cross_border_blocked"}),
    frozenset(
        {
            "authentication_failed", "authentication_rejected", "authentication_abandoned",
            "otp_not_delivered", "otp_incorrect", "otp_expired", "otp_attempts_exceeded",
            "phone_number_mismatch", "biometric_failed",
        }
    ),
    frozenset({"authentication_timeout", "payment_expired"}),
    frozenset({"authentication_unavailable", "processing_error", "acquirer_unavailable"}),
    frozenset({"wallet_account_frozen", "identity_not_verified"}),
    frozenset({"gateway_maintenance", "gateway_overloaded", "gateway_error"}),
    frozenset({"transaction_timeout", "connection_failed", "connection_lost"}),
)  # fmt: skip


class Duty(msgspec.Struct, frozen=True):
    """Something that the payer has to hear: `what` in words, from `since` on.

    `early` is from when a notice may speak of it. A notice fits that gives one of `reasons` (None:
    no reason at all) and, of that reason's failure or of `steps`, a next step.
    """

    what: str
    since: float
    early: float
    reasons: frozenset[str | None]
    steps: frozenset[str] = frozenset()

    def fits(self, notice: Notice) -> bool:
        """Whether a notice says what has to be said: reason, next step, and a text."""
        return self.names(notice) and self.advises(notice)

    def names(self, notice: Notice) -> bool:
        """Whether it gives a reason that is one, by its name or in the catalogue's own words."""
        if notice.reason in self.reasons:
            return len(notice.message.strip()) >= _SHORTEST
        named = (BY_NAME[each] for each in self.reasons if each)
        return notice.reason is None and any(_quotes(notice.message, row) for row in named)

    def advises(self, notice: Notice) -> bool:
        """Whether its next step helps."""
        named = BY_NAME.get(notice.reason or "")
        fitting = set(self.steps)
        if named is not None and notice.reason in self.reasons:
            fitting.update(named.next_steps)
        for each in self.reasons if notice.reason is None else ():
            fitting.update(BY_NAME[each].next_steps if each else ())
        return notice.next_step in fitting


#: Fewer characters are no message to anybody.
_SHORTEST: Final = 6


def duties(order: OrderLife, lasting: float, judged: float) -> Iterator[Duty]:
    """All that the payer of an order has to hear; `lasting` is how long a result may take."""
    failed = [payment for payment in order.payments if payment.status is Status.FAILED]
    for payment in failed:
        yield _failed(payment)
    yield from _failed_without(order, failed, judged)
    yield from _pending(order, lasting, judged)
    for refund in order.refunds:
        if refund.accepted < inf:
            yield Duty(
                f"refund {refund.id} was made",
                refund.accepted,
                0.0,
                frozenset((*_GOES_BACK, "refund_failed")),
                frozenset({NextStep.FOLLOW_REFUND}),
            )
        if refund.failed < inf and refund.accepted < inf:
            reasons = frozenset({"refund_failed"})
            yield Duty(f"refund {refund.id} came back", refund.failed, refund.failed - 0.5, reasons)


def _failed(payment: PaymentLife) -> Duty:
    row = BY_NAME.get(payment.failure or "") or BY_NAME["generic_decline"]
    reasons: frozenset[str | None] = HIDDEN if row.confidential else _alike(row, payment)
    return Duty(
        f"{payment.id} failed: {row.name}",
        payment.settled_known,
        payment.states[0][0] - 0.5,
        reasons,
        frozenset(row.next_steps) if row.confidential else frozenset(),
    )


def _alike(row: Failure, payment: PaymentLife) -> frozenset[str | None]:
    """The reasons that say why a payment failed: all that the merchant could be told by."""
    groups = ONE_CODE if payment.resource is not None else ()
    return next((group for group in groups if row.name in group), frozenset({row.name}))


def _failed_without(order: OrderLife, failed: list[PaymentLife], judged: float) -> Iterator[Duty]:
    """An order that its shopper was told has failed, though no payment of it was refused."""
    last = order.statement(judged)
    taken = any(payment.captures for payment in order.payments)
    if last is None or last.said != "failed" or failed or taken:
        return
    rows = [row for row in FAILURES if row.category in _TECHNICAL]
    rows += [row for row in (BY_NAME.get(name) for name in _NOT_ENDED) if row is not None]
    steps = _steps(rows)
    reasons: frozenset[str | None] = frozenset({None, *(row.name for row in rows)})
    yield Duty("the order failed", last.mono, 0.0, reasons, steps)


def _pending(order: OrderLife, lasting: float, judged: float) -> Iterator[Duty]:
    """A result that is long in coming, unless the payer is the one who is waited for."""
    first = next((each for each in order.answers if each.said), None)
    if first is None or first.said != "pending":
        return
    waits = any(
        status is Status.REQUIRES_ACTION for pay in order.payments for _, status in pay.states
    )
    told = (each.mono for each in order.answers if each.said in ("paid", "failed"))
    known = next(told, judged)
    if not waits and known - first.mono > lasting:
        asked = [row for row in FAILURES if NextStep.WAIT_AND_CHECK in row.next_steps]
        reasons: frozenset[str | None] = frozenset({None, *(row.name for row in asked)})
        steps = frozenset({NextStep.WAIT_AND_CHECK, NextStep.DO_NOT_PAY_AGAIN})
        yield Duty("the result took long", first.mono + lasting, 0.0, reasons, steps)


def _steps(rows: Iterable[Failure]) -> frozenset[str]:
    return frozenset(step for row in rows for step in row.next_steps)


def _quotes(message: str, row: Failure) -> bool:
    return row.message in message or row.message_zh in message
