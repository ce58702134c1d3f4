"""What became of a command. A dialect renders outcomes; nothing here knows of HTTP."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from simulator.gateway.model import Payment, Refund
from simulator.gateway.things import Thing


class Reason(StrEnum):
    """Why a command was refused before it touched any money."""

    NOT_FOUND = "not_found"
    STATE_FORBIDS = "state_forbids"
    ORDER_CLOSED = "order_closed"
    AMOUNT_TOO_LARGE = "amount_too_large"
    KEY_CONFLICT = "key_conflict"
    KEY_IN_FLIGHT = "key_in_flight"


class PaymentOutcome(msgspec.Struct, frozen=True, gc=False):
    """The payment as it now is; `created` tells a new one from a changed or retrieved one."""

    payment: Payment
    created: bool = False


class Declined(msgspec.Struct, frozen=True, gc=False):
    """The payment was refused by issuer, risk or wallet; it is stored as failed."""

    payment: Payment
    failure: str


class Unknown(msgspec.Struct, frozen=True, gc=False):
    """The caller is told only that the outcome is not known."""

    payment: Payment


class RefundOutcome(msgspec.Struct, frozen=True, gc=False):
    """The refund as it now is."""

    refund: Refund
    created: bool = False


class PaymentList(msgspec.Struct, frozen=True, gc=False):
    """All payments of an order on one channel, oldest first."""

    payments: tuple[Payment, ...]


class OrderClosed(msgspec.Struct, frozen=True, gc=False):
    """The order takes no further charge on this channel; these are its payments."""

    order: str
    payments: tuple[Payment, ...]


class ThingOutcome(msgspec.Struct, frozen=True, gc=False):
    """A checkout or other thing as it now is; `created` tells a new one."""

    thing: Thing
    created: bool = False


class Refused(msgspec.Struct, frozen=True, gc=False):
    """Nothing was changed, for this reason; `payment` is the one in the way, if there is one."""

    reason: Reason
    message: str
    payment: Payment | None = None


Outcome = (
    PaymentOutcome
    | Declined
    | Unknown
    | RefundOutcome
    | PaymentList
    | OrderClosed
    | ThingOutcome
    | Refused
)
