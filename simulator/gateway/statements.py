"""The daily statement: what moved on one channel in one UTC day of the account's clock.

A row is one movement of the merchant's money. Rows never change once their day is over: what
happens later to a payment is a row of a later day. What a fault makes of a charge's row was fixed
when the money was taken (`Payment.booking`), so that a statement says the same however often and
whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Protocol

import msgspec

from simulator.gateway.commands import ShowStatement
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.model import Payment, Refund, RefundStatus
from simulator.gateway.outcomes import Reason, StatementRow, StatementShown
from simulator.gateway.ports import Snapshot
from simulator.gateway.things import Dispute, DisputeStatus, Thing

_DAY_S: Final = 86_400
_FIRST: Final = date(1970, 1, 1)
#: What each movement was when it was booked: whatever becomes of it is another row.
_STATUSES: Final = MappingProxyType(
    {
        "charge": "captured",
        "refund": "accepted",
        "refund_failure": "failed",
        "reversal": "reversed",
        "dispute": "opened",
        "dispute_won": "won",
        "fee": "charged",
    }
)
#: A row, and the day on whose statement it stands.
Booked = tuple[int, StatementRow]


class Books(Protocol):
    """Where it stands what became of a payment; a Snapshot is one."""

    def refunds_of(self, payment: str) -> tuple[Refund, ...]:
        """The refunds of a payment, oldest first."""
        ...

    def thing(self, thing: str) -> Thing | None:
        """The dispute or other thing with this id."""
        ...


def day_of(wall: float) -> int:
    """The UTC day of a wall time, counted from 1970-01-01."""
    return int(wall // _DAY_S)


def days_of(payment: Payment) -> tuple[int, ...]:
    """The days on whose statements a payment may have rows as it now stands."""
    if not payment.captured_at:
        return ()
    booked = day_of(payment.captured_at) + (payment.booking.days if payment.booking else 0)
    return booked, day_of(payment.updated)


def show(command: ShowStatement, context: Context) -> Decision:
    """The statement of a day that has begun."""
    asked, today = command.day, day_of(context.wall)
    if asked > today:
        return refused(Reason.NOT_FOUND, f"{_date(asked)} has not begun; today is {_date(today)}")
    rows = rows_of(asked, context.snapshot)
    return Decision(StatementShown(_date(asked), context.snapshot.channel, rows, asked < today))


def rows_of(day: int, snapshot: Snapshot) -> tuple[StatementRow, ...]:
    """All rows of a day, by the time of their movement."""
    found = [
        row
        for payment in snapshot.active(day)
        for booked, row in movements(payment, snapshot)
        if booked == day
    ]
    return tuple(sorted(found, key=lambda row: (row.created, row.id, row.type)))


def number_of(text: str) -> int:
    """The day that `YYYY-MM-DD` writes; ValueError if it is none."""
    return (date.fromisoformat(text) - _FIRST).days


def _date(day: int) -> str:
    return (_FIRST + timedelta(days=day)).isoformat()


def movements(payment: Payment, books: Books) -> Iterator[Booked]:
    """Every row of a payment, each with the day on whose statement it stands."""
    yield from _charge(payment)
    for refund in books.refunds_of(payment.id):
        yield from _refund(refund, payment)
    if payment.amount_reversed:
        yield _row(payment, "reversal", payment.id, -payment.amount_reversed, payment.reversed_at)
    dispute = books.thing(payment.dispute) if payment.dispute else None
    if isinstance(dispute, Dispute):
        yield from _dispute(dispute, payment)


def _charge(payment: Payment) -> Iterator[Booked]:
    """The row of a charge as the statement shows it: rightly, wrongly, late, twice or not."""
    taken, at, booking = payment.amount_captured, payment.captured_at, payment.booking
    kind = booking.kind if booking else ""
    if kind == "missing":
        return
    if booking is not None and kind == "wrong_amount":
        taken = max(1, taken + booking.by)
    day, row = _row(payment, "charge", payment.id, taken, at)
    yield day + (booking.days if booking else 0), row
    if kind == "extra":
        phantom = f"{payment.id}e0"  # longer than any payment's id: nobody has it
        yield day, msgspec.structs.replace(row, id=phantom, payment=phantom)


def _refund(refund: Refund, payment: Payment) -> Iterator[Booked]:
    yield _row(payment, "refund", refund.id, -refund.amount, refund.created)
    if refund.status is RefundStatus.FAILED:
        yield _row(payment, "refund_failure", refund.id, refund.amount, refund.updated)


def _dispute(dispute: Dispute, payment: Payment) -> Iterator[Booked]:
    if dispute.inquiry:
        return  # it took nothing
    opened = dispute.escalated or dispute.created
    yield _row(payment, "dispute", dispute.id, -dispute.amount, opened)
    if dispute.fee:
        yield _row(payment, "fee", dispute.id, -dispute.fee, opened)
    if dispute.status is DisputeStatus.WON:
        yield _row(payment, "dispute_won", dispute.id, dispute.amount, dispute.closed)


def _row(payment: Payment, kind: str, name: str, amount: int, at: float) -> Booked:
    row = StatementRow(
        type=kind,
        id=name,
        payment=payment.id,
        order=payment.order,
        amount=amount,
        currency=payment.currency,
        created=at,
        method=payment.method.type,
        status=_STATUSES[kind],
    )
    return day_of(at), row
