"""Events as Stripe's API shows them and its webhooks send them (docs.stripe.com/api/events)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from simulator.dialects.letter import claim, never_was
from simulator.dialects.stripe import facts
from simulator.dialects.stripe.names import request_of
from simulator.dialects.stripe.sign import sign
from simulator.gateway.model import Payment
from simulator.gateway.ports import Ids, Snapshot
from simulator.gateway.things import Happening, Resource

#: What an event is about as callers see it: `data`, with `object` and, of what was changed,
#: `previous_attributes`.
View = Callable[[Happening, Snapshot], dict[str, Any]]

_INTENT: Final = "payment_intent"
_PAID: Final = "payment_intent.succeeded"
_CHARGED: Final = "charge.succeeded"
_encode: Final = msgspec.json.Encoder().encode


def moment_of(happening: Happening) -> int:
    """When it happened, in Unix time of the account's clock."""
    changes = (getattr(each, "updated", 0.0) for each in (happening.payment, happening.about))
    return int(max(changes) or happening.created)


def event_view(happening: Happening, data: dict[str, Any], pending: int) -> dict[str, Any]:
    """An event as callers see it.

    Args:
        happening: the event.
        data: what it is about, as a `View` shows it.
        pending: how many addresses have not acknowledged it.
    """
    event = happening.event
    request = request_of(event.exchange) if event.exchange else None
    return {
        "id": event.id,
        "object": "event",
        "api_version": facts.version(),
        "created": moment_of(happening),
        "data": data,
        "livemode": False,
        "pending_webhooks": pending,
        "request": {"id": request, "idempotency_key": event.key},
        "type": event.name,
    }


class StripeLetter:
    """The event, with Stripe's header; satisfies dialects.letter.Letter.

    `channel` gives what a channel holds, by its name.
    """

    def __init__(self, view: View, channel: Callable[[str], Snapshot]) -> None:
        self._view = view
        self._channel = channel

    def body(self, happening: Happening) -> bytes:
        """The event; it has one webhook to be delivered at least, for this is one."""
        snapshot = self._channel(happening.event.channel)
        pending = max(1, snapshot.undelivered(happening.event.id))
        return _encode(event_view(happening, self._view(happening, snapshot), pending))

    def sign(self, secret: str, event: str, timestamp: int, body: bytes) -> dict[str, str]:  # noqa: ARG002 - Stripe signs time and body only
        """The header of one try."""
        return sign(secret, timestamp, body)

    def lie(self, happening: Happening, ids: Ids) -> Happening | None:
        """That the intent succeeded, or the charge: of an intent all is right but the charge."""
        if happening.payment is None:
            return None
        payment = never_was(happening.payment, ids)
        made_for = self._made_for(happening.payment)
        event = claim(payment, ids)
        of_charge = (happening.event.name or "").startswith("charge.")
        if made_for is not None:
            made_for = replace(made_for, payment=payment.id)
            event = replace(event, thing=made_for.id)
            if made_for.kind == _INTENT:
                made_for = replace(made_for, fields={**made_for.fields, "canceled_at": None})
        is_intent = made_for is not None and made_for.kind == _INTENT
        name = _PAID if is_intent and not of_charge else _CHARGED
        return Happening(replace(event, name=name), payment, made_for, happening.created)

    def _made_for(self, payment: Payment) -> Resource | None:
        """The intent of a payment, or what else it was made for."""
        return self._channel(payment.channel).resource(payment.resource or "")
