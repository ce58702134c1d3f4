"""The gateway's objects. All immutable; a change makes a new value in one commit."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Status(StrEnum):
    """What a payment is doing; transitions.py says what may follow what."""

    CREATED = "created"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    RETRYING = "retrying"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"


class RefundStatus(StrEnum):
    """What a refund is doing."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Method(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """How the payer pays. Card fields are None for a method without a card."""

    type: str
    token: str | None = None
    brand: str | None = None
    country: str | None = None
    last4: str | None = None
    failure: str | None = None  # a test card's own fate; a scenario's beats it


class Payer(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The person who pays; only what rules can match on is kept."""

    country: str | None = None
    email: str | None = None


class Payment(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One payment. Amounts are minor units of `currency`; times are wall seconds.

    `told` is the status that callers are shown in place of the true one while a late effect is
    due; None means the truth. `settles_at` is the account clock's wall time of that effect, and
    `settles_amount` what it takes of an authorization; None is all.
    """

    id: str
    order: str
    channel: str
    status: Status
    amount: int
    currency: str
    method: Method
    capture: str = "automatic"
    amount_authorized: int = 0
    amount_captured: int = 0
    amount_refunded: int = 0
    payer: Payer | None = None
    product: str | None = None
    return_url: str | None = None
    failure: str | None = None
    told: Status | None = None
    settles_at: float | None = None
    settles_amount: int | None = None
    created: float = 0.0
    updated: float = 0.0

    @property
    def shown(self) -> Status:
        """The status that a caller may see."""
        return self.told or self.status


class Refund(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Money on its way back; one per reference and payment.

    `settles_at` is the account clock's wall time at which a pending one succeeds by itself.
    """

    id: str
    payment: str
    order: str
    channel: str
    status: RefundStatus
    amount: int
    currency: str
    reference: str | None = None
    settles_at: float | None = None
    created: float = 0.0
    updated: float = 0.0


class Posting(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One double entry: `amount` leaves `debit` and arrives at `credit`."""

    debit: str
    credit: str
    amount: int
    currency: str


class Event(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Something a merchant is told by webhook; born in a commit, sent from the outbox."""

    id: str
    type: str
    channel: str
    order: str
    payment: str
    refund: str | None = None


TERMINAL = frozenset({Status.CAPTURED, Status.FAILED, Status.CANCELED, Status.EXPIRED})
