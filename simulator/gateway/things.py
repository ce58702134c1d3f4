"""What an account keeps beside payments and refunds; kept by id, for all channels together.

Each is immutable; a change makes a new value in one commit. Times are wall seconds of the
account's clock, amounts minor units of the currency.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from simulator.gateway.authentication.record import Authentication, Lock
from simulator.gateway.model import Event, Payer, Payment, Refund


class Checkout(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="checkout"
):
    """A page on which a payer chooses a method and pays; made by the merchant.

    `status` is open, complete or expired; what is kept is how it was born, and whoever looks works
    it out anew from the payment and the clock; one that is kept as over stays so. `payment` is the
    last payment made there. `turn` counts the tries from 1: a page that was shown for an earlier
    one can no longer pay.

    `resource` is what of a dialect its payments are made for. `methods` are the types that may be
    used there, all of the gateway's if it is empty; `prove` has the payer prove who pays. `submit`
    is the word on the button: pay, book or donate. It `asks_email` of payers of whom none is known;
    `email` is what the last of them typed. If it `returns`, whoever has paid is sent to
    `return_url` at once, and who does not want to pay can go to `cancel_url`; else there is a link
    to `return_url` for both.
    """

    id: str
    url: str = ""
    channel: str
    order: str
    amount: int
    currency: str
    status: str = "open"
    payer: Payer | None = None
    product: str | None = None
    locale: str | None = None
    return_url: str | None = None
    capture: str = "automatic"
    payment: str | None = None
    turn: int = 1
    resource: str | None = None
    methods: tuple[str, ...] = ()
    prove: bool = False
    submit: str = "pay"
    asks_email: bool = False
    email: str | None = None
    cancel_url: str | None = None
    returns: bool = False
    expires: float = 0.0
    created: float = 0.0


class LinkedCard(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A bank card behind a wallet; `expires` is its last month, such as 2030-12."""

    expires: str


class Spent(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What was paid from a wallet in one currency on the day that began at `day`."""

    day: float
    currency: str
    amount: int


class Wallet(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="wallet"):
    """The account of one payer at the gateway; its id is the token by which it pays.

    `status` is active, frozen or closed; `level` how well its owner is known; `app` the version of
    the payer's app, None if not known. `balances` are minor units by currency; in a currency that
    does not stand there it has the profile's opening money if it `opens`, else nothing. `spent` is
    what was paid on the last day on which it paid.
    """

    id: str
    status: str = "active"
    level: int = 1
    app: str | None = None
    card: LinkedCard | None = None
    balances: dict[str, int] = {}
    opens: bool = True
    spent: tuple[Spent, ...] = ()
    created: float = 0.0
    updated: float = 0.0


class RefundRequest(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="refund_request"
):
    """A payer asks in the wallet for money back; the merchant answers once, or it expires.

    `status` is open, accepted, declined or expired; `refund` is the answer to one that was
    accepted, `answer` what the merchant said to one that was declined. It expires by itself at
    `settles_at`.
    """

    id: str
    payment: str
    order: str
    channel: str
    amount: int
    currency: str
    reason: str
    status: str = "open"
    refund: str | None = None
    answer: str | None = None
    settles_at: float | None = None
    expires: float = 0.0
    created: float = 0.0
    updated: float = 0.0


class DisputeStatus(StrEnum):
    """How a dispute stands."""

    OPENED = "opened"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


class Dispute(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="dispute"
):
    """A payer's bank wants the money of a payment back; see gateway.disputes.

    `amount` was withdrawn when it was opened, and `fee` with it. `evidence` are names and texts,
    sent at `submitted`. `settles_at` is the deadline for evidence, later that for the bank's word,
    which comes `decided_after` seconds after the evidence (None: as the profile has it); `wins`
    says when the merchant wins: `never`, `with_evidence`, `always`.

    An `inquiry` only asks: `amount` is what it is about, and nothing was withdrawn. It may become a
    dispute; then it is none any more, and was `escalated` at that moment.

    `words` are what a dialect keeps of it for its callers: data as JSON has them.
    """

    id: str
    channel: str
    payment: str
    order: str
    amount: int
    currency: str
    reason: str
    status: DisputeStatus = DisputeStatus.OPENED
    inquiry: bool = False
    escalated: float = 0.0
    fee: int = 0
    wins: str = "with_evidence"
    decided_after: float | None = None
    evidence: tuple[tuple[str, str], ...] = ()
    evidence_due: float = 0.0
    words: dict[str, Any] = {}
    submitted: float = 0.0
    closed: float = 0.0
    settles_at: float | None = None
    created: float = 0.0
    updated: float = 0.0

    @property
    def over(self) -> bool:
        """Whether it is won or lost."""
        return self.status in (DisputeStatus.WON, DisputeStatus.LOST)


class Notice(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="notice"):
    """A message of the merchant to the payer of an order; no store keeps it, the journal does.

    `via` is sms, email, phone or in_app. `reason` is a failure of the catalogue and `next_step` one
    of its steps, if the merchant said so. Numbers and addresses in `message` are masked.
    """

    id: str
    channel: str
    order: str
    via: str
    message: str
    language: str | None = None
    reason: str | None = None
    next_step: str | None = None
    delivered: bool = True
    created: float = 0.0


class Document(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="document"
):
    """What a payer submits to lift a block for risk; that it was, not what stands in it.

    `kind` is identity, address, card or purpose. It speaks for cards and payers by the names under
    which they are counted (see gateway.who), `until` a moment in wall seconds.
    """

    id: str
    channel: str
    order: str
    payment: str
    kind: str
    speaks_for: tuple[str, ...]
    until: float
    created: float = 0.0


class Resource(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="resource"
):
    """What a dialect keeps for its callers; the gateway itself knows only what stands here.

    `kind` is the dialect's word for it, such as `payment_intent` or `customer`, and `fields` what
    the dialect keeps of it: data as JSON has them, nothing of cards in clear. `order` is the order
    that it is about, and `alias` another name by which callers know that by now, or the customer
    whose it is; `payment` is the last payment that was made for it. At `settles_at` it takes over
    the fields of `becomes` by itself, and the event `then` is told, if it names one.
    """

    id: str
    kind: str
    channel: str
    order: str = ""
    alias: str = ""
    payment: str | None = None
    fields: dict[str, Any] = {}
    deleted: bool = False
    settles_at: float | None = None
    becomes: dict[str, Any] = {}
    then: str | None = None
    created: float = 0.0
    updated: float = 0.0


Thing = (
    Authentication
    | Lock
    | Checkout
    | Wallet
    | RefundRequest
    | Dispute
    | Notice
    | Document
    | Resource
)
#: What an event can be about beside a payment.
About = Refund | Thing


class Happening(msgspec.Struct, frozen=True, gc=False):
    """An event as it was born, with what it is about as that stood then.

    `created` is when, in wall seconds.
    """

    event: Event
    payment: Payment | None
    about: About | None
    created: float
