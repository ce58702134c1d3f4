"""Stripe's webhooks: checked by Stripe's own library, and read as the shop's own events.

Nobody should check signatures by hand where a library does it, with the time limit that is usual.
What an event is about names the order in its metadata, for this shop notes it there; a dispute has
no metadata, so the intent has to say whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import stripe

from simulator.merchants.careful.errors import BadSignature
from simulator.merchants.careful.webhooks import Data, DisputeNews, Event, RefundNews, Verifier
from simulator.merchants.careful_stripe import objects

_INTENT: Final = "payment_intent."
#: A dispute is told by several events, and what it says of itself is what counts.
_DISPUTE: Final = "charge.dispute."
_REFUNDS: Final = frozenset({"refund.created", "refund.updated", "refund.failed"})
#: Of an intent that is only made nobody need hear.
_MADE: Final = "payment_intent.created"


class _Head(msgspec.Struct):
    """What an event says that it is, before anybody has checked that."""

    type: str = ""


class StripeVerifier(Verifier):
    """Tells Stripe's webhooks from all others."""

    def __init__(self, secret: str, max_age: float) -> None:
        super().__init__(secret, max_age)
        self._secret = secret
        self._tolerance = int(max_age)

    def take(self, headers: Mapping[str, str], body: bytes, wall: float) -> Event | None:  # noqa: ARG002 - the library has a clock of its own
        """The event; None for a kind that this shop does not read. Raises BadSignature.

        Stripe sends every event to whoever does not choose. What is not read is not checked either:
        making an object of an event takes longer than all else that is done with it.
        """
        if not is_read(_kind(body)):
            return None
        try:
            event = stripe.Webhook.construct_event(
                body, headers.get("Stripe-Signature"), self._secret, self._tolerance
            )
            return read_event(event.id, event.type, event.data.object.to_dict())
        except stripe.SignatureVerificationError as error:
            raise BadSignature(error.user_message or "no signature matches") from error
        except msgspec.ValidationError:
            return None


def is_read(kind: str) -> bool:
    """Whether this shop wants to hear of events of this type."""
    of_intent = kind.startswith(_INTENT) and kind != _MADE
    return of_intent or kind.startswith(_DISPUTE) or kind in _REFUNDS


def _kind(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Head).type
    except msgspec.MsgspecError:
        return ""


def read_event(name: str, kind: str, thing: dict[str, Any]) -> Event | None:
    """An event of this id and type about this object, in the shop's own words."""
    if kind.startswith(_INTENT):
        return _of_intent(name, kind, msgspec.convert(thing, objects.Intent))
    if kind.startswith(_DISPUTE):
        return _of_dispute(name, kind, msgspec.convert(thing, objects.Dispute))
    if kind in _REFUNDS:
        return _of_refund(name, kind, msgspec.convert(thing, objects.Refund))
    return None


def _of_intent(name: str, kind: str, intent: objects.Intent) -> Event | None:
    body, channel = intent.body(), intent.metadata.get(objects.CHANNEL, "")
    return None if body is None else Event(name, kind, channel, Data(payment=body), intent.id)


def _of_refund(name: str, kind: str, refund: objects.Refund) -> Event:
    own = refund.metadata
    news = RefundNews(refund.id, own.get(objects.ORDER, ""), refund.payment, refund.state)
    handle = refund.payment_intent or ""
    return Event(name, kind, own.get(objects.CHANNEL, ""), Data(refund=news), handle)


def _of_dispute(name: str, kind: str, dispute: objects.Dispute) -> Event | None:
    if dispute.state is None:
        return None
    news = DisputeNews(dispute.id, "", dispute.charge, dispute.state)
    return Event(name, kind, "", Data(dispute=news), dispute.payment_intent or "")
