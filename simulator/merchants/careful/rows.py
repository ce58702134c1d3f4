"""What the gateway says has moved on a day: the rows of its statement, and its file as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_COLUMNS: Final = (
    "type", "id", "payment", "order_id", "amount", "currency", "created", "method", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One movement in a statement; `amount` in minor units, negative for what went away."""

    type: str
    id: str
    payment: str
    order: str
    amount: int
    currency: str


class TornStatement(ValueError):
    """The file is not a whole statement."""


def read(text: str) -> list[Row]:
    """The movements in a statement; TornStatement unless its totals are those of its rows."""
    try:
        table = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        rows = [_row(each) for each in table if each["type"] != "total"]
        totals = {
            each["currency"]: int(each["amount"]) for each in table if each["type"] == "total"
        }
    except (csv.Error, KeyError, TypeError, ValueError) as error:
        raise TornStatement("a line cannot be read") from error
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount
    if not text.startswith(",".join(_COLUMNS)) or sums != totals:
        raise TornStatement("its totals are not those of its rows")
    return rows


def _row(cells: Mapping[str, str]) -> Row:
    return Row(
        cells["type"],
        cells["id"],
        cells["payment"],
        cells["order_id"],
        int(cells["amount"]),
        cells["currency"],
    )
