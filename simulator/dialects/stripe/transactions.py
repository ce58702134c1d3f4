"""What moved on the balance, worked out from the rows of the statement: both say the same.

A row is a balance transaction; the fee of a dispute is part of the one that withdrew the money.
What a fault makes of a charge's row befalls its transaction, too: it is missing, of a wrong amount,
late, or there twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from simulator.dialects.stripe.methodview import card_of, is_card
from simulator.dialects.stripe.names import charge_of, mover_of, payment_of, transaction_of
from simulator.gateway import statements
from simulator.gateway.model import Payment, Refund
from simulator.gateway.statements import day_of, movements
from simulator.gateway.things import Dispute

OBJECT: Final = "balance_transaction"
_DAY_S: Final = 86_400
#: Days until what was charged can be paid out: as in the US (docs.stripe.com/payouts).
_DELAY: Final = 2
#: The fate of a test card whose money can be paid out at once.
_AT_ONCE: Final = "available"


class _Kind(NamedTuple):
    """How a movement is called: for cards, for other methods, and in reports."""

    card: str
    other: str
    category: str
    words: str


_KINDS: Final[Mapping[str, _Kind]] = MappingProxyType(
    {
        "charge": _Kind("charge", "payment", "charge", ""),
        "refund": _Kind("refund", "payment_refund", "refund", "Refund for {charge}"),
        "refund_failure": _Kind(
            "refund_failure", "refund_failure", "refund_failure", "Refund failed for {charge}"
        ),
        "reversal": _Kind(
            "payment_failure_refund",
            "payment_failure_refund",
            "charge_failure",
            "Taken back by the bank: {charge}",
        ),
        "dispute": _Kind("adjustment", "adjustment", "dispute", "Withdrawn by a dispute: {charge}"),
        "dispute_won": _Kind(
            "adjustment", "adjustment", "dispute_reversal", "Dispute was won: {charge}"
        ),
    }
)
_FEE: Final = "fee"


class Books(statements.Books, Protocol):
    """Where payments and refunds are looked up: a snapshot, or the desk of a request."""

    def payment(self, payment: str, /) -> Payment | None:
        """The payment with this id."""
        ...

    def refund(self, refund: str, /) -> Refund | None:
        """The refund with this id."""
        ...


class Transaction(NamedTuple):
    """One; `mover` is the payment, refund or dispute (its id) that moved, amounts minor units."""

    kind: str
    mover: str
    payment: Payment
    amount: int
    fee: int
    created: float
    available: float

    @property
    def id(self) -> str:
        """`txn_…`."""
        return transaction_of(self.kind, self.mover)

    @property
    def net(self) -> int:
        """What the balance gains."""
        return self.amount - self.fee

    @property
    def source(self) -> str:
        """The charge, refund or dispute (its id) as callers know it."""
        return charge_of(self.mover) if self.mover.startswith("pay_") else self.mover

    @property
    def type(self) -> str:
        """What Stripe calls it."""
        kind = _KINDS[self.kind]
        return kind.card if is_card(self.payment.method) else kind.other


def transactions_of(payment: Payment, books: statements.Books, now: float) -> Iterator[Transaction]:
    """What a payment has moved until `now` (wall seconds of the account's clock)."""
    today = day_of(now)
    return (each for each in every_of(payment, books) if day_of(each.created) <= today)


def every_of(payment: Payment, books: statements.Books) -> Iterator[Transaction]:
    """The same, with what is booked on a day that has not begun."""
    rows = list(movements(payment, books))
    fees = {row.id: -row.amount for _, row in rows if row.type == _FEE}
    for day, row in rows:
        if row.type == _FEE:
            continue
        late = day != day_of(row.created)
        created = float(day * _DAY_S) if late else row.created
        fee = fees.get(row.id, 0) if row.type == "dispute" else 0
        yield Transaction(
            row.type,
            row.id,
            payment,
            row.amount,
            fee,
            created,
            _available(row.type, payment, created),
        )


def find(name: str, books: Books, now: float) -> Transaction | None:
    """The one with this id; None if it is not booked, or not yet."""
    mover = mover_of(name)
    if mover is None:
        return None
    payment = _payment(mover, books)
    if payment is None:
        return None
    return next((each for each in transactions_of(payment, books, now) if each.id == name), None)


def source_of(name: str, books: Books, now: float) -> Iterator[Transaction]:
    """What the payment moved until now that a charge, refund or dispute (its id) is about."""
    payment = _payment(payment_of(name) if name.startswith("ch_") else name, books)
    return iter(()) if payment is None else transactions_of(payment, books, now)


def transaction_view(transaction: Transaction, now: float) -> dict[str, Any]:
    """A balance transaction as callers see it at a moment."""
    payment, kind = transaction.payment, _KINDS[transaction.kind]
    currency = payment.currency.lower()
    fee = {
        "amount": transaction.fee,
        "application": None,
        "currency": currency,
        "description": "Dispute fee",
        "type": "stripe_fee",
    }
    return {
        "id": transaction.id,
        "object": OBJECT,
        "amount": transaction.amount,
        "available_on": int(transaction.available),
        "balance_type": "payments",
        "created": int(transaction.created),
        "currency": currency,
        "description": kind.words.format(charge=charge_of(payment.id)) or None,
        "exchange_rate": None,
        "fee": transaction.fee,
        "fee_details": [fee] if transaction.fee else [],
        "net": transaction.net,
        "reporting_category": kind.category,
        "source": transaction.source,
        "status": "available" if transaction.available <= now else "pending",
        "type": transaction.type,
    }


def _available(kind: str, payment: Payment, created: float) -> float:
    """From when on it can be paid out; what goes away does so at once."""
    at_once = is_card(payment.method) and card_of(payment.method).after == _AT_ONCE
    if kind != "charge" or at_once:
        return created
    return float((day_of(created) + _DELAY) * _DAY_S)


def _payment(mover: str, books: Books) -> Payment | None:
    """The payment of a charge, refund or dispute; of a charge that nobody made, the real one."""
    if mover.startswith("re_"):
        refund = books.refund(mover)
        return books.payment(refund.payment) if refund is not None else None
    if mover.startswith("dp_"):
        thing = books.thing(mover)
        return books.payment(thing.payment) if isinstance(thing, Dispute) else None
    return books.payment(mover) or books.payment(mover.removesuffix("e0"))
