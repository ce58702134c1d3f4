"""Where a request is worked on: what there is, what there will be, and what is told of it.

A handler looks things up here, puts down what it changes, and answers. Nothing has happened until
the decision that comes of it is committed; an Objection on the way leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from simulator.dialects.stripe.changes import previous
from simulator.dialects.stripe.objection import missing
from simulator.gateway.commands import Call
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import Stale
from simulator.gateway.model import Event, Payment, Posting, Refund
from simulator.gateway.outcomes import Outcome
from simulator.gateway.resources import event_of
from simulator.gateway.things import Resource, Thing

#: How events are named that tell of a change.
_UPDATED: Final = ".updated"


class Answer(msgspec.Struct, frozen=True):
    """What a handler answers: an object as the caller sees it, or an error (`status` over 399).

    `tells` is what the answer tells of a payment or refund, for the journal.
    """

    shown: dict[str, Any]
    tells: Outcome | None = None
    status: int = 200


class Desk:
    """One request's. `context` is all that it may look at.

    `hosts` are where webhooks may go beside this machine.
    """

    def __init__(self, context: Context, call: Call, hosts: tuple[str, ...] = ()) -> None:
        self.context = context
        self.call = call
        self.hosts = hosts
        self._payments: dict[str, Payment] = {}
        self._refunds: dict[str, Refund] = {}
        self._things: dict[str, Thing] = {}
        self._postings: tuple[Posting, ...] = ()
        self._events: tuple[Event, ...] = ()
        self._unheeded = False
        self._charged = False
        self._advance = 0.0

    @property
    def now(self) -> int:
        """The account clock's Unix time."""
        return int(self.context.wall)

    def new(self, prefix: str) -> str:
        """A fresh id."""
        return self.context.ids.new(prefix)

    def find(self, name: str) -> Resource | None:
        """The resource with this id on this channel, as it will be."""
        put = self._things.get(name)
        return put if isinstance(put, Resource) else self.context.snapshot.resource(name)

    def get(self, kind: str, name: str, param: str = "id") -> Resource:
        """The resource of this kind with this id; raises Objection (404) if there is none."""
        found = self.find(name)
        if found is None or found.kind != kind or found.deleted:
            raise missing(kind, name, param)
        return found

    def all(self, kind: str) -> Iterator[Resource]:
        """All resources of a kind on this channel, newest first, without those deleted."""
        return (each for each in self.context.snapshot.resources(kind) if not each.deleted)

    def known_as(self, kind: str, name: str) -> tuple[Resource, ...]:
        """The resources of a kind on this channel that have this order or alias, oldest first."""
        return self.context.snapshot.resources_of(kind, name)

    def thing(self, name: str) -> Thing | None:
        """A dispute, authentication or other thing, as it will be."""
        return self._things.get(name) or self.context.snapshot.thing(name)

    def payment(self, name: str) -> Payment | None:
        """The payment with this id, as it will be; in a stale read, as it was before."""
        found = self._payments.get(name) or self.context.snapshot.payment(name)
        if found is not None and isinstance(self.context.directive, Stale):
            return self.context.snapshot.before(name)
        return found

    def payments_for(self, resource: Resource) -> tuple[Payment, ...]:
        """All payments that were made for a resource, oldest first."""
        kept = self.context.snapshot.payments_of(resource.order)
        known = {each.id: each for each in kept if each.resource == resource.id}
        known |= {
            name: each for name, each in self._payments.items() if each.resource == resource.id
        }
        seen = (self.payment(name) for name in known)
        return tuple(each for each in seen if each is not None)

    def refund(self, name: str) -> Refund | None:
        """The refund with this id, as it will be."""
        return self._refunds.get(name) or self.context.snapshot.refund(name)

    def refunds_of(self, payment: str) -> tuple[Refund, ...]:
        """The refunds of a payment, as they will be, oldest first."""
        known = {each.id: each for each in self.context.snapshot.refunds_of(payment)}
        known |= {name: each for name, each in self._refunds.items() if each.payment == payment}
        return tuple(known.values())

    def tell_truth(self) -> None:
        """Say that what is answered is true now: how it stood earlier is kept of payments only."""
        self._unheeded = self._unheeded or self.context.directive is not None

    def put(self, resource: Resource) -> Resource:
        """Keep a new or changed resource; its texts came through `form`, which masks cards."""
        wall = self.context.wall
        kept = msgspec.structs.replace(resource, created=resource.created or wall, updated=wall)
        self._things[kept.id] = kept
        return kept

    def add(self, thing: Thing) -> None:
        """Keep a thing of the gateway's own."""
        self._things[thing.id] = thing

    def tell(self, name: str, resource: Resource) -> None:
        """Let an event of this name be born about a resource that was put down."""
        event = event_of(resource, name, self.context)
        old = self.context.snapshot.resource(resource.id) if name.endswith(_UPDATED) else None
        if old is not None:
            was = previous(old.fields, resource.fields)
            event = msgspec.structs.replace(event, previous=was)
        self._events += (event,)

    def tell_of(
        self,
        name: str,
        payment: Payment,
        *,
        refund: str | None = None,
        thing: str | None = None,
        was: dict[str, Any] | None = None,
    ) -> None:
        """The same about a payment, or about a refund or thing of one, put down or as it stands.

        `was` is how what has changed stood before.
        """
        self._payments.setdefault(payment.id, payment)
        event = Event(
            self.new("evt"),
            name,
            payment.channel,
            payment.order,
            payment.id,
            refund,
            thing,
            name,
            previous=was,
        )
        self._events += (event,)

    def advance(self, seconds: float) -> None:
        """Let the account's clock move forward, once all is done; it never goes back."""
        self._advance = max(0.0, seconds)

    def work(self, decision: Decision) -> Outcome:
        """Take over what the gateway decided; returns what became of it."""
        self._payments |= {each.id: each for each in decision.payments}
        self._refunds |= {each.id: each for each in decision.refunds}
        self._things |= {each.id: each for each in decision.things}
        self._postings += decision.postings
        self._events += decision.events
        self._unheeded = self._unheeded or decision.unheeded
        self._charged = self._charged or decision.charged
        return decision.outcome

    def decision(self, outcome: Outcome) -> Decision:
        """All of it, with this outcome."""
        return Decision(
            outcome,
            tuple(self._payments.values()),
            tuple(self._refunds.values()),
            self._postings,
            self._events,
            tuple(self._things.values()),
            unheeded=self._unheeded,
            charged=self._charged,
            advance=self._advance,
        )
