"""What a dialect sends to merchants by itself: an event, worded and signed; and a forger's lie."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Final, Protocol

from msgspec.structs import replace

from simulator.gateway.model import Event, Payment, Status
from simulator.gateway.ports import Ids
from simulator.gateway.things import Happening

CAPTURED: Final = "payment.captured"


class Letter(Protocol):
    """How a dialect words an event, and how it proves that it said so."""

    def body(self, happening: Happening) -> bytes:
        """The body of a webhook."""
        ...

    def sign(self, secret: str, event: str, timestamp: int, body: bytes) -> dict[str, str]:
        """The headers that prove a body.

        Args:
            secret: what the merchant was given to verify it with.
            event: the event's id.
            timestamp: wall seconds of this try.
            body: the exact bytes that are sent.
        """
        ...

    def lie(self, happening: Happening, ids: Ids) -> Happening | None:
        """What a forger would say who saw this: that its order was paid, by what never was.

        None if there is no order to lie about.
        """
        ...


def never_was(payment: Payment, ids: Ids) -> Payment:
    """A payment that claims to have paid the order of `payment`; amount and order are right."""
    return replace(
        payment,
        id=ids.new("pay"),
        status=Status.CAPTURED,
        amount_authorized=payment.amount,
        amount_captured=payment.amount,
        amount_refunded=0,
        amount_reversed=0,
        amount_disputed=0,
        dispute=None,
        failure=None,
        told=None,
        settles_at=None,
    )


def claim(payment: Payment, ids: Ids) -> Event:
    """A fresh event that claims that this payment was captured."""
    return Event(
        id=ids.new("evt"),
        type=CAPTURED,
        channel=payment.channel,
        order=payment.order,
        payment=payment.id,
    )


def guessed_secret(event: Event) -> str:
    """A well-formed secret that is nobody's: the signature has the right shape only."""
    return "whsec_" + b64encode(sha256(event.id.encode()).digest()).decode()
