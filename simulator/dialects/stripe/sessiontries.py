"""What becomes of a checkout session when its payer pays, or tries to, at its page.

The page is the gateway's own and knows nothing of Stripe. A commit that changes a payment made
there is completed here: with the payment intent, which comes into being with the first try, with
the payment method of each try, and with the session itself; and it says what more is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from simulator.dialects.stripe import chargewords, intentview
from simulator.dialects.stripe.chargeview import is_charge
from simulator.dialects.stripe.instruments import method_view, of_try
from simulator.dialects.stripe.names import first_event_of, method_of_try, session_of
from simulator.dialects.stripe.sessionview import COMPLETE, OPEN
from simulator.gateway.decision import Decision
from simulator.gateway.model import Event, Payment, Status
from simulator.gateway.ports import Snapshot
from simulator.gateway.things import Checkout, Resource, Thing

_UNDER_WAY: Final = frozenset(
    {Status.CREATED, Status.REQUIRES_ACTION, Status.PROCESSING, Status.RETRYING}
)
#: What the gateway tells of a payment with which a payer's part is done.
_DONE: Final = frozenset({"payment.captured", "payment.authorized", "payment.processing"})
_LOST: Final = frozenset({"payment.failed", "payment.expired", "payment.canceled"})


def follow(decision: Decision, snapshot: Snapshot) -> tuple[Decision, Mapping[str, Event]]:
    """The decision with all that it means for sessions, and what is told of them.

    What is told of a session goes behind the news of a payment, by whose event's id it stands here.
    """
    paid = [each for each in decision.payments if each.resource and each.checkout]
    if not paid:
        return decision, {}
    tries = _Tries(decision, snapshot)
    for payment in paid:
        tries.follow(payment)
    return tries.decision(), tries.told


class _Tries:
    """One commit's; what it puts down later ones see."""

    def __init__(self, decision: Decision, snapshot: Snapshot) -> None:
        self.told: dict[str, Event] = {}
        self._decision = decision
        self._snapshot = snapshot
        self._things: dict[str, Thing] = {each.id: each for each in decision.things}
        self._first: list[Event] = []

    def follow(self, payment: Payment) -> None:
        """Take over what became of one payment."""
        page = self._find(payment.checkout)
        session = self._find(session_of(payment.resource or ""))
        if not isinstance(page, Checkout) or not isinstance(session, Resource):
            return
        if page.payment == payment.id and session.payment != payment.id:
            if page.email is not None:
                session = replace(session, fields={**session.fields, "email": page.email})
            session = self._tried(session, page, payment)
        for event in self._decision.events:
            if event.payment == payment.id and event.refund is None and event.thing is None:
                session = self._heard(session, page, payment, event)
        if session.fields["status"] == OPEN:
            waits = payment.shown in _UNDER_WAY
            session = replace(session, settles_at=None if waits else session.fields["expires_at"])
        self._put(replace(session, updated=payment.updated))

    def decision(self) -> Decision:
        """The decision, whole."""
        return replace(
            self._decision,
            things=tuple(self._things.values()),
            events=(*self._first, *self._decision.events),
        )

    def _tried(self, session: Resource, page: Checkout, payment: Payment) -> Resource:
        """The session after a fresh try, which has its own payment method."""
        method = of_try(method_of_try(payment.id), payment, session.fields["email"])
        intent = self._find(payment.resource)
        if not isinstance(intent, Resource):
            intent = self._begun(session, payment)
        last = self._snapshot.payment(intent.payment or "")
        if last is not None and is_charge(last):
            intent = chargewords.kept(intent, last)
        self._put(method)
        fields = {
            **intent.fields,
            "payment_method": method.id,
            "renewed": False,
            "tried": method_view(method),
            "billing_details": method.fields["billing_details"],
            "receipt_url": f"{page.url}/receipt",
        }
        self._put(replace(intent, payment=payment.id, fields=fields, updated=payment.updated))
        return replace(session, payment=payment.id)

    def _begun(self, session: Resource, payment: Payment) -> Resource:
        """The payment intent, as the session says that it is to be."""
        intent = Resource(
            id=payment.resource or "",
            kind=intentview.KIND,
            channel=session.channel,
            order=session.order,
            fields={**intentview.BLANK, **session.fields["intent"]},
            created=payment.created,
            updated=payment.updated,
        )
        name = "payment_intent.created"
        self._first.append(
            Event(
                first_event_of(payment.id),
                name,
                session.channel,
                session.order,
                "",
                thing=intent.id,
                name=name,
            )
        )
        return intent

    def _heard(self, session: Resource, page: Checkout, payment: Payment, event: Event) -> Resource:
        """The session after something was told of one of its payments."""
        fields = session.fields
        if event.type in _DONE and fields["status"] != COMPLETE:
            self._tell("checkout.session.completed", session, event)
            self._put(replace(page, status=COMPLETE, payment=payment.id))
            awaits = event.type == "payment.processing"
            said = {"status": COMPLETE, "awaits": payment.id if awaits else None}
            return replace(
                session,
                payment=payment.id,
                fields={**fields, **said},
                settles_at=None,
                becomes={},
                then=None,
            )
        if fields["awaits"] == payment.id and event.type in _DONE | _LOST:
            how = "failed" if event.type in _LOST else "succeeded"
            if event.type == "payment.processing":
                return session
            self._tell(f"checkout.session.async_payment_{how}", session, event)
            return replace(session, fields={**fields, "awaits": None})
        return session

    def _tell(self, name: str, session: Resource, event: Event) -> None:
        self.told[event.id] = replace(event, id=f"{event.id}s", name=name, thing=session.id)

    def _find(self, name: str | None) -> Thing | None:
        return self._things.get(name or "") or self._snapshot.thing(name or "")

    def _put(self, thing: Thing) -> None:
        self._things[thing.id] = thing
