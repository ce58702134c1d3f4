"""What an account keeps beside payments and refunds; kept by id, for all channels together.

Each is immutable; a change makes a new value in one commit. Times are wall seconds of the
account's clock, amounts minor units of the currency.
"""

from __future__ import annotations

import msgspec

from simulator.gateway.model import Payer


class Checkout(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="checkout"
):
    """A page on which a payer chooses a method and pays; made by the merchant.

    `status` is open, complete or expired; `payment` is the last payment made there.
    """

    id: str
    channel: str
    order: str
    amount: int
    currency: str
    status: str = "open"
    payer: Payer | None = None
    product: str | None = None
    locale: str | None = None
    return_url: str | None = None
    payment: str | None = None
    expires: float = 0.0
    created: float = 0.0


Thing = Checkout
