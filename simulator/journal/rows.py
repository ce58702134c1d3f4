"""What the order book says of one order that a shopper placed, in however many rows it says it.

Most shops have one row for it. One that makes an order of its own of each try (`r-1` and then
`r-1-2`) has several, and what they say adds up: a shopper who was charged for each of them was
charged twice for one order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from simulator.journal.entry import Arrival, Order

#: What several rows together are called: the first of these that one of them says.
_RANKS: Final = ("paid", "pending", "refunded", "failed")


def together(rows: Sequence[Order], arrival: Arrival | None) -> Order | None:
    """One row that says what all rows of an order say; None of none.

    It has the shopper's currency if any row has, and counts the rows in its own currency only.
    It is called paid if one row is, and then claims what the paid rows claim.
    """
    if len(rows) < 2:
        return rows[0] if rows else None
    currencies = [row.currency for row in rows]
    wanted = arrival.currency if arrival and arrival.currency in currencies else currencies[0]
    rows = [row for row in rows if row.currency == wanted]
    status = min((row.status for row in rows), key=_rank)
    own = [row for row in rows if row.status == status]
    return msgspec.structs.replace(
        rows[0],
        order=arrival.order if arrival else rows[0].order,
        status=status,
        amount=sum(row.amount for row in own) if status in ("paid", "refunded") else own[0].amount,
        fulfilled=_fulfilled(rows, arrival),
        amount_refunded=sum(_refunded(row, status) for row in rows),
        payment_ids=_payments(rows),
    )


def _rank(status: str) -> int:
    return _RANKS.index(status) if status in _RANKS else len(_RANKS)


def _refunded(row: Order, status: str) -> int:
    """What a row counts as given back; a refunded one that leaves it out means all of it."""
    given_up = row.status == status == "refunded"
    return row.amount_refunded or (row.amount if given_up else 0)


def _fulfilled(rows: Sequence[Order], arrival: Arrival | None) -> int:
    """How often the order was fulfilled: rows that share its price are parts of one delivery."""
    served = [row for row in rows if row.fulfilled]
    parts = arrival is not None and sum(row.amount for row in served) <= arrival.amount
    counts = [row.fulfilled for row in served]
    return max(counts, default=0) if parts else sum(counts)


def _payments(rows: Sequence[Order]) -> tuple[str, ...] | None:
    """The payments that any row lists, those of two rows once; None if no row lists any."""
    lists = [row.payment_ids for row in rows if row.payment_ids is not None]
    first = list(lists[0]) if lists else []
    more = (each for ids in lists[1:] for each in ids if each not in (lists[0] or ()))
    return (*first, *dict.fromkeys(more)) if lists else None
