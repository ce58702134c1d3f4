"""The store in memory: the same `apply` serves a live commit and a restart from the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from simulator.gateway import endpoints
from simulator.gateway.idempotency import Keyring, Replay, Slot
from simulator.gateway.ledger import Ledger, check, check_wallets
from simulator.gateway.model import Event, Payment, Refund, touch_wallet
from simulator.gateway.statements import days_of
from simulator.gateway.things import Dispute, Happening, Notice, Resource, Thing, Wallet
from simulator.journal.entry import Commit, KeyRecord
from simulator.stores.replays import stored_outcome


class ChannelState:
    """One channel of one account; satisfies gateway.ports.Snapshot.

    `addressed` says that the account has an address of its own for events.
    """

    def __init__(self, channel: str, things: dict[str, Thing] | None = None) -> None:
        self.channel = channel
        self.addressed = False
        self.worked_out: dict[str, object] = {}
        self._things = {} if things is None else things
        self._payments: dict[str, Payment] = {}
        self._earlier: dict[str, Payment] = {}
        self._by_order: defaultdict[str, list[str]] = defaultdict(list)
        self._refunds: dict[str, Refund] = {}
        self._refunds_of: defaultdict[str, list[str]] = defaultdict(list)
        self._active: defaultdict[int, dict[str, None]] = defaultdict(dict)
        self._moved: list[str] = []
        self._disputes: dict[str, None] = {}
        self._resources: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._resources_of: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._happenings: dict[str, Happening] = {}
        self._undelivered: dict[str, dict[str | None, None]] = {}
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

    def refunds(self) -> Iterator[Refund]:
        """All refunds on this channel, oldest first."""
        return iter(self._refunds.values())

    def resource(self, resource: str) -> Resource | None:
        """The resource with this id on this channel."""
        found = self._things.get(resource)
        mine = isinstance(found, Resource) and found.channel == self.channel
        return found if isinstance(found, Resource) and mine else None

    def resources(self, kind: str) -> Iterator[Resource]:
        """All resources of a kind on this channel, newest first."""
        found = (self._things[name] for name in reversed(self._resources[kind]))
        return (each for each in found if isinstance(each, Resource))

    def resources_of(self, kind: str, order: str) -> tuple[Resource, ...]:
        """The resources of a kind that are about an order, oldest first."""
        ids = self._resources_of.get((kind, order))
        if not ids:
            return ()
        found = (self._things[name] for name in ids)
        return tuple(
            each
            for each in found
            if isinstance(each, Resource) and order in (each.order, each.alias)
        )

    def happening(self, event: str) -> Happening | None:
        """The event with this id, if it has a name of its own in its dialect."""
        return self._happenings.get(event)

    def happenings(self) -> Iterator[Happening]:
        """All events on this channel that have such a name, newest first."""
        return reversed(self._happenings.values())

    def undelivered(self, event: str) -> int:
        """How many addresses were to be told of this event and have not acknowledged it."""
        owed = self._undelivered.get(event, {})
        return len(owed) - (None in owed and not self.addressed)

    def addresses_of(self, event: Event) -> tuple[str | None, ...]:
        """Where an event goes that was just born: the account's own address, and endpoints."""
        return tuple(self._undelivered[event.id]) if event.name is not None else (None,)

    def delivered(self, event: str, endpoint: str | None) -> None:
        """An event with a name of its own was acknowledged at an address."""
        owed = self._undelivered.get(event)
        if owed is not None:
            owed.pop(endpoint, None)
            if not owed:
                del self._undelivered[event]

    def active(self, day: int) -> Iterator[Payment]:
        """The payments that may have rows on the statement of a day."""
        return (self._payments[payment] for payment in self._active.get(day, ()))

    def moved(self, since: int) -> list[str]:
        """The payments whose rows on statements may have changed, after so many changes."""
        return self._moved[since:]

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
            self._moved.append(refund.payment)
            if refund.reference is not None:
                self._by_reference[refund.payment, refund.reference] = refund.id
        if commit.things:
            self._put_things(commit.things)
        if commit.closed is not None:
            self._closed.add(commit.closed)
        if commit.events:
            self._remember(commit)

    def _put_things(self, things: tuple[Thing, ...]) -> None:
        for thing in things:
            if isinstance(thing, Dispute):
                self._disputes[thing.id] = None
                self._moved.append(thing.payment)
            elif isinstance(thing, Resource):
                self._resources[thing.kind][thing.id] = None
                if thing.order:
                    self._resources_of[thing.kind, thing.order][thing.id] = None
                if thing.alias:
                    self._resources_of[thing.kind, thing.alias][thing.id] = None

    def _remember(self, commit: Commit) -> None:
        """Keep the events that have a name of their own: the merchant may ask for them again."""
        if all(event.name is None for event in commit.events):
            return
        listened_to = bool(self._resources.get(endpoints.KIND))
        for born in commit.born():
            event = born.event
            if event.name is not None:
                self._happenings[event.id] = born
                found = endpoints.addressees(self, event) if listened_to else ()
                self._undelivered[event.id] = dict.fromkeys((None, *found))

    def _put_payment(self, payment: Payment) -> None:
        old = self._payments.get(payment.id)
        if old is None:
            self._by_order[payment.order].append(payment.id)
        elif old != payment:
            self._earlier[payment.id] = old
        self._payments[payment.id] = payment
        if payment.captured_at:
            self._moved.append(payment.id)
        for day in days_of(payment):
            self._active[day][payment.id] = None


class MemoryStore:
    """The state of one account: channels, ledger, idempotency keys, attempt counters."""

    def __init__(self) -> None:
        self.keys = Keyring()
        self.ledger = Ledger()
        self.things: dict[str, Thing] = {}
        self._channels: dict[str, ChannelState] = {}
        self._addressed = False
        self._attempts: defaultdict[tuple[str, str], int] = defaultdict(int)

    def channel(self, name: str) -> ChannelState:
        """The state of one channel, empty at first."""
        state = self._channels.get(name)
        if state is None:
            state = self._channels[name] = ChannelState(name, self.things)
            state.addressed = self._addressed
        return state

    def address(self, *, known: bool) -> None:
        """The account has an address of its own for events, or has one no more."""
        self._addressed = known
        for state in self._channels.values():
            state.addressed = known

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

    def apply(self, commit: Commit, ahead: float = 0.0) -> None:
        """Make the change that a commit describes.

        `ahead` is by how many seconds the account's clock was ahead of the machine's then.
        """
        self.channel(commit.channel).put(commit)
        for thing in commit.things:
            if not isinstance(thing, Notice):  # nobody asks for one again; the journal keeps it
                self.things[thing.id] = thing
        self.ledger.post(commit.postings)
        if commit.attempt:
            self.count(commit.order, commit.operation, commit.attempt)
        if commit.key is not None:
            self._keep(commit, commit.key, commit.wall + ahead)

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

    def _keep(self, commit: Commit, record: KeyRecord, now: float) -> None:
        slot = Slot(commit.channel, record.path, record.key)
        first = Replay(stored_outcome(commit, record), commit.exchange)
        self.keys.store(slot, record.fingerprint, first, now)
