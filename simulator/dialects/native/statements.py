"""The daily statement in the native dialect: GET /v1/statements/YYYY-MM-DD, a CSV file.

One line of names, one for each movement, and at the end one `total` for each currency. The bytes
for a day that is over never change.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Final

from simulator.dialects.dialect import Misread, Reply, Request, Trouble
from simulator.dialects.native.reading import Unrouted
from simulator.dialects.native.views import stamp
from simulator.gateway import statements
from simulator.gateway.commands import Command, ShowStatement
from simulator.gateway.outcomes import StatementRow, StatementShown

#: The names of the columns, in their order.
COLUMNS: Final = (
    "type", "id", "payment", "order_id", "amount", "currency", "created", "method", "status",
)  # fmt: skip


def parse(request: Request, rest: list[str]) -> Command:
    """The command in a request under /v1/statements; raises Misread or Unrouted."""
    if request.method != "GET" or len(rest) != 1 or not rest[0]:
        raise Unrouted
    try:
        return ShowStatement(statements.number_of(rest[0]))
    except ValueError:
        raise Misread(
            Trouble.MALFORMED, "the day of a statement is written YYYY-MM-DD, such as 2026-11-11"
        ) from None


def statement_reply(shown: StatementShown) -> Reply:
    """The file; `Paydrill-Statement` says whether the day is over."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, shown.rows))
    sums: Counter[str] = Counter()
    for row in shown.rows:
        sums[row.currency] += row.amount
    for currency in sorted(sums):
        writer.writerow(("total", "", "", "", sums[currency], currency, "", "", ""))
    name = f"{shown.channel}-{shown.day}.csv"
    headers = (
        ("Paydrill-Statement", "closed" if shown.closed else "open"),
        ("Content-Disposition", f'attachment; filename="{name}"'),
    )
    return Reply(200, out.getvalue().encode(), "text/csv; charset=utf-8", headers)


def _cells(row: StatementRow) -> tuple[str | int, ...]:
    return (
        row.type,
        row.id,
        row.payment,
        row.order,
        row.amount,
        row.currency,
        stamp(row.created),
        row.method,
        row.status,
    )
