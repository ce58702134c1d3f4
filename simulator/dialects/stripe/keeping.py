"""What success does to the payment method: it is kept for the customer, or used up.

A payment method that is to be kept (`setup_future_usage`) becomes the customer's when the payment
went through, whenever that is: at once, when the payer has proved who pays, or late. One that is
nobody's and was not to be kept has paid its only payment.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from simulator.dialects.stripe.instruments import is_gone, owned
from simulator.dialects.stripe.intentview import KIND as INTENT
from simulator.dialects.stripe.methodoptions import option
from simulator.gateway.decision import Decision
from simulator.gateway.model import Event, Payment, Status
from simulator.gateway.ports import Snapshot
from simulator.gateway.things import Resource

ATTACHED: Final = "payment_method.attached"
_WELL: Final = frozenset({Status.AUTHORIZED, Status.CAPTURED})
_OFF: Final = "off_session"


def after(intent: Resource, payment: Payment, method: Resource) -> Resource | None:
    """The payment method after a payment of an intent; None if nothing changes."""
    if payment.status not in _WELL:
        return None
    later, customer = usage_of(intent.fields, method), intent.fields["customer"]
    proof = payment.authentication
    proved = later == _OFF and proof is not None and proof.passed
    changed = method
    if method.fields["customer"] is None and later is None:
        changed = replace(method, fields={**method.fields, "spent": True})
    elif method.fields["customer"] is None and customer is not None:
        changed = owned(method, customer, set_up=proved)
    elif proved:
        changed = replace(method, fields={**method.fields, "set_up": True})
    return None if changed.fields == method.fields else changed


def usage_of(fields: dict[str, Any], method: Resource) -> str | None:
    """For what a payment method is to be kept, if it is: on_session or off_session."""
    own = option(fields, method.fields["type"], "setup_future_usage")
    said: str | None = fields["setup_future_usage"] if own is None else own
    return None if said == "none" else said


def is_attached(before: Resource, now: Resource) -> bool:
    """Whether a payment method has become a customer's."""
    return before.fields["customer"] is None and now.fields["customer"] is not None


def follow(decision: Decision, snapshot: Snapshot) -> Decision:
    """The decision with what it means for the payment methods of intents."""
    for payment in decision.payments:
        if payment.resource is not None and payment.status in _WELL:
            decision = _kept(payment, decision, snapshot)
    return decision


def _kept(payment: Payment, decision: Decision, snapshot: Snapshot) -> Decision:
    """The decision with what this payment, which went through, means for its payment method."""
    intent = _find(payment.resource, decision, snapshot)
    if intent is None or intent.kind != INTENT or intent.payment != payment.id:
        return decision
    method = _find(intent.fields["payment_method"], decision, snapshot)
    if is_gone(intent.fields["customer"], snapshot):
        intent = replace(intent, fields={**intent.fields, "customer": None})
    now = None if method is None else after(intent, payment, method)
    if method is None or now is None:
        return decision
    things = {each.id: each for each in decision.things}
    things[now.id] = now = replace(now, updated=payment.updated)
    events = decision.events
    if is_attached(method, now):
        events = (_told(now, decision), *events)
    return replace(decision, things=tuple(things.values()), events=events)


def _find(name: str | None, decision: Decision, snapshot: Snapshot) -> Resource | None:
    for thing in decision.things:
        if thing.id == name:
            return thing if isinstance(thing, Resource) else None
    return snapshot.resource(name or "")


def _told(method: Resource, decision: Decision) -> Event:
    """Told before what led to it; its id is that of an event of the same commit, and more."""
    first = decision.events[0].id if decision.events else f"evt_{method.id}"
    return Event(f"{first}m", ATTACHED, method.channel, "", "", thing=method.id, name=ATTACHED)
