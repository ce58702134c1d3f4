"""The gateway's objects. All immutable; a change makes a new value in one commit."""

from __future__ import annotations

from enum import StrEnum
from math import ceil
from typing import Any

import msgspec

from simulator.gateway.authentication.result import AuthResult


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
    proof: str | None = None  # how a test card proves who pays, `three_ds:challenge`; as above
    proof_if_asked: str | None = None  # the same, where something else asks for it
    after: str | None = None  # what befalls the money of a test card; see simulator.cards


class Resends(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """How the gateway sends a payment again by itself, each time under the payment's own id as key.

    `tries` were made, of at most `of`; the next comes at the payment's `settles_at`. Gaps begin
    with `every` seconds, and each is `growth` times the one before. `cause` says what the trouble
    is: network, merchant, app or account; `failure` is what the payment fails with if the last try
    fails. `ends` is how a fault wants it to end, captured or failed; None leaves that to the wallet
    and the merchant. `heard` says that the merchant has acknowledged it.
    """

    cause: str
    of: int
    every: float
    growth: float = 2.0
    tries: int = 0
    failure: str = "processing_error"
    ends: str | None = None
    heard: bool = False


class Payer(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The person who pays, as far as it is kept: nobody can be named by it.

    `email` and `phone` are masked. `id`, `device` and `address` are traces (see simulator.people)
    of the e-mail address, else the phone number; of the device; and of the network address, else
    the billing address. `billing` is the country of the billing address.
    """

    country: str | None = None
    email: str | None = None
    phone: str | None = None
    id: str | None = None
    device: str | None = None
    address: str | None = None
    billing: str | None = None


class Aftermath(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What will befall money that was taken.

    `kind` is a `reversal` by the issuer; a `dispute`; an `inquiry`, which only asks and takes no
    money; or an `early_fraud_warning`, by which the issuer tells that the payment is likely fraud.

    `reason` is the dispute's. `decided_after` is in how many seconds the bank decides on it, None
    as the profile has it; `wins` says when the merchant does: `never`, `with_evidence`, `always`.
    """

    kind: str
    reason: str = ""
    decided_after: float | None = None
    wins: str = "with_evidence"


class Booking(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """How the daily statement will misstate a charge: `missing`, `extra`, `wrong_amount`, `late`.

    `by` is by how many minor units an amount is wrong, `days` how many days late a row comes.
    """

    kind: str
    by: int = 0
    days: int = 0


class Payment(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One payment. Amounts are minor units of `currency`; times are wall seconds.

    `told` is the status that callers are shown in place of the true one while a late effect is
    due; None means the truth. `settles_at` is the account clock's wall time of that effect, and
    `settles_amount` what it takes of an authorization; None is all.

    `amount_reversed` is what the issuer took back, `amount_disputed` what disputes that are open or
    lost withdrew. `lingers` is what the payer's bank still blocks though nothing is held here any
    more. `captured_at` is 0 until money was taken.

    `rule` names the rule of the profile that refused it, doubted it or had it reviewed, which is
    nobody's business outside. `held_until` is when the hold of a payment that was made for a
    resource ends by itself (wall seconds), 0 if none does. `review` says how a review will end by
    itself, `approve` or `reject`. A further try is refused for sure until `retry_at` (wall
    seconds).
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
    amount_reversed: int = 0
    amount_disputed: int = 0
    dispute: str | None = None  # a payment is disputed once, if ever
    lingers: int = 0
    payer: Payer | None = None
    product: str | None = None
    return_url: str | None = None
    checkout: str | None = None  # the page on which it was made
    resource: str | None = None  # what of a dialect it was made for, such as a payment intent
    prove: bool = False  # the merchant wants its payer to prove who pays
    quiet: bool = False  # ... and is content if that needs no challenge
    absent: bool = False  # the payer is not there to do anything: who has to, is declined
    two_step: bool = False  # once proved, it waits until the merchant asks for the money again
    failure: str | None = None
    told: Status | None = None
    settles_at: float | None = None
    settles_amount: int | None = None
    resends: Resends | None = None
    rule: str | None = None
    review: str | None = None
    retry_at: float | None = None
    aftermath: Aftermath | None = None
    booking: Booking | None = None
    authentication: AuthResult | None = None
    held_until: float = 0.0
    captured_at: float = 0.0
    reversed_at: float = 0.0
    suspected_at: float = 0.0  # when the issuer told that it is likely fraud
    created: float = 0.0
    updated: float = 0.0

    @property
    def left(self) -> int:
        """What the merchant still has of it and can lose: not given back, reversed or disputed."""
        gone = self.amount_refunded + self.amount_reversed + self.amount_disputed
        return self.amount_captured - gone

    @property
    def shown(self) -> Status:
        """The status that a caller may see."""
        return self.told or self.status

    @property
    def retry_after(self) -> int | None:
        """In how many seconds a further try may do better, as told when this one failed."""
        return None if self.retry_at is None else max(1, ceil(self.retry_at - self.updated))


class Refund(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Money on its way back; one per reference and payment.

    `settles_at` is the account clock's wall time at which a pending one succeeds by itself, or
    fails with the failure that `fails` names, even if it was told as succeeded meanwhile. `route`
    is the way of the money: `original` (the card or account that paid) or `bank_transfer`. `words`
    are what a dialect keeps of it for its callers: data as JSON has them.
    """

    id: str
    payment: str
    order: str
    channel: str
    status: RefundStatus
    amount: int
    currency: str
    reference: str | None = None
    route: str = "original"
    failure: str | None = None
    fails: str | None = None
    words: dict[str, Any] = {}
    settles_at: float | None = None
    created: float = 0.0
    updated: float = 0.0


class Posting(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One double entry: `amount` leaves `debit` and arrives at `credit`."""

    debit: str
    credit: str
    amount: int
    currency: str

    @property
    def touches_wallet(self) -> bool:
        """Whether it moves the money of a wallet: of all accounts only theirs begin with w."""
        return self.debit[0] == "w" or self.credit[0] == "w"


def touch_wallet(postings: tuple[Posting, ...]) -> bool:
    """Whether any of them moves the money of a wallet."""
    for posting in postings:  # noqa: SIM110 - any() costs a generator a payment
        if posting.touches_wallet:
            return True
    return False


class Event(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Something a merchant is told by webhook; born in a commit, sent from the outbox.

    It is about a payment, or about the `refund` or other `thing` of one; or about a `thing` alone,
    and `payment` is empty. `type` is what scenarios and checkers know it by, `name` what the
    dialect calls it in which it is told, if that has names of its own; then `exchange` and `key`
    are those of the request that led to it, if one did. `previous` is how what was changed stood
    before, where the dialect tells that.
    """

    id: str
    type: str
    channel: str
    order: str
    payment: str
    refund: str | None = None
    thing: str | None = None
    name: str | None = None
    exchange: str | None = None
    key: str | None = None
    previous: dict[str, Any] | None = None


TERMINAL = frozenset({Status.CAPTURED, Status.FAILED, Status.CANCELED, Status.EXPIRED})
