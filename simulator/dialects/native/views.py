"""The JSON answers of the native dialect, typed: what is rendered, and what its schema says."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from simulator.failures.causes import CAUSES
from simulator.failures.failure import MoneyIs, Retry
from simulator.gateway.authentication.result import AuthStatus, Flow
from simulator.gateway.model import RefundStatus, Status
from simulator.gateway.things import DisputeStatus


class _View(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Base of all views."""


class MethodView(_View, frozen=True, kw_only=True):
    """How the payer paid; all but `type` is for cards only."""

    type: str
    token: str | UnsetType | None = UNSET
    brand: str | UnsetType | None = UNSET
    country: str | UnsetType | None = UNSET
    last4: str | UnsetType | None = UNSET


class RetryingView(_View, frozen=True, kw_only=True):
    """What the gateway does by itself with a payment that is retrying.

    It has been sent again `tries` times, of at most `of`; the next time is `next`. Until it has
    ended nobody can say whether money has moved: ask (`retry` is `query`), never charge again.
    `advice` is for the merchant, `message` for the payer.
    """

    tries: int
    of: int
    next: str
    cause: Annotated[str, Meta(extra_json_schema={"enum": list(CAUSES)})]
    failure: Literal["customer_action_pending"] = "customer_action_pending"
    retry: Literal["query"] = "query"
    money: Literal["unknown"] = "unknown"
    advice: str
    message: str


class NextActionView(_View, frozen=True, kw_only=True):
    """What the payer has to do, at which page, until when; `wait` is to be done elsewhere."""

    type: Literal["three_ds", "otp", "biometric", "redirect", "wait"]
    url: str
    expires: str


class ProofView(_View, frozen=True, kw_only=True):
    """How the payer proved who pays; from `version` on, for 3-D Secure only.

    `trans_status`, `reason` (transStatusReason), `eci` and `cancel` (challengeCancel) are EMVCo's.
    """

    type: Literal["three_ds", "otp", "biometric", "redirect"]
    status: AuthStatus
    flow: Flow
    liability_shift: bool
    version: str | None
    trans_status: str | None
    reason: str | None
    eci: str | None
    cancel: str | None


class PaymentView(_View, frozen=True, kw_only=True):
    """A payment. Amounts are minor units of `currency`.

    `amount_reversed` was taken back by the issuer, `amount_disputed` withdrawn by a dispute that is
    open or lost; `dispute` is its id.
    """

    id: str
    object: Literal["payment"] = "payment"
    order_id: str
    channel: str
    status: Status
    amount: int
    amount_authorized: int
    amount_captured: int
    amount_refunded: int
    amount_reversed: int
    amount_disputed: int
    currency: str
    capture: Annotated[str, Meta(extra_json_schema={"enum": ["automatic", "manual"]})]
    method: MethodView
    product: str | None
    next_action: NextActionView | None = None
    authentication: ProofView | None = None
    failure: str | None
    dispute: str | None
    review: Literal["pending"] | UnsetType = UNSET
    retrying: RetryingView | UnsetType = UNSET
    created: str


class RefundView(_View, frozen=True, kw_only=True):
    """A refund of one payment; `failure` says why one came back."""

    id: str
    object: Literal["refund"] = "refund"
    payment: str
    order_id: str
    channel: str
    status: RefundStatus
    amount: int
    currency: str
    reference: str | None
    route: str
    failure: str | None
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
    retry_after: int | UnsetType = UNSET
    payment: PaymentView | None = None


class ErrorBody(_View, frozen=True, kw_only=True):
    """The body of every error."""

    error: ErrorView


class RefundRequestView(_View, frozen=True, kw_only=True):
    """A payer asks in the wallet for money back; the merchant answers once, until `expires`.

    `refund` is the refund by which it was accepted, `answer` the reason for which it was declined.
    """

    id: str
    object: Literal["refund_request"] = "refund_request"
    payment: str
    order_id: str
    channel: str
    status: Annotated[
        str, Meta(extra_json_schema={"enum": ["open", "accepted", "declined", "expired"]})
    ]
    amount: int
    currency: str
    reason: str
    refund: str | None
    answer: str | None
    expires: str
    created: str


class RefundRequestListView(_View, frozen=True, kw_only=True):
    """What payers asked back for the payments of one order."""

    object: Literal["list"] = "list"
    data: list[RefundRequestView]
    next: None = None


class DisputeView(_View, frozen=True, kw_only=True):
    """A dispute. `amount` was withdrawn when it was opened, `fee` besides; both minor units.

    An `inquiry` only asks, and withdraws nothing.
    Evidence is taken until `evidence_due`. `evidence` are the names of the texts that were sent.
    """

    id: str
    object: Literal["dispute"] = "dispute"
    payment: str
    order_id: str
    channel: str
    status: DisputeStatus
    inquiry: bool
    reason: str
    amount: int
    fee: int
    currency: str
    evidence: list[str]
    evidence_due: str
    created: str


class EventData(_View, frozen=True, kw_only=True):
    """What an event is about, as it stood then."""

    payment: PaymentView | UnsetType = UNSET
    refund: RefundView | UnsetType = UNSET
    request: RefundRequestView | UnsetType = UNSET
    dispute: DisputeView | UnsetType = UNSET


class EventView(_View, frozen=True, kw_only=True):
    """The body of a webhook."""

    id: str
    type: str
    created: str
    channel: str
    data: EventData


def stamp(wall: float) -> str:
    """A moment, given in wall seconds, as callers read it: `2026-11-11T00:00:00Z`."""
    return _second(int(wall))


@lru_cache(maxsize=1024)
def _second(wall: int) -> str:
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
