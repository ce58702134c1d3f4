"""Several rows of one order: what they say together."""

from __future__ import annotations

import pytest

from simulator.journal.entry import Arrival, Order
from simulator.journal.rows import together

ARRIVAL = Arrival(
    source="client",
    wall=0.0,
    mono=0.0,
    order="o-1",
    intended=0.0,
    amount=1999,
    currency="USD",
    method="card",
)


def _row(status: str, amount: int = 1999, **more: object) -> Order:
    fields = {"order": "o-1-2", "currency": "USD", "fulfilled": int(status == "paid")} | more
    return Order(source="merchant", wall=0.0, mono=0.0, status=status, amount=amount, **fields)  # type: ignore[arg-type]


def test_one_row_speaks_for_itself_and_none_says_nothing() -> None:
    """The usual book."""
    row = _row("failed", 5)
    assert together([row], ARRIVAL) is row
    assert together([], ARRIVAL) is None


@pytest.mark.parametrize(
    ("rows", "status", "amount", "fulfilled", "refunded"),
    [
        ([_row("failed"), _row("paid")], "paid", 1999, 1, 0),
        ([_row("pending"), _row("paid")], "paid", 1999, 1, 0),
        ([_row("failed"), _row("pending")], "pending", 1999, 0, 0),
        ([_row("failed"), _row("failed")], "failed", 1999, 0, 0),
        ([_row("paid"), _row("paid")], "paid", 3998, 2, 0),
        ([_row("paid", 1000), _row("paid", 999)], "paid", 1999, 1, 0),
        ([_row("paid", 1000), _row("paid", 1000)], "paid", 2000, 2, 0),
        ([_row("refunded", amount_refunded=1999), _row("paid")], "paid", 1999, 1, 1999),
        ([_row("refunded"), _row("refunded", amount_refunded=5)], "refunded", 3998, 0, 2004),
        ([_row("paid"), _row("paid", currency="EUR")], "paid", 1999, 1, 0),
        ([_row("paid", 7, currency="EUR"), _row("failed")], "failed", 1999, 0, 0),
    ],
)
def test_rows_add_up(
    rows: list[Order], status: str, amount: int, fulfilled: int, refunded: int
) -> None:
    """Paid rows claim their amounts; rows that share the price are parts of one delivery."""
    found = together(rows, ARRIVAL)
    assert found is not None
    assert (found.status, found.amount) == (status, amount)
    assert (found.fulfilled, found.amount_refunded) == (fulfilled, refunded)
    assert (found.order, found.currency) == ("o-1", "USD")


def test_a_payment_that_two_rows_list_is_listed_once() -> None:
    """One that a single row lists twice is still listed twice."""
    lists = (("p1", "p1"), ("p1", "p2", "p2"))
    found = together([_row("paid", payment_ids=ids) for ids in lists], ARRIVAL)
    unlisted = together([_row("paid"), _row("failed")], ARRIVAL)
    assert found is not None
    assert found.payment_ids == ("p1", "p1", "p2")
    assert unlisted is not None
    assert unlisted.payment_ids is None
