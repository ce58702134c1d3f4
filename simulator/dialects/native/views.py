"""The JSON answers of the native dialect, typed: what is rendered, and what its schema says."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from simulator.failures.failure import MoneyIs, Retry
from simulator.gateway.model import RefundStatus, Status


class _View(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Base of all views."""


class MethodView(_View, frozen=True, kw_only=True):
    """How the payer paid; all but `type` is for cards only."""

    type: str
    token: str | UnsetType | None = UNSET
    brand: str | UnsetType | None = UNSET
    country: str | UnsetType | None = UNSET
    last4: str | UnsetType | None = UNSET


class PaymentView(_View, frozen=True, kw_only=True):
    """A payment. Amounts are minor units of `currency`."""

    id: str
    object: Literal["payment"] = "payment"
    order_id: str
    channel: str
    status: Status
    amount: int
    amount_authorized: int
    amount_captured: int
    amount_refunded: int
    currency: str
    capture: Annotated[str, Meta(extra_json_schema={"enum": ["automatic", "manual"]})]
    method: MethodView
    product: str | None
    next_action: None = None
    failure: str | None
    created: str


class RefundView(_View, frozen=True, kw_only=True):
    """A refund of one payment."""

    id: str
    object: Literal["refund"] = "refund"
    payment: str
    order_id: str
    channel: str
    status: RefundStatus
    amount: int
    currency: str
    reference: str | None
    created: str


class ListView(_View, frozen=True, kw_only=True):
    """All payments of an order on one channel, oldest first."""

    object: Literal["list"] = "list"
    data: list[PaymentView]
    next: None = None


class OrderView(_View, frozen=True, kw_only=True):
    """An order that takes no further charge on this channel, with its payments."""

    object: Literal["order"] = "order"
    order_id: str
    closed: Literal[True] = True
    data: list[PaymentView]


class ErrorView(_View, frozen=True, kw_only=True):
    """Why not, where the money is, and what to do."""

    code: str
    failure: str | None = None
    message: str
    retry: Retry
    money: MoneyIs = MoneyIs.NOT_DEBITED
    advice: str
    payment: PaymentView | None = None


class ErrorBody(_View, frozen=True, kw_only=True):
    """The body of every error."""

    error: ErrorView


class EventData(_View, frozen=True, kw_only=True):
    """What an event is about, as it stood then."""

    payment: PaymentView | UnsetType = UNSET
    refund: RefundView | UnsetType = UNSET


class EventView(_View, frozen=True, kw_only=True):
    """The body of a webhook."""

    id: str
    type: str
    created: str
    channel: str
    data: EventData
