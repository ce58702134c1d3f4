"""What a caller can ask of the gateway. A dialect parses requests into these.

`operation` is the word by which scenarios match: authorize (includes a sale), confirm, capture,
cancel, refund, query, page (a payer looks at one). Each command also names its `order`, when the
request itself does.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from simulator.gateway.model import Method, Payer


class CreatePayment(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Make a payment, and unless `confirm` is false, try to take the money at once.

    `email` is the payer's address itself: rules may ask for it, and nobody keeps it. `prove` has
    the payer prove who pays, whoever else asks for it or not; `quiet`, `absent` and `two_step` are
    as in model.Payment.
    """

    operation: ClassVar[str] = "authorize"
    order: str
    amount: int
    currency: str
    method: Method
    confirm: bool = True
    capture: str = "automatic"
    payer: Payer | None = None
    email: str | None = None
    product: str | None = None
    return_url: str | None = None
    checkout: str | None = None
    resource: str | None = None
    prove: bool = False
    quiet: bool = False
    absent: bool = False
    two_step: bool = False


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
    """Give captured money back: all that is left, or `amount` of it.

    `request` is the payer's own request for it, where it answers one. `words` are what a dialect
    keeps with the refund.
    """

    operation: ClassVar[str] = "refund"
    payment: str
    amount: int | None = None
    reference: str | None = None
    route: str = "original"
    request: str | None = None
    words: dict[str, Any] = {}


class DeclineRefundRequest(msgspec.Struct, frozen=True, gc=False):
    """Say no to a payer who asks for money back, and why. No money moves."""

    operation: ClassVar[str] = "create"
    request: str
    reason: str


class RetrieveRefundRequest(msgspec.Struct, frozen=True, gc=False):
    """Look one refund request up."""

    operation: ClassVar[str] = "query"
    request: str


class FindRefundRequests(msgspec.Struct, frozen=True, gc=False):
    """What payers have asked back for the payments of an order."""

    operation: ClassVar[str] = "query"
    order: str


class RetrieveRefund(msgspec.Struct, frozen=True, gc=False):
    """Look one refund up."""

    operation: ClassVar[str] = "query"
    refund: str


class CreateCheckout(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Make a page on which the payer chooses a method and pays; `lasts` is in seconds.

    `resource` and what stands behind it are as in things.Checkout.
    It moves no money, so it is a `create`, which only rules without an operation match.
    """

    operation: ClassVar[str] = "create"
    order: str
    amount: int
    currency: str
    payer: Payer | None = None
    product: str | None = None
    locale: str | None = None
    return_url: str | None = None
    capture: str = "automatic"
    lasts: float = 1800.0
    resource: str | None = None
    methods: tuple[str, ...] = ()
    prove: bool = False
    submit: str = "pay"
    asks_email: bool = False
    cancel_url: str | None = None
    returns: bool = False


class RetrieveCheckout(msgspec.Struct, frozen=True, gc=False):
    """Look a checkout up, as the merchant who made it."""

    operation: ClassVar[str] = "query"
    checkout: str


class ShowCheckout(msgspec.Struct, frozen=True, gc=False):
    """Show the payer the page; `problems` are fields of a form, and what is wrong with each."""

    operation: ClassVar[str] = "page"
    checkout: str
    problems: tuple[tuple[str, str], ...] = ()


class PayCheckout(msgspec.Struct, frozen=True, gc=False):
    """Pay on the page, which is worth one try.

    `turn` is that of the page that was filled in; None takes it as it now is. `expiry` is the year
    and month that the payer typed, `email` the address, where the page asks for one.
    """

    operation: ClassVar[str] = "authorize"
    checkout: str
    method: Method
    turn: int | None = None
    expiry: tuple[int, int] | None = None
    email: str | None = None

    def __repr__(self) -> str:
        """Without the address, which is nobody's business."""
        return f"PayCheckout({self.checkout!r}, {self.method!r}, {self.turn!r})"


class ListMethods(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Which methods may be used for a payment like this; None is not known.

    `country` is the payer's, `amount` in minor units of `currency`; `language` is that of the texts
    for the payer.
    """

    operation: ClassVar[str] = "methods"
    country: str | None = None
    currency: str | None = None
    amount: int | None = None
    product: str | None = None
    language: str = "en"


class Authenticate(msgspec.Struct, frozen=True, gc=False):
    """The payer does something to prove who pays: one of ACTIONS of the authentication package.

    `code` is what was typed, `via` the way by which a new code is wanted.
    """

    operation: ClassVar[str] = "authenticate"
    authentication: str
    action: str
    code: str | None = None
    via: str | None = None

    def __repr__(self) -> str:
        """Without the code, which is nobody's business."""
        return f"Authenticate({self.authentication!r}, {self.action!r}, via={self.via!r})"


class ShowAuthentication(msgspec.Struct, frozen=True, gc=False):
    """Show the payer how far it is."""

    operation: ClassVar[str] = "page"
    authentication: str


class ShowReceipt(msgspec.Struct, frozen=True, gc=False):
    """Show the receipt of a payment that took money."""

    operation: ClassVar[str] = "query"
    payment: str


class ShowStatement(msgspec.Struct, frozen=True, gc=False):
    """Show what moved on this channel in a UTC day, counted from 1970-01-01."""

    operation: ClassVar[str] = "query"
    day: int


class FindDisputes(msgspec.Struct, frozen=True, gc=False):
    """All disputes on this channel, or those of an order or a payment (`of`), oldest first."""

    operation: ClassVar[str] = "query"
    order: str | None = None
    of: str | None = None


class RetrieveDispute(msgspec.Struct, frozen=True, gc=False):
    """Look one dispute up."""

    operation: ClassVar[str] = "query"
    dispute: str


class SubmitEvidence(msgspec.Struct, frozen=True, gc=False):
    """Answer a dispute with evidence: names and texts, card numbers masked."""

    operation: ClassVar[str] = "dispute"
    dispute: str
    evidence: tuple[tuple[str, str], ...]


class AcceptDispute(msgspec.Struct, frozen=True, gc=False):
    """Let a dispute be lost."""

    operation: ClassVar[str] = "dispute"
    dispute: str


class Notify(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Tell the payer of an order something; `message` is masked."""

    operation: ClassVar[str] = "notify"
    order: str
    via: str
    message: str
    language: str | None = None
    reason: str | None = None
    next_step: str | None = None


class SubmitDocument(msgspec.Struct, frozen=True, gc=False):
    """Tell of a document that the payer submits to lift a block for risk.

    It moves no money, so it is a `create`, which only rules without an operation match.
    """

    operation: ClassVar[str] = "create"
    payment: str
    kind: str


class Call(msgspec.Struct, frozen=True):
    """What only its dialect knows how to carry out, with the gateway's own commands.

    `endpoint` is the dialect's name for it, `ids` what its path names, `params` what was sent, as
    the dialect read it; `expand` names what is to be shown whole. `public` says that it came with
    a key that anybody may have.
    """

    endpoint: str
    operation: str
    ids: tuple[str, ...] = ()
    params: Any = None
    expand: tuple[str, ...] = ()
    public: bool = False


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
    | DeclineRefundRequest
    | RetrieveRefundRequest
    | FindRefundRequests
    | ListMethods
    | CreateCheckout
    | RetrieveCheckout
    | ShowCheckout
    | PayCheckout
    | Authenticate
    | ShowAuthentication
    | ShowReceipt
    | ShowStatement
    | FindDisputes
    | RetrieveDispute
    | SubmitEvidence
    | AcceptDispute
    | Notify
    | SubmitDocument
    | Call
)
