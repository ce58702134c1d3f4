"""Balance transactions (docs.stripe.com/api/balance_transactions) as the rows of a statement.

A transaction names only what moved: a charge, a refund or a dispute. Whose it is the order book
knows, or the gateway has to be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from simulator.merchants.careful.rows import Row

#: What a `reporting_category` is in a statement.
_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "charge": "charge",
        "refund": "refund",
        "refund_failure": "refund_failure",
        "charge_failure": "reversal",
        "dispute": "dispute",
        "dispute_reversal": "dispute_won",
    }
)


class Transaction(msgspec.Struct):
    """A balance transaction."""

    id: str
    reporting_category: str
    amount: int
    currency: str
    source: str | None = None


def rows(transactions: Iterable[Transaction]) -> Iterator[Row]:
    """Those that move the money of a payment."""
    for each in transactions:
        kind = _TYPES.get(each.reporting_category)
        if kind is not None and each.source is not None:
            yield Row(kind, each.source, each.source, "", each.amount, each.currency.upper())
