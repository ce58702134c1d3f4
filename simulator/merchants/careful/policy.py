"""What to do next for an order: one pure decision, taken anew after everything that happens.

The rules, in the order in which they weigh:

1. Never a second charge while the first may have been made. After an answer that says nothing
   (timeout, reset, 500, 502, 504, a broken body) the attempt stays in doubt, and only four things
   end the doubt: an answered replay under the same key, a query that shows the payment ended, an
   accepted cancel of the order on that channel, a signed webhook that says so. An empty query
   ends nothing: the first request may still be on its way.
2. An order leaves a channel only after it was closed there. Nothing was sent if the connection was
   refused, so then it may leave at once.
3. A decline is the payer's to answer: it is told, and nothing is tried again without the payer.
   One that is about the channel (maintenance, no acquirer) is not: the next channel is tried.
4. Money that pays for nothing goes back, once, whatever it takes; where a refund comes back it
   goes another way. What the payer's bank has taken back by itself is not sent as well.
5. A settled order is not forgotten: the gateway is asked again for a while, on every channel that
   was ever charged, for money that came late or twice.
6. Whoever pays hears what went wrong and what to do next; whoever disputes gets an answer.
"""

from __future__ import annotations

from simulator.merchants.careful import disputes, notices, requests
from simulator.merchants.careful.backoff import jitter, pause
from simulator.merchants.careful.config import Timings
from simulator.merchants.careful.records import (
    PENDING,
    RETRYING,
    SORRY,
    Attempt,
    Order,
    Payment,
    Refund,
)
from simulator.merchants.careful.steps import (
    Answer,
    Begin,
    Case,
    Charge,
    Close,
    Decline,
    GiveBack,
    GiveUp,
    Look,
    Recheck,
    Rest,
    Routes,
    Step,
    Tell,
    Wait,
)


class Policy:
    """The rules above. A subclass that breaks one of them makes a merchant with one bug."""

    def __init__(self, timings: Timings) -> None:
        self.timings = timings

    def next_step(self, case: Case, now: float, routes: Routes) -> Step:
        """The one thing to do now for this order, or how long to wait."""
        refund = self.toward_refund(case, now, routes)
        if isinstance(refund, GiveBack):
            return refund
        payer = self.toward_payer(case, now, routes)
        if case.order.status == PENDING:
            step = self.toward_payment(case, now, routes)
        elif isinstance(payer, Tell | Answer | Decline):
            return payer
        else:
            step = self.after_settlement(case, now, routes)
        if isinstance(step, Wait | Rest) and isinstance(payer, Tell | Answer | Decline):
            return payer
        return _sooner(_sooner(step, refund), payer)

    def toward_payment(self, case: Case, now: float, routes: Routes) -> Step:
        """The next step of an order that is not settled."""
        attempt = case.order.current
        if attempt is None and case.looks:
            return self.look(case, now, routes)
        if attempt is None:
            return self.choose_channel(case, now, routes)
        if not attempt.sent and case.can_send(attempt):
            return Charge(attempt)
        ready = self.ready(case, attempt.channel, case.attempt.not_before, routes)
        if now < ready:
            return Wait(ready)
        payment = case.order.open_payment(attempt)
        if payment is None:
            step = self.resolve(case, attempt)
        else:
            step = self.while_under_way(case, attempt, payment, now)
        too_soon = isinstance(step, Look) and now < case.look.not_before
        return Wait(case.look.not_before) if too_soon else step

    def resolve(self, case: Case, attempt: Attempt) -> Step:
        """How to find out about an attempt in doubt: replay, query, replay, then close.

        One that was denied (403, 429, 503) is sent once more and then closed.
        """
        tries = case.attempt.tries
        if attempt.doubts and tries == 2:
            return Look(attempt.channel)
        replays = tries in {1, 3} if attempt.doubts else tries == 1
        return Charge(attempt) if replays and case.can_send(attempt) else Close(attempt.channel)

    def while_under_way(self, case: Case, attempt: Attempt, payment: Payment, now: float) -> Step:
        """The gateway has the payment and is not done: ask, and after a while stop it.

        One that is retrying is as good as one in doubt: nothing else is tried before it has ended.
        """
        since = now if case.under_way_since is None else case.under_way_since
        patience = self.timings.challenge if payment.next_action else self.timings.processing
        if now - since > patience:
            return Close(attempt.channel)
        if self.is_slow(payment):
            asked = max(since, case.look.not_before - self.timings.query_gap)
            ready = asked + self.timings.waiting_gap
            return Look(attempt.channel) if now >= ready else Wait(ready)
        return Look(attempt.channel)

    def is_slow(self, payment: Payment) -> bool:
        """Whether it takes its time, and webhooks are quicker than queries."""
        return payment.status == RETRYING or payment.next_action is not None

    def choose_channel(self, case: Case, now: float, routes: Routes) -> Step:
        """Where a new attempt goes: the best channel not yet tried, else the payer is told."""
        order = case.order
        tried = {attempt.channel for attempt in order.this_turn}
        takers = [name for name in routes.preferred(now) if name not in order.closed]
        fresh = [name for name in takers if name not in tried]
        if fresh:
            barred = [max(now, case.barred.get(name, 0.0)) for name in fresh]
            first = fresh[barred.index(min(barred))]
            return Begin(first) if min(barred) <= now else Wait(min(barred))
        harmless = all(attempt.outcome in {"unsent", "denied"} for attempt in order.this_turn)
        if takers and harmless and now - case.began < self.timings.give_up:
            first = min(takers, key=lambda name: case.barred.get(name, 0.0))
            ready = max(case.attempt.not_before, case.barred.get(first, 0.0))
            return Wait(ready) if now < ready else Begin(first)
        return GiveUp(SORRY)

    def after_settlement(self, case: Case, now: float, routes: Routes) -> Step:
        """An order that was paid or has failed: end what is still open, then look again."""
        attempt = case.order.current
        if attempt is not None:
            ready = self.ready(case, attempt.channel, case.attempt.not_before, routes)
            return Wait(ready) if now < ready else Close(attempt.channel)
        if case.looks:
            return self.look(case, now, routes)
        checks = self.checks(case.order)
        if case.checks >= len(checks) or not case.order.charged_channels:
            return Rest()
        start = now if case.settled_at is None else case.settled_at
        spread = 1.0 + 0.1 * jitter(case.order.id, case.checks)
        due = start + checks[case.checks] * spread
        return Wait(due) if now < due else Recheck()

    def checks(self, order: Order) -> tuple[float, ...]:
        """When to look again; an order that was paid by one request needs less."""
        once = len(order.attempts) == 1 and order.attempts[0].sent == 1
        clean = once and order.paid_by is not None and len(order.payments) == 1
        return self.timings.checks_clean if clean else self.timings.checks

    def look(self, case: Case, now: float, routes: Routes) -> Step:
        """The next query in line, as soon as the order and the channel may be asked again."""
        channel = case.looks[0]
        ready = self.ready(case, channel, case.look.not_before, routes)
        return Wait(ready) if now < ready else Look(channel)

    def toward_refund(self, case: Case, now: float, routes: Routes) -> GiveBack | Wait | Rest:
        """The next step of the refunds that are not done."""
        waits = []
        for refund in case.order.refunds.values():
            if refund.status == "succeeded" or self.is_lost(case.order, refund):
                continue
            earliest = case.pace_of(refund).not_before
            if refund.accepted:
                earliest = max(earliest, case.look.not_before)
            ready = self.ready(case, refund.channel, earliest, routes)
            if now >= ready:
                return GiveBack(refund)
            waits.append(ready)
        return Wait(min(waits)) if waits else Rest()

    def is_lost(self, order: Order, refund: Refund) -> bool:
        """Whether the payer's bank has the money already, or may have: then none is sent."""
        payment = order.payments.get(refund.payment)
        gone = payment is not None and payment.reversed >= payment.captured > 0
        return not refund.accepted and (gone or disputes.holds_back(order, refund.payment))

    def toward_payer(
        self, case: Case, now: float, routes: Routes
    ) -> Tell | Answer | Decline | Wait | Rest:
        """What the payer, or the payer's bank, has to hear from the shop."""
        dispute = next(disputes.to_answer(case.order), None)
        if dispute is not None:
            ready = self.ready(case, dispute.channel, case.answering.not_before, routes)
            return Wait(ready) if now < ready else Answer(dispute)
        request = next(requests.to_decline(case.order), None)
        if request is not None:
            ready = case.answering.not_before
            return Wait(ready) if now < ready else Decline(request)
        lasting = case.began + self.timings.lasting
        notice = notices.owed(case.order, long=now >= lasting and case.next_action is None)
        if notice is not None:
            soonest = min(case.barred.get(name, 0.0) for name in routes.preferred(now))
            ready = max(case.telling.not_before, soonest)
            return Wait(ready) if now < ready else Tell(notice)
        if case.order.status == PENDING and now < lasting:
            return Wait(lasting)
        return Rest()

    def ready(self, case: Case, channel: str, earliest: float, routes: Routes) -> float:
        """When work that is not a payer's first try may use the channel."""
        quiet = routes.quiet_until(channel)
        if quiet > earliest:
            quiet += self.timings.refused * jitter(case.order.id, case.attempt.tries)
        return max(earliest, quiet, case.barred.get(channel, 0.0))

    def pause(self, key: str, tries: int) -> float:
        """Seconds until the next try."""
        return pause(self.timings, key, tries)


def _sooner(step: Step, other: Step) -> Step:
    """A step to take now wins; of two waits the shorter."""
    if not isinstance(other, Wait) or not isinstance(step, Wait | Rest):
        return step
    return other if isinstance(step, Rest) else Wait(min(step.until, other.until))
