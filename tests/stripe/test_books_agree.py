"""Whatever happens: the balance, its transactions, the charges and the statements say the same."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.gateway.directives import (
    Befall,
    ChargeTwice,
    Directive,
    FailRefund,
    SettleLater,
    TakePart,
)
from simulator.gateway.model import Aftermath, Booking, RefundStatus, Status
from simulator.gateway.statements import day_of, rows_of
from tests.stripe.desk import Books

FATES: tuple[Directive | None, ...] = (
    None,
    ChargeTwice(),
    SettleLater(30.0, Status.PROCESSING),
    SettleLater(30.0, Status.FAILED),
    TakePart(Fraction(1), 400),
    Befall(30.0, Aftermath("reversal")),
    Befall(30.0, Aftermath("dispute", "fraudulent", 60.0, "always")),
    Befall(30.0, Aftermath("dispute", "fraudulent", 60.0, "never")),
    Befall(30.0, Aftermath("inquiry", "fraudulent", 60.0, "never")),
)
REFUND_FATES: tuple[Directive | None, ...] = (
    None,
    SettleLater(30.0),
    FailRefund(30.0, "account_closed", RefundStatus.PENDING),
    FailRefund(30.0, "account_closed", RefundStatus.SUCCEEDED),
)
BOOKINGS = (
    None,
    Booking("missing"),
    Booking("extra"),
    Booking("wrong_amount", by=1),
    Booking("late", days=1),
)

charged = st.tuples(
    st.just("charge"),
    st.sampled_from(("usd", "eur")),
    st.sampled_from(("automatic", "manual")),
    st.sampled_from(FATES),
    st.sampled_from(BOOKINGS),
)
given_back = st.tuples(
    st.just("refund"), st.integers(0, 3), st.integers(1, 999), st.sampled_from(REFUND_FATES)
)
taken = st.tuples(st.just("capture"), st.integers(0, 3), st.integers(1, 999))
answered = st.tuples(
    st.just("answer"),
    st.integers(0, 3),
    st.sampled_from(("winning_evidence", "losing_evidence", "escalate_inquiry_evidence", "?")),
)
waited = st.tuples(st.just("wait"), st.sampled_from((10.0, 100.0, 90_000.0)))
later = st.one_of(charged, given_back, taken, answered, waited, waited)
histories = st.tuples(
    st.lists(charged, min_size=1, max_size=4), st.lists(later, min_size=4, max_size=12)
).map(lambda both: both[0] + both[1])


def perform(books: Books, step: tuple[Any, ...]) -> None:
    """Do one thing; what is refused changes nothing."""
    match step:
        case ("charge", currency, capture, fate, booking):
            books.ask(
                "POST",
                "/v1/payment_intents",
                fate,
                booking,
                amount=1000,
                currency=currency,
                capture_method=capture,
                confirm="true",
                payment_method="pm_card_visa",
            )
        case ("refund", place, amount, fate):
            name = chosen(books, "/v1/charges", place)
            books.ask("POST", "/v1/refunds", fate, charge=name, amount=amount)
        case ("capture", place, amount):
            name = chosen(books, "/v1/payment_intents", place)
            path = f"/v1/payment_intents/{name}/capture"
            books.ask("POST", path, amount_to_capture=amount)
        case ("answer", place, text):
            name = chosen(books, "/v1/disputes", place)
            books.ask("POST", f"/v1/disputes/{name}", **{"evidence[uncategorized_text]": text})
        case ("wait", seconds):
            books.wait(seconds)


def chosen(books: Books, path: str, place: int) -> str:
    """The id of one of the latest of a kind; of none, if there is none."""
    found = books.ask("GET", path)["data"]
    return str(found[place % len(found)]["id"]) if found else "x_none"


def transactions(books: Books) -> list[dict[str, Any]]:
    """All balance transactions, newest first."""
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"has_more": True}
    while page["has_more"]:
        after = {"starting_after": found[-1]["id"]} if found else {}
        page = books.ask("GET", "/v1/balance_transactions", limit=3, **after)
        found += page["data"]
    return found


@settings(max_examples=40, deadline=None)
@given(histories)
def test_all_books_say_the_same(history: list[tuple[Any, ...]]) -> None:
    """The sums of statements, transactions and balance, by currency; and each can be found."""
    books = Books()
    first = day_of(books.account.clock.wall())
    for step in history:
        perform(books, step)
    last = day_of(books.account.clock.wall())
    stated: Counter[str] = Counter()
    for day in range(first, last + 1):
        for row in rows_of(day, books.state):
            stated[row.currency.lower()] += row.amount
    listed = transactions(books)
    moved: Counter[str] = Counter()
    for each in listed:
        moved[each["currency"]] += each["net"]
        assert books.ask("GET", f"/v1/balance_transactions/{each['id']}") == each
    assert len({each["id"] for each in listed}) == len(listed)
    assert [each["created"] for each in listed] == sorted(
        (each["created"] for each in listed), reverse=True
    )
    held = books.ask("GET", "/v1/balance")
    balance: Counter[str] = Counter()
    for fund in (*held["available"], *held["pending"]):
        balance[fund["currency"]] += fund["amount"]
    assert stated == moved
    assert balance == moved
    for each in books.happenings():
        books.shown(each)


@settings(max_examples=25, deadline=None)
@given(histories)
def test_charges_tell_what_the_payer_has_lost(history: list[tuple[Any, ...]]) -> None:
    """Captured less refunded is what refunds leave; a refunded charge has nothing left."""
    books = Books()
    for step in history:
        perform(books, step)
    for charge in books.ask("GET", "/v1/charges", limit=100)["data"]:
        refunds = books.ask("GET", "/v1/refunds", limit=100, charge=charge["id"])["data"]
        back = sum(each["amount"] for each in refunds if each["status"] != "failed")
        released = charge["amount_refunded"] - back
        assert 0 <= released <= charge["amount"]
        assert charge["refunded"] is (charge["amount_refunded"] >= charge["amount"] > 0) or back
        assert charge["paid"] or charge["status"] != "succeeded"
        assert charge["captured"] or charge["balance_transaction"] is None
