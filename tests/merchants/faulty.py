"""Merchants with exactly one bug each, made from the careful one by replacing one part.

`python -m tests.merchants.faulty <name>` runs one as a process, told by the environment.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace

from simulator.merchants.careful import serve
from simulator.merchants.careful.app import Parts, make_app
from simulator.merchants.careful.channel import Kind, PaymentBody, Reply
from simulator.merchants.careful.config import Settings, from_environment
from simulator.merchants.careful.desk import Desk
from simulator.merchants.careful.errors import BadSignature
from simulator.merchants.careful.gateway import NativeChannel
from simulator.merchants.careful.notices import Notice
from simulator.merchants.careful.payments import Teller
from simulator.merchants.careful.policy import Policy
from simulator.merchants.careful.records import (
    FAILED,
    PAID,
    PENDING,
    Attempt,
    Order,
    Refund,
    fail,
)
from simulator.merchants.careful.rows import Row
from simulator.merchants.careful.statements import Auditor, News
from simulator.merchants.careful.steps import (
    Answer,
    Case,
    Decline,
    GiveBack,
    Rest,
    Routes,
    Step,
    Tell,
    Wait,
)
from simulator.merchants.careful.webhooks import Event, Verifier


class _NewKeyOnRetry(NativeChannel):
    """Sends every retry under a key of its own."""

    async def charge(
        self, order: Order, attempt: Attempt, card: Mapping[str, object] | None
    ) -> Reply:
        again = Attempt(
            attempt.number,
            attempt.turn,
            attempt.channel,
            f"{attempt.key}-{attempt.sent}",
            attempt.method,
        )
        return await super().charge(order, again, card)


class _BackupWithoutAsking(Teller):
    """Takes silence for a no, and moves on to the other channel."""

    def weigh(self, case: Case, attempt: Attempt, reply: Reply) -> None:
        if reply.kind is Kind.UNKNOWN:
            attempt.over, attempt.outcome, attempt.doubts = True, "denied", 0
        else:
            super().weigh(case, attempt, reply)


class _PaidOnTimeout(Teller):
    """Takes silence for a yes."""

    def weigh(self, case: Case, attempt: Attempt, reply: Reply) -> None:
        if reply.kind is Kind.UNKNOWN and case.order.status == PENDING:
            attempt.over, attempt.outcome, attempt.doubts = True, "captured", 0
            case.order.status, case.order.fulfilled = PAID, 1
        else:
            super().weigh(case, attempt, reply)


class _FailedIsFinal(Teller):
    """Hears nothing more of an order that has failed."""

    def learn(
        self,
        order: Order,
        channel: str,
        seen: Iterable[PaymentBody],
        attempt: Attempt | None = None,
        message: str | None = None,
    ) -> bool:
        if order.status == FAILED:
            return False
        return super().learn(order, channel, seen, attempt, message)


class _FailedOnTimeout(_FailedIsFinal):
    """Takes silence for a no, tells the payer, and closes the file."""

    def weigh(self, case: Case, attempt: Attempt, reply: Reply) -> None:
        if reply.kind is Kind.UNKNOWN:
            attempt.over, attempt.outcome, attempt.doubts = True, "declined", 0
            fail(case.order, "The payment failed.")
        else:
            super().weigh(case, attempt, reply)


class _DeclineRetried(Teller):
    """Tries a declined card once more by itself."""

    def book(self, case: Case) -> None:
        super().book(case)
        order = case.order
        last = order.attempts[-1] if order.attempts else None
        if order.status == FAILED and last and last.outcome == "declined" and order.turn == 1:
            order.turn, order.status = 2, PENDING
            case.settled_at = None
            case.tellable.clear()


class _NoBackoff(Policy):
    """Tries again at once."""

    def pause(self, key: str, tries: int) -> float:
        return 0.0


class _RefundsBoth(Teller):
    """Refunds a duplicate, and the payment that it duplicated."""

    def book(self, case: Case) -> None:
        super().book(case)
        order = case.order
        paid_by = order.payments.get(order.paid_by or "")
        if paid_by and order.refunds and paid_by.id not in order.refunds:
            order.refunds[paid_by.id] = Refund(paid_by.id, paid_by.channel, paid_by.captured)


class _StillCallsItPaid(Desk):
    """Does not see in its book that what paid for an order went back."""

    def page(self, after: int, limit: int) -> tuple[list[Order], int | None]:
        orders, following = super().page(after, limit)
        for order in orders:
            order.paid_by = None
        return orders, following


class _DuplicatesKept(Policy):
    """Never gives anything back."""

    def toward_refund(self, case: Case, now: float, routes: Routes) -> GiveBack | Wait | Rest:
        return Rest()


class _AnySignature(Verifier):
    """Does not check who signed a webhook."""

    def verify(self, headers: Mapping[str, str], body: bytes, wall: float) -> None:
        return


class _NoWebhooks(Verifier):
    """Refuses every webhook."""

    def verify(self, headers: Mapping[str, str], body: bytes, wall: float) -> None:
        raise BadSignature("webhooks are not wanted here")


class _NoDedupe(Desk):
    """Ships once more for each copy of an event."""

    def hear(self, event: Event) -> None:
        payment = event.data.payment
        if payment and payment.status == "captured" and self._mail.knows(event.id):
            case = self.find(payment.order_id)
            case.order.fulfilled += case.order.status == PAID
            self._teller.book(case)
        super().hear(event)


class _PartForWhole(Teller):
    """Reads that a payment was captured, and not how much of it."""

    def learn(
        self,
        order: Order,
        channel: str,
        seen: Iterable[PaymentBody],
        attempt: Attempt | None = None,
        message: str | None = None,
    ) -> bool:
        bodies = tuple(seen)
        for body in bodies:
            if body.status == "captured":
                body.amount_captured = order.amount
        return super().learn(order, channel, bodies, attempt, message)


class _RetryAfterIgnored(Policy):
    """Does not wait as long as it was told to."""

    def next_step(self, case: Case, now: float, routes: Routes) -> Step:
        case.barred.clear()
        return super().next_step(case, now, routes)


class _OneUnitMore(NativeChannel):
    """Charges one minor unit more than the order's amount, and believes that it is the amount."""

    async def charge(
        self, order: Order, attempt: Attempt, card: Mapping[str, object] | None
    ) -> Reply:
        dearer = Order(order.id, order.amount + 1, order.currency, order.method)
        return _cheaper(await super().charge(dearer, attempt, card))

    async def look(self, order: Order) -> Reply:
        return _cheaper(await super().look(order))


def _cheaper(reply: Reply) -> Reply:
    for payment in reply.payments:
        payment.amount_captured = max(0, payment.amount_captured - 1)
    return reply


class _BooksOneUnitLess(Desk):
    """Rounds the wrong way in the order book."""

    def page(self, after: int, limit: int) -> tuple[list[Order], int | None]:
        orders, following = super().page(after, limit)
        for order in orders:
            order.amount -= 1
        return orders, following


class _FulfilsTwice(Desk):
    """Ships when the payment is answered, and when the webhook comes."""

    def hear(self, event: Event) -> None:
        payment = event.data.payment
        if payment and payment.status == "captured":
            case = self.find(payment.order_id)
            case.order.fulfilled += case.order.status == PAID
        super().hear(event)


class _NeverReconciles(Policy):
    """Leaves an attempt in doubt for good."""

    def resolve(self, case: Case, attempt: Attempt) -> Step:
        return Wait(float("inf"))


class _Impatient(Policy):
    """Asks about a payment under way as often as it can."""

    def look(self, case: Case, now: float, routes: Routes) -> Step:
        case.look.not_before = 0.0
        return super().look(case, now, routes)

    def toward_payment(self, case: Case, now: float, routes: Routes) -> Step:
        case.look.not_before = 0.0
        attempt = case.order.current
        if attempt and case.order.open_payment(attempt):
            case.attempt.not_before = min(case.attempt.not_before, now + 0.03)
        return super().toward_payment(case, now, routes)


class _RefundsDisputed(Teller):
    """Gives a disputed payment back, to be nice; its bank has done so already."""

    def book(self, case: Case) -> None:
        order = case.order
        for dispute in order.disputes.values():
            payment = order.payments.get(dispute.payment)
            if payment and payment.id not in order.refunds:
                order.refunds[payment.id] = Refund(payment.id, payment.channel, payment.captured)
        super().book(case)


class _NothingIsLost(Policy):
    """Refunds whatever is down for it."""

    def is_lost(self, order: Order, refund: Refund) -> bool:
        return False


class _AcceptedIsDone(Policy):
    """Ticks a refund off when it was accepted."""

    def toward_refund(self, case: Case, now: float, routes: Routes) -> GiveBack | Wait | Rest:
        for refund in case.order.refunds.values():
            if refund.accepted:
                refund.status = "succeeded"
        return super().toward_refund(case, now, routes)


class _DeafToRefunds(Desk):
    """Reads no news of refunds, nor what the statement says of them."""

    def hear(self, event: Event) -> None:
        if event.data.refund is None:
            super().hear(event)

    def doubt(self, news: News) -> None:
        if news.row.type != "refund_failure":
            super().doubt(news)


class _TellsNothing(Policy):
    """Leaves the payer to find out alone."""

    def toward_payer(
        self, case: Case, now: float, routes: Routes
    ) -> Tell | Answer | Decline | Wait | Rest:
        step = super().toward_payer(case, now, routes)
        return Rest() if isinstance(step, Tell) else step


class _WrongStep(NativeChannel):
    """Advises everybody to try again, whatever has happened."""

    async def tell(self, order: str, notice: Notice, way: str) -> Reply:
        return await super().tell(order, replace(notice, step="resend_code"), way)


class _TellsTheTruth(NativeChannel):
    """Tells a thief that the card is known to be stolen."""

    async def tell(self, order: str, notice: Notice, way: str) -> Reply:
        if notice.reason == "generic_decline":
            notice = replace(notice, reason="stolen_card")
        return await super().tell(order, notice, way)


class _OneWayOnly(NativeChannel):
    """Does not read whether a message arrived."""

    async def tell(self, order: str, notice: Notice, way: str) -> Reply:
        return replace(await super().tell(order, notice, way), delivered=True)


class _NeverCompares(Auditor):
    """Reads no statement."""

    async def look(self) -> list[News]:
        return []


class _SeesMissing(Auditor):
    """Takes a charge that is missing from the statement for news."""

    async def look(self) -> list[News]:
        news = await super().look()
        for each in self.differences:
            if each.kind == "missing" and each.order_id:
                row = Row("missing", each.payment, each.payment, each.order_id, 0, "EUR")
                news.append(News(each.channel, row))
        return news


class _BelievesTheStatement(Desk):
    """Gives back what the statement does not have."""

    def doubt(self, news: News) -> None:
        case = self._reconciler.take(news.row.order)
        if case is not None and news.row.type == "missing":
            payment = case.order.payments[news.row.payment]
            again = Refund(payment.id, payment.channel, payment.captured)
            case.order.refunds.setdefault(payment.id, again)
            self._reconciler.wake(case)
        else:
            super().doubt(news)


#: Every faulty merchant, by the name of its bug.
FAULTY: Mapping[str, Parts] = {
    "new-key-on-retry": Parts(channel=_NewKeyOnRetry),
    "backup-without-asking": Parts(teller=_BackupWithoutAsking),
    "paid-on-timeout": Parts(teller=_PaidOnTimeout),
    "failed-on-timeout": Parts(teller=_FailedOnTimeout),
    "late-success-ignored": Parts(teller=_FailedIsFinal),
    "decline-retried": Parts(teller=_DeclineRetried),
    "no-backoff": Parts(policy=_NoBackoff),
    "refunds-both": Parts(teller=_RefundsBoth, desk=_StillCallsItPaid),
    "duplicates-kept": Parts(policy=_DuplicatesKept),
    "any-signature": Parts(verifier=_AnySignature),
    "no-webhooks": Parts(verifier=_NoWebhooks),
    "no-dedupe": Parts(desk=_NoDedupe),
    "part-for-whole": Parts(teller=_PartForWhole),
    "retry-after-ignored": Parts(policy=_RetryAfterIgnored),
    "one-unit-more": Parts(channel=_OneUnitMore),
    "books-one-unit-less": Parts(desk=_BooksOneUnitLess),
    "fulfils-twice": Parts(desk=_FulfilsTwice),
    "never-reconciles": Parts(policy=_NeverReconciles),
    "impatient": Parts(policy=_Impatient),
    "refunds-disputed": Parts(teller=_RefundsDisputed, policy=_NothingIsLost),
    "refund-failure-ignored": Parts(policy=_AcceptedIsDone, desk=_DeafToRefunds),
    "tells-nothing": Parts(policy=_TellsNothing),
    "wrong-next-step": Parts(channel=_WrongStep),
    "tells-the-truth": Parts(channel=_TellsTheTruth),
    "one-way-only": Parts(channel=_OneWayOnly),
    "never-compares": Parts(auditor=_NeverCompares),
    "believes-the-statement": Parts(auditor=_SeesMissing, desk=_BelievesTheStatement),
}


def main(argv: list[str]) -> int:
    """Run the faulty merchant of this name until it is told to stop."""
    if len(argv) != 1 or argv[0] not in FAULTY:
        sys.stderr.write(f"one of: {', '.join(FAULTY)}\n")
        return 2
    settings: Settings = replace(from_environment(os.environ), database=":memory:")
    asyncio.run(serve(make_app(settings, FAULTY[argv[0]]), settings))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
