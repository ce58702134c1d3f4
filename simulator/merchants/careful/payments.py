"""Takes the steps that the policy chose: talks to the gateway and books what it learns.

Each step writes down what it is about to do, does it, and books the answer. A webhook may book
while a step waits for its answer; so after every wait the facts are looked at afresh.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from simulator.merchants.careful import disputes, notices
from simulator.merchants.careful.channel import Channel, Kind, PaymentBody, Reply
from simulator.merchants.careful.notices import Notice
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.policy import Policy
from simulator.merchants.careful.records import (
    OF_THE_CHANNEL,
    PENDING,
    Attempt,
    Dispute,
    Order,
    Refund,
    Request,
    conclude,
    fail,
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
    Pace,
    Recheck,
    Rest,
    Step,
    Tell,
    Wait,
)

log = logging.getLogger("careful.payments")
_CLOSING_STAGE = 4  # the number of tries after which the policy closes an order


class Teller:
    """Performs steps. One task at a time works on a case; see reconcile.py."""

    def __init__(
        self,
        store: OrderStore,
        channels: Mapping[str, Channel],
        policy: Policy,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._channels = channels
        self._policy = policy
        self._clock = clock
        slots = policy.timings.background
        self._background = {name: asyncio.Semaphore(slots) for name in channels}

    def knows(self, channel: str) -> bool:
        """Whether this shop uses the channel."""
        return channel in self._channels

    def preferred(self, now: float) -> list[str]:
        """All channels in their order, those whose breaker is open last."""
        return sorted(self._channels, key=lambda name: not self._channels[name].breaker.allows(now))

    def quiet_until(self, channel: str) -> float:
        """Until when background work leaves the channel alone."""
        return self._channels[channel].quiet_until

    async def perform(self, case: Case, step: Step) -> None:
        """Take one step and book what came of it."""
        match step:
            case Begin(channel):
                self.begin(case, channel)
            case Charge(attempt):
                await self.charge(case, attempt)
            case Look(channel):
                await self.look(case, channel)
            case Close(channel):
                await self.close(case, channel)
            case GiveBack(refund):
                await self.give_back(case, refund)
            case Recheck():
                case.checks += 1
                case.looks = case.order.charged_channels
            case Tell() | Answer() | Decline():
                await self.speak(case, step)
            case GiveUp(message):
                fail(case.order, notices.sorry(case.order) or message)
            case Wait() | Rest():
                return
        self.book(case)

    def book(self, case: Case) -> None:
        """Draw conclusions, write the facts down, and tell whoever waits for a result."""
        order = case.order
        conclude(order)
        now = self._clock()
        if order.status != PENDING and case.settled_at is None:
            case.settled_at, case.checks, case.looks, case.look = now, 0, [], Pace()
        current = order.current
        if current is None or order.open_payment(current) is None:
            case.under_way_since = None
        elif case.under_way_since is None:
            case.under_way_since = now
        self._store.save(order)
        if order.status != PENDING or case.next_action:
            case.tellable.set()

    def begin(self, case: Case, channel: str) -> None:
        """Plan an attempt; it is written down, key and all, before anything is sent."""
        case.order.begin(channel)
        case.attempt = Pace()
        self._channels[channel].breaker.enter(self._clock())

    async def charge(self, case: Case, attempt: Attempt) -> None:
        """Send an attempt. The doubt is on file before the request leaves."""
        channel = self._channels[attempt.channel]
        attempt.sent += 1
        attempt.doubts += 1
        self._store.save(case.order)
        began = self._clock()
        reply = await channel.charge(case.order, attempt, case.card)
        if reply.answered and not any(each.failure in OF_THE_CHANNEL for each in reply.payments):
            channel.breaker.succeeded(began)
        else:
            channel.breaker.failed(self._clock())
        self._note(case, channel, reply)
        self._slow_down(case, attempt, reply)
        self.learn(case.order, channel.name, reply.payments, attempt, reply.message)
        if not attempt.over:
            self.weigh(case, attempt, reply)

    def weigh(self, case: Case, attempt: Attempt, reply: Reply) -> None:
        """What the answer to a charge says about the attempt."""
        match reply.kind:
            case Kind.TOLD:
                attempt.doubts = 0
            case Kind.UNSENT:
                attempt.sent -= 1
                attempt.doubts -= 1
                if not attempt.doubts:
                    _end(attempt, "denied" if attempt.sent else "unsent")
            case Kind.DENIED:
                attempt.doubts -= 1
                if not attempt.doubts and reply.retry_after > self._policy.timings.retry_after:
                    _end(attempt, "denied")
            case Kind.REJECTED:
                attempt.doubts -= 1
                case.attempt.tries = _CLOSING_STAGE
                if not attempt.doubts and reply.code != "order_closed":
                    case.order.message = "This payment method cannot be used here."
                    log.error("order %s was rejected: %s", case.order.id, reply.message)
                    _end(attempt, "rejected")
            case Kind.BUSY | Kind.UNKNOWN:
                pass  # the doubt stays

    async def look(self, case: Case, channel: str) -> None:
        """Ask for all payments of the order on one channel."""
        timings = self._policy.timings
        if case.order.status == PENDING:
            reply = await self._channels[channel].look(case.order)
        else:
            async with self._background[channel]:
                reply = await self._channels[channel].look(case.order)
        self._note(case, self._channels[channel], reply)
        case.look.tries += 1
        case.look.not_before = self._clock() + timings.query_gap
        attempt = case.order.current
        if attempt and attempt.channel == channel:
            self._slow_down(case, attempt, reply)
        self.learn(case.order, channel, reply.payments)
        shown = (body.as_payment(channel) for body in reply.payments)
        useful = reply.kind is Kind.TOLD and not case.order.outdated(channel, shown)
        if useful or case.order.status == PENDING:
            case.looks = [name for name in case.looks if name != channel]
            case.look.tries = 0
        else:
            later = self._policy.pause(case.order.id, case.look.tries)
            case.look.not_before = self._clock() + max(later, timings.query_gap)

    async def close(self, case: Case, channel: str) -> None:
        """Cancel the order on a channel; once accepted, the attempt there is over."""
        reply = await self._channels[channel].close(case.order)
        self._note(case, self._channels[channel], reply)
        attempt = case.order.current
        if attempt is None or attempt.channel != channel:
            return
        self._slow_down(case, attempt, reply)
        if reply.kind is Kind.TOLD:
            if channel not in case.order.closed:
                case.order.closed.append(channel)
            self.learn(case.order, channel, reply.payments)
            if not attempt.over and case.order.open_payment(attempt) is None:
                _end(attempt, "stopped")
        elif not attempt.doubts and case.order.open_payment(attempt) is None:
            _end(attempt, "denied")

    async def give_back(self, case: Case, refund: Refund) -> None:
        """Send a refund until it is accepted, then ask until it has arrived."""
        channel = self._channels[refund.channel]
        pace = case.refunds.setdefault(refund.reference, Pace())
        asked = refund.id is not None
        if refund.id is not None:
            reply = await channel.ask_refund(refund.id)
            case.look.not_before = self._clock() + self._policy.timings.query_gap
        else:
            reply = await channel.give_back(case.order, refund)
        self._note(case, channel, reply)
        pace.tries += 1
        pace.not_before = self._clock() + self._policy.pause(refund.reference, pace.tries)
        if reply.refund is not None:
            hear_of_refund(refund, reply.refund.id, reply.refund.status)
        elif reply.kind is Kind.REJECTED and not asked:
            log.error("refund %s was rejected: %s", refund.reference, reply.message)

    async def speak(self, case: Case, step: Tell | Answer | Decline) -> None:
        """Say to the payer, or to the payer's bank, what the policy chose."""
        match step:
            case Tell(notice):
                await self.tell(case, notice)
            case Answer(dispute):
                await self.answer(case, dispute)
            case Decline(request):
                await self.decline(case, request)

    async def tell(self, case: Case, notice: Notice) -> None:
        """Send the payer a message by the next way, over whatever channel works."""
        order, pace = case.order, case.telling
        ways = notices.ways_of(order)
        way = ways[case.ways_tried.get(notice.topic, 0) % len(ways)]
        now = self._clock()
        routes = [name for name in self.preferred(now) if case.barred.get(name, 0.0) <= now]
        channel = self._channels[routes[pace.tries % len(routes)]]
        reply = await channel.tell(order.id, notice, way)
        self._note(case, channel, reply)
        pace.tries += 1
        pace.not_before = self._clock() + self._policy.pause(notice.topic, pace.tries)
        if reply.kind is Kind.REJECTED:
            log.error("a notice to the payer of %s was rejected: %s", order.id, reply.message)
        elif reply.kind is not Kind.TOLD:
            return
        elif not reply.delivered:
            tried = case.ways_tried[notice.topic] = case.ways_tried.get(notice.topic, 0) + 1
            if tried < len(ways):
                pace.not_before = self._clock()
                return
            log.error("the payer of %s cannot be reached", order.id)
        order.told.append(notice.topic)
        case.telling = Pace()

    async def answer(self, case: Case, dispute: Dispute) -> None:
        """Answer a dispute, once: with evidence, or by accepting it if there is none."""
        channel = self._channels[dispute.channel]
        reply = await channel.answer(dispute.id, disputes.evidence(case.order))
        self._note(case, channel, reply)
        pace = case.answering
        pace.tries += 1
        pace.not_before = self._clock() + self._policy.pause(dispute.id, pace.tries)
        if reply.kind in {Kind.TOLD, Kind.REJECTED}:  # rejected: it is over, or was answered
            dispute.answered, case.answering = True, Pace()

    async def decline(self, case: Case, request: Request) -> None:
        """Say no to a payer who asks for money back, and why, until that is taken."""
        channel = self._channels[request.channel]
        reply = await channel.decline(request.id, request.reason or "")
        self._note(case, channel, reply)
        pace = case.answering
        pace.tries += 1
        pace.not_before = self._clock() + self._policy.pause(request.id, pace.tries)
        if reply.kind in {Kind.TOLD, Kind.REJECTED}:  # rejected: it is over, or was answered
            request.answered, case.answering = True, Pace()

    def learn(
        self,
        order: Order,
        channel: str,
        seen: Iterable[PaymentBody],
        attempt: Attempt | None = None,
        message: str | None = None,
    ) -> bool:
        """Merge payments that were seen on a channel; True if anything was news."""
        news = False
        for body in seen:
            if body.order_id != order.id or body.currency != order.currency:
                log.error("payment %s is not one of order %s", body.id, order.id)
                continue
            number, since = attempt.number if attempt else 0, datetime.now(UTC).timestamp()
            said = notices.text_of(body.failure, order) or message
            news |= order.learn(body.as_payment(channel, number, said, since))
            if body.dispute is not None:
                status = "opened" if body.amount_disputed else "won"
                news |= disputes.learn(order, body.dispute, body.id, channel, status)
        conclude(order)
        return news

    def _slow_down(self, case: Case, attempt: Attempt, reply: Reply) -> None:
        """Count a try about an attempt, unless it never left, and pause before the next."""
        pace = case.attempt
        if reply.kind is not Kind.UNSENT:
            pace.tries += 1
        tries = max(pace.tries, 1)
        pace.not_before = self._clock() + self._policy.pause(attempt.key, tries)

    def _note(self, case: Case, channel: Channel, reply: Reply) -> None:
        """Remember what an answer says about the channel."""
        now = self._clock()
        if reply.kind is Kind.UNSENT:
            channel.quiet_until = now + self._policy.timings.refused
        elif reply.answered:
            channel.quiet_until = 0.0
        if reply.retry_after:
            case.barred[channel.name] = now + reply.retry_after


def hear_of_refund(refund: Refund, name: str, status: str) -> None:
    """Book what became of a refund; one that failed is followed by another."""
    if refund.id not in {None, name} or name in refund.failed:
        return
    if status == "failed":
        refund.failed.append(name)
        refund.round, refund.id, refund.status = refund.round + 1, None, "due"
    elif status in {"pending", "succeeded"} and refund.status != "succeeded":
        refund.id, refund.status = name, status


def _end(attempt: Attempt, outcome: str) -> None:
    attempt.over, attempt.outcome, attempt.doubts = True, outcome, 0
