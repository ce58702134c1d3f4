"""One account: its state, its scenario, its clock, and the one way in which its state changes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from heapq import heappop, heappush
from typing import Final

import msgspec

from simulator.accounts.queues import Queues
from simulator.accounts.recorder import Nowhere, Recorder
from simulator.accounts.told import objects_told, things_told
from simulator.accounts.tries import Tries
from simulator.accounts.usage import Memories
from simulator.clock import AdvancedClock, Clock
from simulator.errors import InvariantViolation
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import Directive
from simulator.gateway.idempotency import Slot
from simulator.gateway.model import Booking, Payment, Refund
from simulator.gateway.outcomes import Outcome
from simulator.gateway.payers import Act, act
from simulator.gateway.ports import Ids, Snapshot
from simulator.gateway.things import Happening, Thing
from simulator.gateway.timers import heard, may_move_money, ring, settles_at
from simulator.journal.entry import Commit, Delivery, Hit
from simulator.profiles import Profile
from simulator.scenario.facts import CLEAN, Facts, Fired, Plan
from simulator.scenario.player import Player
from simulator.stores.memory import MemoryStore
from simulator.stores.replays import key_record

#: The note that what was due could not be done, by a bug of ours; its data say for what, and why.
FAILED: Final = "late effect failed"

#: The note that an account's clock was moved forward; its data say by how many seconds.
ADVANCED: Final = "clock advanced"
_RETRYING: Final = "payment.retrying"

#: The note that an account is another gateway now; its data hold the profile as it is written, and
#: the wall time from which its windows count.
FOLLOWED: Final = "profile"

#: A late effect: when (wall seconds of the account's clock), the channel, and the id of what it is
#: about: a payment, a refund or another thing.
_Late = tuple[float, str, str]

#: Owes the merchant an event, at the account's own address (None) or the endpoint with this id.
Offer = Callable[[Happening, str | None], None]

log = logging.getLogger("paydrill.gateway")


class Cause(msgspec.Struct, frozen=True, gc=False):
    """The request behind a commit: its exchange, empty if there was none, and its key."""

    exchange: str
    key: str | None


#: Names events as the dialect does in which their payments were made.
Voice = Callable[[Decision, Snapshot, Cause], Decision]


class Origin:
    """Where a commit comes from: an exchange of a caller, or a late effect of our own."""

    __slots__ = (
        "attempt", "channel", "exchange", "fingerprint", "kept", "operation", "order", "slot",
    )  # fmt: skip

    def __init__(self, channel: str, operation: str, order: str) -> None:
        self.channel = channel
        self.operation = operation
        self.order = order
        self.exchange = ""
        self.attempt = 0
        self.slot: Slot | None = None
        self.fingerprint = ""
        self.kept: Outcome | None = None  # for the key, where that is not the outcome itself


class Account:
    """One tenant. Synchronous: nothing here waits, so a commit is never seen half done."""

    def __init__(self, name: str, *, clock: Clock, profile: Profile, recorder: Recorder) -> None:
        self.name = name
        self.system = clock
        self.clock = AdvancedClock(clock)
        self.profile = profile
        self.usage = Memories(profile)
        self.queues = Queues()
        self.recorder = recorder
        self.store = MemoryStore()
        self.store.keys.window = profile.idempotency_window
        self.tries = Tries()
        self.player: Player | None = None
        self.offer: Offer | None = None
        self.moved: Callable[[], None] | None = None  # wakes whoever sleeps by this clock
        self.voice: Voice | None = None
        self.pages: Mapping[str, str] = {}  # where its pages lie, by channel
        self.down: dict[str, Fired] = {}  # channels that are out, kept true by the timekeeper
        self.hits: Counter[tuple[str, str | None]] = Counter()
        self.last_exchange: float | None = None
        self._late: list[_Late] = []

    def perform(self, player: Player) -> None:
        """Play this from now on, on a gateway such as the scenario's profile describes.

        Hits count anew, and the gateway remembers nobody; faults that were put on by hand stay. An
        account that was restored goes on with what it knew.
        """
        now = self.clock.monotonic()
        known = self.usage
        self.follow(player.scenario.profile.starting(self.clock.wall() + player.started - now))
        if self.player is None and known.suits(self.profile):
            self.usage = known
        if self.player is not None:
            for live in self.player.live(now):
                player.add(live)
        self.player = player
        self.queues = Queues()
        self.hits.clear()

    def remember_profile(self) -> None:
        """Write down which gateway this account is, so that it still is after a restart."""
        player = self.player
        if player is not None:
            starts = self.clock.wall() + player.started - self.clock.monotonic()
            written = player.scenario.gateway
            self.recorder.note(self.name, FOLLOWED, profile=written, starts=starts)

    def follow(self, profile: Profile) -> None:
        """Be this gateway from now on, which has met nobody yet.

        What was answered before stays as it was.
        """
        self.profile = profile
        self.usage = Memories(profile)
        self.store.keys.window = profile.idempotency_window

    def retire(self) -> None:
        """Another takes this account's name: what is under way here ends unseen and unwritten."""
        self.recorder = Recorder(Nowhere(), self.system)
        self.player = None
        self.offer = None
        self.moved = None

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
        if self.voice is not None and (decision.events or decision.payments):
            key = origin.slot.key if origin.slot else None
            decision = self.voice(
                decision, self.store.channel(origin.channel), Cause(origin.exchange, key)
            )
        line = self._line(origin, decision)
        self.store.check(line)
        self.recorder.write(line)
        self.absorb(line)
        if self.offer is not None:
            self._publish(line, self.offer)
        if decision.advance:
            self.advance(decision.advance)

    def absorb(self, line: Commit) -> None:
        """Take over a commit that stands in the journal, live or at a restart."""
        self.usage.absorb(line, self.store)
        self.store.apply(line, self.clock.ahead)
        for payment in line.payments:
            if payment.settles_at is not None:
                heappush(self._late, (payment.settles_at, payment.channel, payment.id))
        for refund in line.refunds:
            if refund.settles_at is not None:
                heappush(self._late, (refund.settles_at, refund.channel, refund.id))
        for thing in line.things:
            if (due := settles_at(thing)) is not None:
                heappush(self._late, (due, line.channel, thing.id))

    def next_late(self) -> float | None:
        """The account clock's wall time of the next late effect."""
        self._forget_over()
        return self._late[0][0] if self._late else None

    def settle_late(self, ids: Ids) -> None:
        """Perform the late effects that are due."""
        while (due := self.next_late()) is not None and due <= self.clock.wall():
            late = self._late[0]
            waiting, channel = self._waiting(late), late[1]
            if waiting is None:
                continue
            try:
                decision = ring(waiting, self.context(channel, None, ids))
                # A commit that cannot be written leaves the effect due, to be tried again.
                self.commit(Origin(channel, "settle", getattr(waiting, "order", "")), decision)
            except OSError:
                raise
            except Exception as error:
                # Our bug. It must neither take everybody's gateway down nor come again for ever.
                log.exception("what was due for %s failed", waiting.id)
                if self._late[0] == late:  # else it was done, and failed to be told
                    heappop(self._late)
                self.recorder.note(self.name, FAILED, of=waiting.id, why=_told(error))
            self._forget_over()

    def act(self, channel: str, doing: Act, ids: Ids) -> Outcome:
        """What a payer does without the merchant; a refusal changes nothing."""
        decision = act(doing, self.context(channel, None, ids))
        if decision.changes:
            order = next((payment.order for payment in decision.payments), "")
            self.commit(Origin(channel, "payer", order), decision)
        return decision.outcome

    def acknowledged(self, line: Delivery, ids: Ids) -> None:
        """A merchant has taken an event, which a payment that is retrying may have waited for.

        Without room in the journal nothing happens: another event will be taken later.
        """
        if not line.taken:
            return
        self.store.channel(line.channel).delivered(line.event, line.endpoint)
        if line.type != _RETRYING:
            return
        payment = self.store.channel(line.channel).payment(line.payment or "")
        if payment is None:
            return
        decision = heard(payment, self.context(line.channel, None, ids))
        if decision is not None:
            with suppress(OSError):
                self.commit(Origin(line.channel, "settle", payment.order), decision)

    def context(
        self,
        channel: str,
        directive: Directive | None,
        ids: Ids,
        booking: Booking | None = None,
    ) -> Context:
        """All that a decision on this channel may look at, now."""
        return Context(
            self.store.channel(channel),
            directive,
            self.clock.wall(),
            ids,
            profile=self.profile,
            usage=self.usage.of(channel),
            seed=self.player.seed if self.player else 0,
            key_order=self.key_order,
            pages=self.pages.get(channel, ""),
            booking=booking,
            account=self.name,
        )

    def late(self) -> int:
        """How many late effects are still to come that may move money.

        A payer who never comes back only lets a payment expire; nobody waits for that.
        """
        return sum(may_move_money(self._waiting(late)) for late in dict.fromkeys(self._late))

    def advance(self, seconds: float) -> None:
        """Move the account's clock forward; journaled, so that a restart does not go back."""
        self.recorder.note(self.name, ADVANCED, by=seconds)
        self.clock.advance(seconds)
        if self.moved is not None:
            self.moved()

    def count(self, hit: Hit) -> None:
        """Count a fault that was performed."""
        self.hits[hit.rule, hit.arm] += 1

    def _line(self, origin: Origin, decision: Decision) -> Commit:
        payments, refunds = objects_told(decision.outcome, decision)
        slot, kept = origin.slot, origin.kept or decision.outcome
        return Commit(
            source="gateway",
            wall=self.system.wall(),
            mono=self.system.monotonic(),
            account=self.name,
            seq=self.recorder.number(),
            channel=origin.channel,
            operation=origin.operation,
            order=origin.order,
            exchange=origin.exchange,
            attempt=origin.attempt,
            payments=payments,
            refunds=refunds,
            postings=decision.postings,
            events=decision.events,
            things=things_told(decision),
            key=key_record(slot, origin.fingerprint, kept) if slot else None,
            closed=decision.closed,
        )

    def _publish(self, line: Commit, offer: Offer) -> None:
        state = self.store.channel(line.channel)
        for happening in line.born():
            for endpoint in state.addresses_of(happening.event):
                offer(happening, endpoint)

    def _forget_over(self) -> None:
        while self._late and self._waiting(self._late[0]) is None:
            heappop(self._late)

    def _waiting(self, late: _Late) -> Payment | Refund | Thing | None:
        """What a late effect is about, unless it is over or was canceled."""
        at, channel, name = late
        state = self.store.channel(channel)
        thing = state.payment(name) or state.refund(name) or state.thing(name)
        return thing if thing is not None and settles_at(thing) == at else None


def _told(error: Exception) -> str:
    """What is written down of a bug: only what we worded ourselves."""
    return str(error) if isinstance(error, InvariantViolation) else type(error).__name__
