"""What a caller can ask of the gateway. A dialect parses requests into these.

`operation` is the word by which scenarios match: authorize (includes a sale), confirm, capture,
cancel, refund, query. Each command also names its `order`, when the request itself does.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from simulator.gateway.model import Method, Payer


class CreatePayment(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Make a payment, and unless `confirm` is false, try to take the money at once."""

    operation: ClassVar[str] = "authorize"
    order: str
    amount: int
    currency: str
    method: Method
    confirm: bool = True
    capture: str = "automatic"
    payer: Payer | None = None
    product: str | None = None
    return_url: str | None = None


class ConfirmPayment(msgspec.Struct, frozen=True, gc=False):
    """Try to take the money of a payment made without confirm."""

    operation: ClassVar[str] = "confirm"
    payment: str


class CapturePayment(msgspec.Struct, frozen=True, gc=False):
    """Take an authorized amount, or the part of it that `amount` says; the rest is released."""

    operation: ClassVar[str] = "capture"
    payment: str
    amount: int | None = None


class CancelPayment(msgspec.Struct, frozen=True, gc=False):
    """Void a payment that has not been captured."""

    operation: ClassVar[str] = "cancel"
    payment: str


class CancelOrder(msgspec.Struct, frozen=True, gc=False):
    """Close an order on this channel: a tombstone. Live payments are voided, later ones refused."""

    operation: ClassVar[str] = "cancel"
    order: str


class RetrievePayment(msgspec.Struct, frozen=True, gc=False):
    """Look one payment up."""

    operation: ClassVar[str] = "query"
    payment: str


class FindPayments(msgspec.Struct, frozen=True, gc=False):
    """All payments of an order on this channel, oldest first."""

    operation: ClassVar[str] = "query"
    order: str


class CreateRefund(msgspec.Struct, frozen=True, gc=False):
    """Give captured money back: all that is left, or `amount` of it."""

    operation: ClassVar[str] = "refund"
    payment: str
    amount: int | None = None
    reference: str | None = None


class RetrieveRefund(msgspec.Struct, frozen=True, gc=False):
    """Look one refund up."""

    operation: ClassVar[str] = "query"
    refund: str


Command = (
    CreatePayment
    | ConfirmPayment
    | CapturePayment
    | CancelPayment
    | CancelOrder
    | RetrievePayment
    | FindPayments
    | CreateRefund
    | RetrieveRefund
)
