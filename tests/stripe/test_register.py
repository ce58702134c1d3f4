"""The quick way to balance transactions answers what the plain one would, whatever is asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.dialects.stripe.balance import ListParams
from simulator.dialects.stripe.listing import page, shown
from simulator.dialects.stripe.objection import Objection
from simulator.dialects.stripe.params import read
from simulator.dialects.stripe.transactions import (
    OBJECT,
    Transaction,
    transaction_view,
    transactions_of,
)
from simulator.gateway.statements import day_of
from tests.stripe.desk import Books
from tests.stripe.test_books_agree import histories, perform

URL = "/v1/balance_transactions"
Question = tuple[dict[str, Any], str | None, int]
filters = st.sampled_from(
    (
        {},
        {},
        {"type": "charge"},
        {"type": "refund"},
        {"type": "payout"},
        {"currency": "EUR"},
        {"currency": "usd", "type": "adjustment"},
        {"source": ""},
        {"source": "ch_none"},
        {"created": ""},
        {"created[lt]": ""},
        {"created[lte]": ""},
        {"created[gt]": ""},
        {"created[gte]": "", "type": "charge"},
    )
)
cursors = st.sampled_from((None, "starting_after", "ending_before"))
questions = st.lists(st.tuples(filters, cursors, st.integers(0, 30)), max_size=4)


def newest_first(books: Books) -> Iterator[Transaction]:
    """All of the channel, each payment worked through."""
    now = books.account.clock.wall()
    first = next(books.state.payments(), None)
    until = day_of(first.created) if first is not None else day_of(now) + 1
    for day in range(day_of(now), until - 1, -1):
        found = [
            each
            for payment in books.state.active(day)
            for each in transactions_of(payment, books.state, now)
            if day_of(each.created) == day
        ]
        yield from sorted(found, key=lambda each: (each.created, each.id), reverse=True)


def plainly(books: Books, sent: dict[str, Any]) -> dict[str, Any]:
    """The page that is to be answered."""
    now = books.account.clock.wall()
    nested: dict[str, Any] = {}
    for name, value in sent.items():
        head, _, rest = name.partition("[")
        nested[head] = {rest[:-1]: str(value)} if rest else str(value)
    params = read(ListParams, nested)
    wanted = (each for each in newest_first(books) if params.wants(each))
    try:
        return page(shown(wanted, lambda each: transaction_view(each, now)), params, URL, OBJECT)
    except Objection as objection:
        return {"error": objection.error.get("param")}


def compare(books: Books, question: Question) -> None:
    """Ask both ways; what stands empty in the question is taken from what there is."""
    filters_, cursor, place = question
    every = list(newest_first(books))
    chosen = every[place % len(every)] if every else None
    sent: dict[str, Any] = {"limit": 1 + place % 3}
    for name, value in filters_.items():
        if value or chosen is None:
            sent[name] = value or 5
        else:
            sent[name] = chosen.source if name == "source" else int(chosen.created)
    if cursor is not None:
        other = every[(place * 7) % len(every)].id if every and place % 11 else "txn_cnone"
        sent[cursor] = other
    answer = books.ask("GET", URL, **sent)
    if "error" in answer:
        answer = {"error": answer["error"].get("param")}
    assert answer == json.loads(json.dumps(plainly(books, sent)))


def compare_balance(books: Books) -> None:
    """The balance is what all of them add up to."""
    now = books.account.clock.wall()
    sums: dict[bool, Counter[str]] = {True: Counter({"usd": 0}), False: Counter()}
    for each in newest_first(books):
        sums[each.available <= now][each.payment.currency.lower()] += each.net
    held = books.ask("GET", "/v1/balance")
    names = set(sums[True]) | set(sums[False])
    for funds, kept in ((held["available"], sums[True]), (held["pending"], sums[False])):
        assert {each["currency"]: each["amount"] for each in funds} == {
            name: kept[name] for name in names
        }


@settings(max_examples=40, deadline=None)
@given(histories, st.data())
def test_the_quick_way_is_the_plain_one(
    history: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    """At any point of any history, with any filters and cursors."""
    books = Books()
    for step in history:
        perform(books, step)
        for question in data.draw(questions):
            compare(books, question)
        if data.draw(st.booleans()):
            compare_balance(books)
    compare_balance(books)
    books.wait(200_000.0)
    compare_balance(books)
    compare(books, ({}, None, 2))


def test_a_page_costs_what_stands_on_it() -> None:
    """Payments that have not changed are not worked through again."""
    books = Books()
    for _ in range(30):
        perform(books, ("charge", "usd", "automatic", None, None))
    books.ask("GET", "/v1/balance")
    worked: list[str] = []
    look = books.state.refunds_of
    books.state.refunds_of = lambda payment: worked.append(payment) or look(payment)  # type: ignore[method-assign,func-returns-value]
    perform(books, ("charge", "usd", "automatic", None, None))
    worked.clear()
    after = books.ask("GET", URL, limit=5)["data"][-1]["id"]
    assert len(books.ask("GET", URL, limit=100, starting_after=after)["data"]) == 26
    books.ask("GET", "/v1/balance")
    assert len(worked) <= 2  # the new payment, and that of the cursor
