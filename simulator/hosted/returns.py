"""Back to the shop by itself: where a payer is sent when there is nothing left to do on a page.

So it is for payments that were made for something of a dialect, such as a payment intent: its
merchant does not look at our pages, and waits for the payer on its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.gateway.model import Payment, Status

_TOLD: Final[Mapping[Status, str]] = MappingProxyType(
    {
        Status.CAPTURED: "succeeded",
        Status.AUTHORIZED: "succeeded",
        Status.PROCESSING: "pending",
        Status.RETRYING: "pending",
    }
)


def address(payment: Payment) -> str | None:
    """The address, with what came of the payment; None if nobody is sent anywhere."""
    back = payment.return_url
    if back is None or payment.resource is None:
        return None
    start, mark, fragment = back.partition("#")
    joint = "&" if "?" in start else "?"
    return f"{start}{joint}redirect_status={_status(payment)}{mark}{fragment}"


def _status(payment: Payment) -> str:
    """In the words of docs.stripe.com/payments/accept-a-payment: succeeded, pending or failed."""
    proof = payment.authentication
    waits = payment.shown is Status.REQUIRES_ACTION and proof is not None and proof.passed
    return "succeeded" if waits else _TOLD.get(payment.shown, "failed")
