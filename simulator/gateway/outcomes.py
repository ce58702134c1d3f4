"""What became of a command. A dialect renders outcomes; nothing here knows of HTTP."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from simulator.gateway.authentication.record import Authentication
from simulator.gateway.model import Payment, Refund
from simulator.gateway.things import Checkout, Thing
from simulator.profiles.method import MethodRule


class Reason(StrEnum):
    """Why a command was refused before it touched any money."""

    NOT_FOUND = "not_found"
    STATE_FORBIDS = "state_forbids"
    ORDER_CLOSED = "order_closed"
    AMOUNT_TOO_LARGE = "amount_too_large"
    KEY_CONFLICT = "key_conflict"
    KEY_IN_FLIGHT = "key_in_flight"
    CHECKOUT_EXPIRED = "checkout_expired"
    PAGE_OUT_OF_DATE = "page_out_of_date"


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


class CheckoutShown(msgspec.Struct, frozen=True, gc=False):
    """A checkout as the payer sees it at `wall`, with the last payment made there.

    `offers` are the methods of the gateway for this payer. `problems` are the fields of a form that
    were not good, and what is wrong with each: nothing was tried.
    """

    checkout: Checkout
    payment: Payment | None
    wall: float
    offers: tuple[Offer, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()


class AuthenticationOutcome(msgspec.Struct, frozen=True, gc=False):
    """The payer's page of an authentication, as it stands at `wall`, and the payment that waits.

    `problem` is what was wrong with what the payer did: a failure of the catalogue, or a snag (see
    authentication.steps). `view` is what may be done there.
    """

    authentication: Authentication
    payment: Payment
    wall: float
    problem: str | None = None


class Flaw(StrEnum):
    """What can be wrong with a page that is shown."""

    BLANK = "blank"
    DEAD_BUTTON = "dead_button"
    EXPIRED = "expired"
    UNSUPPORTED_BROWSER = "unsupported_browser"


class Marred(msgspec.Struct, frozen=True, gc=False):
    """A page is shown, but with a flaw; nothing else has happened."""

    outcome: Outcome
    flaw: Flaw


class Offer(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One method of the gateway, for one payer.

    `failure` is what a payment by it would be refused with; None if it may be used. `min` and `max`
    are minor units of the currency that was asked for; None is no bound, or none known. `back_at`
    is the wall time at which it is to be open again, where that is known.
    """

    rule: MethodRule
    failure: str | None = None
    brands: frozenset[str] = frozenset()
    min: int | None = None
    max: int | None = None
    back_at: float | None = None


class MethodList(msgspec.Struct, frozen=True, gc=False):
    """Every method of the gateway, for one payer; texts are wanted in `language`."""

    offers: tuple[Offer, ...]
    language: str


class ReceiptShown(msgspec.Struct, frozen=True, gc=False):
    """A payment that took money, and its refunds, oldest first; `page` shows it to the payer."""

    payment: Payment
    refunds: tuple[Refund, ...]
    page: str | None = None


class StatementRow(msgspec.Struct, frozen=True, gc=False):
    """One movement in a statement.

    `amount` is what the merchant gained by it, in minor units; what it lost is negative.

    `type` is charge, refund, refund_failure, reversal, dispute, dispute_won or fee; `id` that of
    the payment, refund or dispute that moved, `payment` the one it belongs to. `created` is the
    account clock's wall time of the movement.
    """

    type: str
    id: str
    payment: str
    order: str
    amount: int
    currency: str
    created: float
    method: str
    status: str


class StatementShown(msgspec.Struct, frozen=True, gc=False):
    """What moved on a channel on a `day` (YYYY-MM-DD); `closed` says that nothing will be added."""

    day: str
    channel: str
    rows: tuple[StatementRow, ...]
    closed: bool


class ThingList(msgspec.Struct, frozen=True, gc=False):
    """Things of one order."""

    things: tuple[Thing, ...]


class Answered(msgspec.Struct, frozen=True, gc=False):
    """An answer that the dialect has worded already: HTTP `status` and JSON `body`.

    `tells` is what it tells of a payment or refund, None where nothing. `kept` says whether it is
    what a further request with the same idempotency key is answered with. One that is `unheard`
    does not come through the first time: whoever asks again with the same key hears it.
    """

    status: int
    body: bytes
    tells: Outcome | None = None
    kept: bool = True
    unheard: bool = False


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
    | MethodList
    | OrderClosed
    | ThingOutcome
    | ThingList
    | CheckoutShown
    | AuthenticationOutcome
    | Marred
    | ReceiptShown
    | StatementShown
    | Answered
    | Refused
)
