"""What an attacker who knows an order, but no secret, would send."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from msgspec.structs import replace

from simulator.gateway.model import Event, Payment, Status
from simulator.gateway.ports import Ids


def claim(payment: Payment, ids: Ids) -> tuple[Event, Payment]:
    """A fresh event that claims the order of `payment` was paid, by a payment that never was."""
    lie = replace(
        payment,
        id=ids.new("pay"),
        status=Status.CAPTURED,
        amount_authorized=payment.amount,
        amount_captured=payment.amount,
        failure=None,
        told=None,
        settles_at=None,
    )
    event = Event(
        id=ids.new("evt"),
        type="payment.captured",
        channel=payment.channel,
        order=payment.order,
        payment=lie.id,
    )
    return event, lie


def guessed_secret(event: Event) -> str:
    """A well-formed secret that is not the account's: the signature has the right shape only."""
    return "whsec_" + b64encode(sha256(event.id.encode()).digest()).decode()
