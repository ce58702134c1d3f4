"""What happens to a payment, by the names and in the order in which Stripe tells it.

One change of the gateway may be several events here: a capture is `charge.succeeded` and
`payment_intent.succeeded`. Each keeps the gateway's own type, by which scenarios and checkers know
it. What Stripe has no event for is not told. See docs.stripe.com/api/events/types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from string import ascii_lowercase
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from simulator.dialects.stripe import keeping, sessiontries, setupview
from simulator.dialects.stripe.changes import previous
from simulator.dialects.stripe.chargeview import is_charge, is_held, is_paid, returned_view
from simulator.dialects.stripe.chargewords import words_of
from simulator.dialects.stripe.warningview import is_actionable
from simulator.gateway.cancels import has_lapsed
from simulator.gateway.decision import Decision
from simulator.gateway.model import Event, Payment, RefundStatus, Status
from simulator.gateway.ports import Snapshot
from simulator.gateway.things import Dispute, Resource, Thing

INTENT: Final = "payment_intent"
#: What stands with an intent of its last try.
_OF_TRY: Final = ("billing_details", "payment_method", "tried")
#: A last try in one of these gives way to an earlier one that took money after all.
_TOOK_NOTHING: Final = frozenset(
    {Status.REQUIRES_ACTION, Status.FAILED, Status.EXPIRED, Status.CANCELED}
)


class _Name(NamedTuple):
    """What an event is called, and what is shown with it if not the charge or its intent."""

    name: str
    refund: bool = False
    dispute: bool = False
    was: dict[str, Any] | None = None  # how what has changed stood before


class _Change(NamedTuple):
    """An event of the gateway, and what it is about, before and after."""

    event: Event
    payment: Payment
    before: Payment | None
    made_for: Resource | None
    dispute: Dispute | None
    is_news: bool  # the refund that it is about was not known before


def voice(decision: Decision, snapshot: Snapshot, exchange: str, key: str | None) -> Decision:
    """The decision with its events told as Stripe tells them, where their payments are its own.

    `exchange` and `key` are those of the request that led to it, empty and None if none did.
    """
    decision, of_sessions = sessiontries.follow(_brought_home(decision, snapshot), snapshot)
    decision = setupview.follow(keeping.follow(decision, snapshot), snapshot)
    payments = {payment.id: payment for payment in decision.payments}
    things: dict[str, Thing] = {thing.id: thing for thing in decision.things}
    events: list[Event] = []
    for event in decision.events:
        payment = payments.get(event.payment)
        if event.name is not None or payment is None or payment.resource is None:
            events.append(event)
            continue
        change = _change(event, payment, things, snapshot)
        if change.made_for is not None:
            things[change.made_for.id] = change.made_for
        events += _told(change)
        if event.id in of_sessions:
            events.append(of_sessions[event.id])
    caused = tuple(_caused(each, exchange, key) for each in events)
    return replace(decision, events=caused, things=tuple(things.values()))


def _brought_home(decision: Decision, snapshot: Snapshot) -> Decision:
    """The decision with intents whose earlier try took money late, when the last one has not."""
    home: dict[str, Thing] = {}
    for payment in decision.payments:
        if payment.resource is None or not is_paid(payment):
            continue
        known = (each for each in decision.things if each.id == payment.resource)
        intent = next(known, None) or snapshot.resource(payment.resource)
        if isinstance(intent, Resource) and _is_late(intent, payment, snapshot):
            words = words_of(payment, intent)
            own = {name: words[name] for name in _OF_TRY if name in words}
            fields = {**intent.fields, **own}
            home[intent.id] = replace(intent, payment=payment.id, fields=fields)
    if not home:
        return decision
    things = {each.id: each for each in decision.things} | home
    return replace(decision, things=tuple(things.values()))


def _is_late(intent: Resource, payment: Payment, snapshot: Snapshot) -> bool:
    """Whether it is an earlier try of this intent, of which the last took nothing so far."""
    is_earlier = snapshot.payment(payment.id) is not None
    if intent.kind != INTENT or intent.payment in (None, payment.id) or not is_earlier:
        return False
    last = snapshot.payment(intent.payment or "")
    return last is not None and last.shown in _TOOK_NOTHING


def _caused(event: Event, exchange: str, key: str | None) -> Event:
    return event if event.name is None else replace(event, exchange=exchange or None, key=key)


def _change(
    event: Event, payment: Payment, things: Mapping[str, Thing], snapshot: Snapshot
) -> _Change:
    kept = things.get(payment.resource or "") or snapshot.resource(payment.resource or "")
    thing = (things.get(event.thing) or snapshot.thing(event.thing)) if event.thing else None
    return _Change(
        event,
        payment,
        snapshot.payment(payment.id),
        kept if isinstance(kept, Resource) else None,
        thing if isinstance(thing, Dispute) else None,
        event.refund is not None and snapshot.refund(event.refund) is None,
    )


def _told(change: _Change) -> Iterator[Event]:
    """The events that one of the gateway becomes; ids of further ones have a letter more."""
    event = change.event
    for number, told in enumerate(_names(change)):
        yield replace(
            event,
            id=event.id + (ascii_lowercase[number - 1] if number else ""),
            name=told.name,
            refund=event.refund if told.refund else None,
            thing=_about(told, change),
            previous=told.was,
        )


def _about(told: _Name, change: _Change) -> str | None:
    if told.refund:
        return None
    if told.dispute:
        return change.event.thing
    return change.made_for.id if change.made_for is not None else None


def _names(change: _Change) -> Iterator[_Name]:
    """What an event of the gateway is called here, one name for each event that it becomes."""
    tell = _TELLERS.get(change.event.type)
    if tell is None:
        return
    yield from tell(change)
    before, payment = change.before, change.payment
    if before is not None and is_actionable(before) and not is_actionable(payment):
        yield _Name("radar.early_fraud_warning.updated", was={"actionable": True})


def _of_payment(charge: str | None, intent: str) -> Callable[[_Change], Iterator[_Name]]:
    """The charge's event if there is a charge, and that of its intent if this is its last try."""

    def tell(change: _Change) -> Iterator[_Name]:
        if charge is not None and is_charge(change.payment):
            yield _Name(charge)
        yield from _of_intent(change, intent)

    return tell


def _of_intent(change: _Change, name: str) -> Iterator[_Name]:
    made_for = change.made_for
    if made_for is None or made_for.kind != INTENT:
        return
    if made_for.payment == change.payment.id:
        yield _Name(name)


def _captured(change: _Change) -> Iterator[_Name]:
    before = change.before
    held = before is not None and (is_held(before) or before.status is Status.AUTHORIZED)
    yield _Name("charge.captured" if held else "charge.succeeded")
    yield from _of_intent(change, "payment_intent.succeeded")


def _under_way(change: _Change) -> Iterator[_Name]:
    before = change.before
    known = before is not None and is_charge(before)
    if is_charge(change.payment) and not known and not is_held(change.payment):
        yield _Name("charge.pending")
    yield from _of_intent(change, "payment_intent.processing")


def _canceled(change: _Change) -> Iterator[_Name]:
    """A hold that is released is money that goes back; what was under way has failed."""
    if has_lapsed(change.payment):
        yield _Name("charge.expired")
    elif change.payment.amount_authorized:
        yield _returned(change)
    elif change.before is not None and is_charge(change.before):
        yield _Name("charge.failed")
    yield from _of_intent(change, "payment_intent.canceled")


def _reversed(change: _Change) -> Iterator[_Name]:
    """The issuer took it back: a hold is gone, a payment has failed after all."""
    gone = change.payment.status is Status.CANCELED
    yield _Name("charge.expired" if gone else "charge.failed")
    yield from _of_intent(
        change, "payment_intent.canceled" if gone else "payment_intent.payment_failed"
    )


def _suspected(_: _Change) -> Iterator[_Name]:
    yield _Name("radar.early_fraud_warning.created")


def _refunded(change: _Change) -> Iterator[_Name]:
    """A refund was made, or one that was pending has arrived."""
    if change.is_news:
        yield _Name("refund.created", refund=True)
        yield _returned(change)
    else:
        was = {"status": str(RefundStatus.PENDING)}
        yield _Name("refund.updated", refund=True, was=was)
        yield _Name("charge.refund.updated", refund=True, was=was)


def _returned(change: _Change) -> _Name:
    """That a charge went back, in whole or in part."""
    if change.before is None:
        return _Name("charge.refunded")
    was = previous(returned_view(change.before), returned_view(change.payment))
    return _Name("charge.refunded", was=was)


def _refund_failed(_: _Change) -> Iterator[_Name]:
    yield _Name("refund.failed", refund=True)
    yield _Name("charge.refund.updated", refund=True)


def _disputed(change: _Change) -> Iterator[_Name]:
    """A dispute was opened, with or without money gone; or an inquiry has become one."""
    dispute = change.dispute
    escalated = dispute is not None and dispute.escalated > 0
    yield _Name(f"charge.dispute.{'updated' if escalated else 'created'}", dispute=True)
    if dispute is None or not dispute.inquiry:
        yield _Name("charge.dispute.funds_withdrawn", dispute=True)


def _closed(change: _Change) -> Iterator[_Name]:
    yield _Name("charge.dispute.closed", dispute=True)
    won = change.event.type == "dispute.won"
    if won and change.dispute is not None and not change.dispute.inquiry:
        yield _Name("charge.dispute.funds_reinstated", dispute=True)


_TELLERS: Final[Mapping[str, Callable[[_Change], Iterator[_Name]]]] = MappingProxyType(
    {
        "payment.requires_action": _of_payment(None, "payment_intent.requires_action"),
        "payment.processing": _under_way,
        "payment.retrying": _under_way,
        "payment.authorized": _of_payment(
            "charge.succeeded", "payment_intent.amount_capturable_updated"
        ),
        "payment.captured": _captured,
        "payment.failed": _of_payment("charge.failed", "payment_intent.payment_failed"),
        "payment.expired": _of_payment("charge.failed", "payment_intent.payment_failed"),
        "payment.canceled": _canceled,
        "payment.reversed": _reversed,
        "payment.suspected": _suspected,
        "refund.created": _refunded,
        "refund.succeeded": _refunded,
        "refund.failed": _refund_failed,
        "dispute.opened": _disputed,
        "dispute.won": _closed,
        "dispute.lost": _closed,
    }
)
