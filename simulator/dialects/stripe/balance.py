"""The balance and what moved it (docs.stripe.com/api/balance). Nothing is ever paid out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.listing import DatedPage, check_limit, page, shown
from simulator.dialects.stripe.objection import missing
from simulator.dialects.stripe.params import Params
from simulator.dialects.stripe.register import Cut, begun, register_of, sorted_entries
from simulator.dialects.stripe.transactions import (
    OBJECT,
    Transaction,
    find,
    source_of,
    transaction_view,
)

_BALANCE: Final = "/v1/balance"
_URL: Final = "/v1/balance_transactions"
#: The currency of an account that has not moved any money yet.
_FIRST: Final = "usd"


class ListParams(DatedPage):
    """Which are wanted: of a type, of a charge, refund or dispute, in a currency."""

    currency: str | None = None
    source: str | None = None
    type: str | None = None

    def wants(self, transaction: Transaction) -> bool:
        """Whether this is one of them."""
        currency = transaction.payment.currency.lower()
        return (
            self.dated(int(transaction.created))
            and self.type in (None, transaction.type)
            and self.source in (None, transaction.source)
            and (self.currency is None or self.currency.lower() == currency)
        )


def transaction_of(desk: Desk, name: str) -> dict[str, Any] | None:
    """A balance transaction as callers see it now; None if it is not booked, or not yet."""
    found = find(name, desk, desk.context.wall)
    return None if found is None else transaction_view(found, desk.context.wall)


def _retrieve_balance(desk: Desk, _: Params) -> Answer:
    desk.tell_truth()
    now = desk.context.wall
    available: defaultdict[str, int] = defaultdict(int, {_FIRST: 0})
    pending: defaultdict[str, int] = defaultdict(int)
    for currency, amount, is_available in register_of(desk.context.snapshot).sums(now):
        kept = available if is_available else pending
        kept[currency] += amount
    currencies = sorted({*available, *pending}, key=lambda each: (each != _FIRST, each))
    return Answer(
        {
            "object": "balance",
            "available": [_funds(each, available[each]) for each in currencies],
            "livemode": False,
            "pending": [_funds(each, pending[each]) for each in currencies],
        }
    )


def _funds(currency: str, amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def _retrieve(desk: Desk, _: Params) -> Answer:
    desk.tell_truth()
    name = desk.call.ids[0]
    view = transaction_of(desk, name)
    if view is None:
        raise missing(OBJECT, name)
    return Answer(view)


def _list(desk: Desk, params: ListParams) -> Answer:
    desk.tell_truth()
    check_limit(params.limit)
    now = desk.context.wall
    seen = shown(_wanted(desk, params), lambda each: transaction_view(each, now))
    return Answer(page(seen, params, _URL, OBJECT))


def _wanted(desk: Desk, params: ListParams) -> Iterator[Transaction]:
    """What is wanted, newest first, as far as the page needs it to begin at its cursor."""
    now, snapshot = desk.context.wall, desk.context.snapshot
    if params.source is None:
        entries = register_of(snapshot).entries
    else:
        entries = sorted_entries(source_of(params.source, snapshot, now))
    first, last = params.range()
    cut = Cut(entries, first, min(begun(now), last + 1), params.wants)
    name = params.ending_before or params.starting_after
    if name is None:
        return cut.newest_first()
    cursor = find(name, snapshot, now)
    if cursor is None or not params.wants(cursor):
        return iter(())
    if params.ending_before is None:
        return cut.up_to(cursor)
    return cut.before(cursor, params.limit + 1)


ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path=_BALANCE,
        handle=_retrieve_balance,
        operation="query",
        note="what was charged is available after two days; nothing is ever paid out",
    ),
    Endpoint(
        method="GET",
        path=_URL,
        handle=_list,
        params=ListParams,
        operation="query",
        note="charges and refunds have the `fee` 0; a dispute has that of the profile",
    ),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query"),
)
