"""The store in memory: the same `apply` serves a live commit and a restart from the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from simulator.errors import JournalError
from simulator.gateway.idempotency import Keyring, Slot
from simulator.gateway.ledger import Ledger, check, check_wallets
from simulator.gateway.model import Payment, Refund, touch_wallet
from simulator.gateway.outcomes import (
    Declined,
    OrderClosed,
    Outcome,
    PaymentOutcome,
    RefundOutcome,
    ThingOutcome,
    Unknown,
)
from simulator.gateway.statements import days_of
from simulator.gateway.things import Dispute, Notice, Thing, Wallet
from simulator.journal.entry import Commit, KeyRecord


class ChannelState:
    """One channel of one account; satisfies gateway.ports.Snapshot."""

    def __init__(self, channel: str, things: dict[str, Thing] | None = None) -> None:
        self.channel = channel
        self._things = {} if things is None else things
        self._payments: dict[str, Payment] = {}
        self._earlier: dict[str, Payment] = {}
        self._by_order: defaultdict[str, list[str]] = defaultdict(list)
        self._refunds: dict[str, Refund] = {}
        self._refunds_of: defaultdict[str, list[str]] = defaultdict(list)
        self._active: defaultdict[int, dict[str, None]] = defaultdict(dict)
        self._disputes: dict[str, None] = {}
        self._by_reference: dict[tuple[str, str], str] = {}
        self._closed: set[str] = set()

    def payment(self, payment: str) -> Payment | None:
        """The payment with this id on this channel."""
        return self._payments.get(payment)

    def payments_of(self, order: str) -> tuple[Payment, ...]:
        """All payments of an order on this channel, oldest first."""
        ids = self._by_order.get(order)
        return tuple([self._payments[payment] for payment in ids]) if ids else ()

    def payments(self) -> Iterator[Payment]:
        """All payments on this channel, oldest first."""
        return iter(self._payments.values())

    def before(self, payment: str) -> Payment | None:
        """The payment as it stood before its last change; None if it did not exist."""
        return self._earlier.get(payment)

    def refund(self, refund: str) -> Refund | None:
        """The refund with this id on this channel."""
        return self._refunds.get(refund)

    def refund_by_reference(self, payment: str, reference: str) -> Refund | None:
        """The refund of this payment that carries this reference."""
        refund = self._by_reference.get((payment, reference))
        return self._refunds[refund] if refund else None

    def refunds_of(self, payment: str) -> tuple[Refund, ...]:
        """The refunds of a payment, oldest first."""
        ids = self._refunds_of.get(payment)
        return tuple(self._refunds[refund] for refund in ids) if ids else ()

    def disputes(self) -> tuple[Dispute, ...]:
        """All disputes of this channel, oldest first."""
        found = (self._things[dispute] for dispute in self._disputes)
        return tuple(each for each in found if isinstance(each, Dispute))

    def active(self, day: int) -> Iterator[Payment]:
        """The payments that may have rows on the statement of a day."""
        return (self._payments[payment] for payment in self._active.get(day, ()))

    def is_closed(self, order: str) -> bool:
        """Whether the order takes no further charge on this channel."""
        return order in self._closed

    def thing(self, thing: str) -> Thing | None:
        """The checkout or other thing with this id, of whatever channel."""
        return self._things.get(thing)

    def put(self, commit: Commit) -> None:
        """Take over the objects of a commit."""
        for payment in commit.payments:
            self._put_payment(payment)
        for refund in commit.refunds:
            if refund.id not in self._refunds:
                self._refunds_of[refund.payment].append(refund.id)
            self._refunds[refund.id] = refund
            if refund.reference is not None:
                self._by_reference[refund.payment, refund.reference] = refund.id
        for thing in commit.things:
            if isinstance(thing, Dispute):
                self._disputes[thing.id] = None
        if commit.closed is not None:
            self._closed.add(commit.closed)

    def _put_payment(self, payment: Payment) -> None:
        old = self._payments.get(payment.id)
        if old is None:
            self._by_order[payment.order].append(payment.id)
        elif old != payment:
            self._earlier[payment.id] = old
        self._payments[payment.id] = payment
        for day in days_of(payment):
            self._active[day][payment.id] = None


class MemoryStore:
    """The state of one account: channels, ledger, idempotency keys, attempt counters."""

    def __init__(self) -> None:
        self.keys = Keyring()
        self.ledger = Ledger()
        self.things: dict[str, Thing] = {}
        self._channels: dict[str, ChannelState] = {}
        self._attempts: defaultdict[tuple[str, str], int] = defaultdict(int)

    def channel(self, name: str) -> ChannelState:
        """The state of one channel, empty at first."""
        state = self._channels.get(name)
        if state is None:
            state = self._channels[name] = ChannelState(name, self.things)
        return state

    def channels(self) -> tuple[ChannelState, ...]:
        """All channels that have been used."""
        return tuple(self._channels.values())

    def check(self, commit: Commit) -> None:
        """Hold a commit against the ledger's invariants before it is written."""
        payments = self.channel(commit.channel)
        before = tuple([payments.payment(payment.id) for payment in commit.payments])
        check(commit.payments, before, commit.refunds, commit.postings)
        wallets = tuple([thing for thing in commit.things if isinstance(thing, Wallet)])
        if wallets or touch_wallet(commit.postings):
            kept = (self.things.get(wallet.id) for wallet in wallets)
            earlier = tuple(each if isinstance(each, Wallet) else None for each in kept)
            check_wallets(wallets, earlier, commit.postings)

    def apply(self, commit: Commit) -> None:
        """Make the change that a commit describes."""
        self.channel(commit.channel).put(commit)
        for thing in commit.things:
            if not isinstance(thing, Notice):  # nobody asks for one again; the journal keeps it
                self.things[thing.id] = thing
        self.ledger.post(commit.postings)
        if commit.attempt:
            self.count(commit.order, commit.operation, commit.attempt)
        if commit.key is not None:
            self._restore_key(commit, commit.key)

    def next_attempt(self, order: str, operation: str) -> int:
        """The number of the attempt that begins now, from 1; it is counted."""
        number = self._attempts[order, operation] + 1
        self._attempts[order, operation] = number
        return number

    def attempts(self, order: str, operation: str) -> int:
        """How many attempts have been made."""
        return self._attempts.get((order, operation), 0)

    def count(self, order: str, operation: str, attempt: int) -> None:
        """Remember that this attempt was made."""
        self._attempts[order, operation] = max(self._attempts[order, operation], attempt)

    def _restore_key(self, commit: Commit, record: KeyRecord) -> None:
        slot = Slot(commit.channel, record.path, record.key)
        self.keys.store(slot, record.fingerprint, stored_outcome(commit, record), commit.wall)


def key_record(slot: Slot, fingerprint: str, outcome: Outcome) -> KeyRecord | None:
    """How an outcome is kept for replays; None for one that is not kept."""
    match outcome:
        case PaymentOutcome(_, created):
            return KeyRecord(slot.path, slot.key, fingerprint, "payment", created=created)
        case Declined(_, failure):
            return KeyRecord(slot.path, slot.key, fingerprint, "declined", failure)
        case Unknown():
            return KeyRecord(slot.path, slot.key, fingerprint, "unknown")
        case RefundOutcome(_, created):
            return KeyRecord(slot.path, slot.key, fingerprint, "refund", created=created)
        case OrderClosed():
            return KeyRecord(slot.path, slot.key, fingerprint, "order_closed")
        case ThingOutcome(_, created):
            return KeyRecord(slot.path, slot.key, fingerprint, "thing", created=created)
        case _:
            return None


def stored_outcome(commit: Commit, record: KeyRecord) -> Outcome:
    """The outcome that a key record stands for; JournalError for a word of another version."""
    match record.outcome:
        case "payment":
            return PaymentOutcome(commit.payments[0], record.created)
        case "declined":
            return Declined(commit.payments[0], record.failure or "generic_decline")
        case "unknown":
            return Unknown(commit.payments[0])
        case "refund":
            return RefundOutcome(commit.refunds[0], record.created)
        case "order_closed":
            return OrderClosed(commit.order, commit.payments)
        case "thing":
            return ThingOutcome(commit.things[0], record.created)
        case other:
            raise JournalError(f"commit {commit.seq} keeps an outcome '{other}' that is not known")
