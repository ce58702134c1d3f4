"""One account: its state, its scenario, its clock, and the one way in which its state changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Final

from simulator.accounts.recorder import Nowhere, Recorder
from simulator.accounts.tries import Tries
from simulator.clock import AdvancedClock, Clock
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import Directive
from simulator.gateway.idempotency import Slot
from simulator.gateway.model import Event, Payment, Refund, Status
from simulator.gateway.outcomes import OrderClosed, Outcome, PaymentOutcome, RefundOutcome
from simulator.gateway.ports import Ids
from simulator.gateway.timers import ring
from simulator.journal.entry import Commit, Hit
from simulator.profiles import Profile
from simulator.scenario.facts import CLEAN, Facts, Fired, Plan
from simulator.scenario.player import Player
from simulator.stores.memory import MemoryStore, key_record

#: The note that an account's clock was moved forward; its data say by how many seconds.
ADVANCED: Final = "clock advanced"

#: A late effect: when (wall seconds of the account's clock), the channel, a payment or a refund.
_Late = tuple[float, str, str, str]

#: Owes the merchant an event: event, payment, refund, wall seconds of its birth.
Offer = Callable[[Event, Payment, Refund | None, float], None]


class Origin:
    """Where a commit comes from: an exchange of a caller, or a late effect of our own."""

    __slots__ = ("attempt", "channel", "exchange", "fingerprint", "operation", "order", "slot")

    def __init__(self, channel: str, operation: str, order: str) -> None:
        self.channel = channel
        self.operation = operation
        self.order = order
        self.exchange = ""
        self.attempt = 0
        self.slot: Slot | None = None
        self.fingerprint = ""


class Account:
    """One tenant. Synchronous: nothing here waits, so a commit is never seen half done."""

    def __init__(self, name: str, *, clock: Clock, profile: Profile, recorder: Recorder) -> None:
        self.name = name
        self.system = clock
        self.clock = AdvancedClock(clock)
        self.profile = profile
        self.recorder = recorder
        self.store = MemoryStore()
        self.tries = Tries()
        self.player: Player | None = None
        self.offer: Offer | None = None
        self.down: dict[str, Fired] = {}  # channels that are out, kept true by the timekeeper
        self.hits: Counter[tuple[str, str | None]] = Counter()
        self.last_exchange: float | None = None
        self._late: list[_Late] = []

    def perform(self, player: Player) -> None:
        """Play this from now on. Hits count anew; faults that were put on by hand stay."""
        if self.player is not None:
            for live in self.player.live(self.clock.monotonic()):
                player.add(live)
        self.player = player
        self.hits.clear()

    def retire(self) -> None:
        """Another takes this account's name: what is under way here ends unseen and unwritten."""
        self.recorder = Recorder(Nowhere(), self.system)
        self.player = None
        self.offer = None

    def plan(self, facts: Facts) -> Plan:
        """What the scenario has in store for an exchange."""
        return self.player.plan(facts, self.clock.monotonic()) if self.player else CLEAN

    def plan_webhook(self, facts: Facts) -> Fired | None:
        """What the scenario has in store for one try of a webhook."""
        return self.player.webhook(facts, self.clock.monotonic()) if self.player else None

    def key_order(self, reference: str) -> str:
        """The order as fates know it: the reference without the run prefix."""
        return self.player.key_order(reference) if self.player else reference

    def commit(self, origin: Origin, decision: Decision) -> None:
        """Make a decision true: state, postings, key and outbox, in one line of the journal.

        Raises InvariantViolation (our bug) or OSError (no journal) with nothing changed.
        """
        line = self._line(origin, decision)
        self.store.check(line)
        self.recorder.write(line)
        if origin.slot is not None:
            now = self.clock.wall()
            self.store.keys.store(origin.slot, origin.fingerprint, decision.outcome, now)
        self.absorb(line)
        if self.offer is not None:
            self._publish(line, self.offer)

    def absorb(self, line: Commit) -> None:
        """Take over a commit that stands in the journal, live or at a restart."""
        self.store.apply(line)
        for payment in line.payments:
            if payment.settles_at is not None:
                heappush(self._late, (payment.settles_at, payment.channel, payment.id, ""))
        for refund in line.refunds:
            if refund.settles_at is not None:
                heappush(self._late, (refund.settles_at, refund.channel, "", refund.id))

    def next_late(self) -> float | None:
        """The account clock's wall time of the next late effect."""
        self._forget_over()
        return self._late[0][0] if self._late else None

    def settle_late(self, ids: Ids) -> None:
        """Perform the late effects that are due."""
        while (due := self.next_late()) is not None and due <= self.clock.wall():
            waiting = self._waiting(self._late[0])
            if waiting is None:
                continue
            context = self.context(waiting.channel, None, ids)
            decision = ring(waiting, context)
            # A commit that cannot be written leaves the effect due, to be tried again.
            self.commit(Origin(waiting.channel, "settle", waiting.order), decision)
            self._forget_over()

    def context(self, channel: str, directive: Directive | None, ids: Ids) -> Context:
        """All that a decision on this channel may look at, now."""
        return Context(
            self.store.channel(channel),
            directive,
            self.clock.wall(),
            ids,
            profile=self.profile,
            seed=self.player.seed if self.player else 0,
        )

    def late(self) -> int:
        """How many late effects are still to come that may move money.

        A payer who never comes back only lets a payment expire; nobody waits for that.
        """
        things = {late: self._waiting(late) for late in self._late}
        return sum(
            thing is not None and thing.status is not Status.REQUIRES_ACTION
            for thing in things.values()
        )

    def advance(self, seconds: float) -> None:
        """Move the account's clock forward; journaled, so that a restart does not go back."""
        self.recorder.note(self.name, ADVANCED, by=seconds)
        self.clock.advance(seconds)

    def count(self, hit: Hit) -> None:
        """Count a fault that was performed."""
        self.hits[hit.rule, hit.arm] += 1

    def _line(self, origin: Origin, decision: Decision) -> Commit:
        payments, refunds = _told_too(decision.outcome, decision)
        slot = origin.slot
        return self.recorder.commit(
            self.name,
            channel=origin.channel,
            operation=origin.operation,
            order=origin.order,
            exchange=origin.exchange,
            attempt=origin.attempt,
            payments=payments,
            refunds=refunds,
            postings=decision.postings,
            events=decision.events,
            things=decision.things,
            key=key_record(slot, origin.fingerprint, decision.outcome) if slot else None,
            closed=decision.closed,
        )

    def _publish(self, line: Commit, offer: Offer) -> None:
        payments = {payment.id: payment for payment in line.payments}
        refunds = {refund.id: refund for refund in line.refunds}
        for event in line.events:
            refund = refunds[event.refund] if event.refund else None
            offer(event, payments[event.payment], refund, line.wall)

    def _forget_over(self) -> None:
        while self._late and self._waiting(self._late[0]) is None:
            heappop(self._late)

    def _waiting(self, late: _Late) -> Payment | Refund | None:
        """What a late effect is about, unless it is over or was canceled."""
        at, channel, payment, refund = late
        state = self.store.channel(channel)
        thing = state.refund(refund) if refund else state.payment(payment)
        return thing if thing is not None and thing.settles_at == at else None


def _told_too(
    outcome: Outcome, decision: Decision
) -> tuple[tuple[Payment, ...], tuple[Refund, ...]]:
    """The changed objects and those that the answer tells, so that it can be replayed."""
    match outcome:
        case OrderClosed(_, payments):
            return payments, decision.refunds
        case RefundOutcome(refund, _) if not decision.refunds:
            return decision.payments, (refund,)
        case PaymentOutcome(payment, _) if not decision.payments:
            return (payment,), decision.refunds
        case _:
            return decision.payments, decision.refunds
