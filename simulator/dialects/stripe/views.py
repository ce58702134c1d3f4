"""What an event is about, as callers see it: as it stood when the event was born."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from simulator.dialects.stripe.chargeview import charge_view
from simulator.dialects.stripe.clocks import KIND as CLOCK
from simulator.dialects.stripe.clocks import clock_view
from simulator.dialects.stripe.customers import customer_view
from simulator.dialects.stripe.disputeview import dispute_view
from simulator.dialects.stripe.goods import PRICE, PRODUCT, price_view, product_view
from simulator.dialects.stripe.instruments import method_view
from simulator.dialects.stripe.intentview import KIND as INTENT
from simulator.dialects.stripe.intentview import intent_view
from simulator.dialects.stripe.refundview import OBJECT as REFUND
from simulator.dialects.stripe.refundview import refund_view, release_view
from simulator.dialects.stripe.sessionview import KIND as SESSION
from simulator.dialects.stripe.sessionview import session_view
from simulator.dialects.stripe.setupview import KIND as SETUP
from simulator.dialects.stripe.setupview import setup_view
from simulator.dialects.stripe.warningview import OBJECT as WARNING
from simulator.dialects.stripe.warningview import warning_view
from simulator.errors import InvariantViolation
from simulator.gateway.model import Payment, Refund
from simulator.gateway.ports import Snapshot
from simulator.gateway.things import Dispute, Happening, Resource

#: How what is kept of these kinds is shown, that is about no payment.
_KEPT: Final[Mapping[str, Callable[[Resource], dict[str, Any]]]] = MappingProxyType(
    {
        "customer": customer_view,
        "payment_method": method_view,
        PRICE: price_view,
        PRODUCT: product_view,
        SETUP: setup_view,
        CLOCK: clock_view,
    }
)
#: The same of kinds that are shown with their payment.
_WITH_PAYMENT: Final[Mapping[str, Callable[[Resource, Payment | None], dict[str, Any]]]] = (
    MappingProxyType({INTENT: intent_view, SESSION: session_view})
)


def view_of(happening: Happening, snapshot: Snapshot) -> dict[str, Any]:
    """The `data` of an event; what else it takes to show it is looked up in the snapshot."""
    shown, was = _object(happening, snapshot), happening.event.previous
    if was is None:
        return {"object": shown}
    known = {name: each for name, each in was.items() if name in shown}
    return {"object": shown, "previous_attributes": known}


def _object(happening: Happening, snapshot: Snapshot) -> dict[str, Any]:
    name, payment, about = happening.event.name or "", happening.payment, happening.about
    now = _moment(happening)
    match about:
        case Refund() if payment is not None:
            return refund_view(about, payment, snapshot.resource(payment.resource or ""))
        case Dispute() if payment is not None:
            return dispute_view(about, payment, snapshot, now)
        case Resource(kind=kind) if kind == REFUND:
            return _release(about, snapshot)
        case Resource(kind=kind) if kind in _KEPT:
            return _KEPT[kind](about)
    if payment is not None and name.startswith(WARNING):
        return warning_view(payment)
    made_for = about if isinstance(about, Resource) else None
    if payment is not None and name.startswith("charge."):
        return charge_view(payment, made_for, now)
    if made_for is not None and made_for.kind in _WITH_PAYMENT:
        return _WITH_PAYMENT[made_for.kind](made_for, payment)
    raise InvariantViolation(f"nobody knows how to show what {name} is about")


def _release(release: Resource, snapshot: Snapshot) -> dict[str, Any]:
    payment = snapshot.payment(release.payment or "")
    if payment is None:
        raise InvariantViolation(f"{release.id} is a {REFUND} of nothing")
    return release_view(release, payment)


def _moment(happening: Happening) -> float:
    """When it happened, in wall seconds of the account's clock."""
    changes = (getattr(each, "updated", 0.0) for each in (happening.payment, happening.about))
    return max(changes) or happening.created
