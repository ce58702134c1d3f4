"""One account: its state, its scenario, its clock, and the one way in which its state changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from heapq import heappop, heappush

from simulator.accounts.recorder import Recorder
from simulator.clock import AdvancedClock, Clock
from simulator.gateway.decide import settle
from simulator.gateway.decision import Context, Decision
from simulator.gateway.idempotency import Slot
from simulator.gateway.model import Event, Payment, Refund, Status
from simulator.gateway.outcomes import OrderClosed, Outcome, PaymentOutcome, RefundOutcome
from simulator.gateway.ports import Ids
from simulator.journal.entry import Commit, Hit
from simulator.profiles import Profile
from simulator.scenario.facts import CLEAN, Facts, Fired, Plan
from simulator.scenario.player import Player
from simulator.stores.memory import MemoryStore, key_record

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
        self.player: Player | None = None
        self.offer: Offer | None = None
        self.down: dict[str, Fired] = {}  # channels that are out, kept true by the timekeeper
        self.hits: Counter[tuple[str, str | None]] = Counter()
        self.last_exchange: float | None = None
        self._exchanges: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        self._replays: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._late: list[tuple[float, str, str]] = []

    def plan(self, facts: Facts) -> Plan:
        """What the scenario has in store for an exchange."""
        return self.player.plan(facts, self.clock.monotonic()) if self.player else CLEAN

    def plan_webhook(self, facts: Facts) -> Fired | None:
        """What the scenario has in store for one try of a webhook."""
        return self.player.webhook(facts, self.clock.monotonic()) if self.player else None

    def key_order(self, reference: str) -> str:
        """The order as fates know it: the reference without the run prefix."""
        return self.player.key_order(reference) if self.player else reference

    def next_exchange(self, order: str, operation: str, channel: str) -> int:
        """The number of this exchange among those of its order, operation and channel, from 1."""
        number = self._exchanges[order, operation, channel] + 1
        self._exchanges[order, operation, channel] = number
        return number

    def tries(self, order: str, operation: str, *, replay: bool) -> int:
        """How many tries the caller has made: attempts, and replays of them, this one too.

        A fault for the first so many attempts must spare a caller who repeats with one key in the
        end, although a replay is no attempt.
        """
        if replay:
            self._replays[order, operation] += 1
        return self.store.attempts(order, operation) + self._replays[order, operation]

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
                heappush(self._late, (payment.settles_at, payment.id, payment.channel))

    def next_late(self) -> float | None:
        """The account clock's wall time of the next late effect."""
        self._forget_canceled()
        return self._late[0][0] if self._late else None

    def settle_late(self, ids: Ids) -> None:
        """Perform the late effects that are due."""
        while (due := self.next_late()) is not None and due <= self.clock.wall():
            _, payment_id, channel = heappop(self._late)
            payment = self.store.channel(channel).payment(payment_id)
            if payment is not None and _waits(payment):
                context = Context(self.store.channel(channel), None, self.clock.wall(), ids)
                self.commit(Origin(channel, "settle", payment.order), settle(payment, context))

    def late(self) -> int:
        """How many late effects are still to come."""
        self._forget_canceled()
        return len(self._late)

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
            key=key_record(slot, origin.fingerprint, decision.outcome) if slot else None,
            closed=decision.closed,
        )

    def _publish(self, line: Commit, offer: Offer) -> None:
        payments = {payment.id: payment for payment in line.payments}
        refunds = {refund.id: refund for refund in line.refunds}
        for event in line.events:
            refund = refunds[event.refund] if event.refund else None
            offer(event, payments[event.payment], refund, line.wall)

    def _forget_canceled(self) -> None:
        while self._late:
            _, payment_id, channel = self._late[0]
            payment = self.store.channel(channel).payment(payment_id)
            if payment is not None and _waits(payment):
                return
            heappop(self._late)


def _waits(payment: Payment) -> bool:
    return payment.status is Status.PROCESSING and payment.settles_at is not None


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
