"""Which order a payment of the gateway belongs to."""

from __future__ import annotations

import pytest

from simulator.journal.joining import owner
from simulator.journal.lives import OrderLife
from tests.journal.story import history


@pytest.mark.parametrize(
    ("reference", "known", "expected"),
    [
        ("r1-1", ["r1-1"], "r1-1"),
        ("r1-1-retry", ["r1-1"], "r1-1"),
        ("r1-1_2", ["r1-1"], "r1-1"),
        ("r1-12", ["r1-1"], None),
        ("r1-12", ["r1-1", "r1-12"], "r1-12"),
        ("r1-1-2", ["r1-1", "r1-1-2"], "r1-1-2"),
        ("r1-1-2-b", ["r1-1", "r1-1-2"], "r1-1-2"),
        ("r1-1.2", ["r1-1"], None),
        ("other", ["r1-1"], None),
        ("", ["r1-1"], None),
    ],
)
def test_the_longest_order_that_fits_owns_a_reference(
    reference: str, known: list[str], expected: str | None
) -> None:
    """Order names hold hyphens themselves, and a digit more is another order."""
    found = owner(reference, {name: OrderLife(name) for name in known})
    assert (found.id if found else None) == expected


def test_a_payment_joins_by_reference_over_all_channels() -> None:
    """Retries under changed references still count to the order."""
    order = history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 backup captured ref=o-1-again
        9.0  end
    """).orders["o-1"]
    assert [payment.id for payment in order.payments] == ["p1", "p2"]
    assert len(order.exchanges) == 2


def test_the_book_joins_payments_that_no_reference_does() -> None:
    """A merchant that mints its own references lists its payment ids."""
    read = history("""
        0.0  arrive  o-1 1999
        0.1  charge  - p1 primary captured ref=abc
        5.0  row     o-1 paid 1999 ids=p1
        9.0  end
    """)
    assert read.strays == ()
    assert [payment.id for payment in read.orders["o-1"].payments] == ["p1"]
    assert len(read.orders["o-1"].exchanges) == 1


def test_of_two_claims_the_owner_of_the_reference_wins() -> None:
    """A shop that books one payment twice cannot hide the second order's lack of money."""
    read = history("""
        0.0  arrive  o-1 1999
        0.0  arrive  o-2 1999
        0.1  charge  o-2 p2 primary captured
        5.0  row     o-1 paid 1999 ids=p2
        5.0  row     o-2 paid 1999 ids=p2
        9.0  end
    """)
    assert read.orders["o-1"].payments == []
    assert [payment.id for payment in read.orders["o-2"].payments] == ["p2"]


def test_a_second_order_of_a_second_try_is_the_shoppers_order() -> None:
    """Whatever the shop calls it: its row, its money and its claims stand with the arrival."""
    read = history("""
        0.0  arrive  o-1 1999
        0.1  charge  - p1 primary failed ref=o-1
        0.2  charge  - p2 primary captured ref=o-1-2
        0.3  charge  - p3 backup captured ref=abc
        5.0  row     o-1 failed 1999 ids=p1
        5.0  row     o-1-2 paid 1999 ids=p2
        5.0  row     o-1_3 paid 1999 ids=p3
        9.0  end
    """)
    assert list(read.orders) == ["o-1"]
    assert read.strays == ()
    order = read.orders["o-1"]
    assert [payment.id for payment in order.payments] == ["p1", "p2", "p3"]
    assert [row.order for row in order.rows] == ["o-1", "o-1-2", "o-1_3"]
    assert order.row is not None
    assert (order.row.order, order.row.status, order.row.amount) == ("o-1", "paid", 3998)
    assert (read.book_problem, order.unplaced) == (None, False)


def test_an_order_that_a_shopper_placed_is_not_folded_into_another() -> None:
    """Names of orders are prefixes of each other, and of names that are not theirs."""
    read = history("""
        0.0  arrive  o-1 1999
        0.0  arrive  o-1-2 1999
        5.0  row     o-1 paid 1999
        5.0  row     o-1-2 paid 1999
        5.0  row     o-12 paid 1999
        9.0  end
    """)
    assert {name: len(order.rows) for name, order in read.orders.items()} == {
        "o-1": 1, "o-1-2": 1, "o-12": 1,
    }  # fmt: skip
    assert [order.id for order in read.orders.values() if order.unplaced] == ["o-12"]


def test_without_shoppers_every_row_is_an_order() -> None:
    """Orders that were placed by hand, with no load generator to say so."""
    read = history("5.0 row o-1 paid 1999\n 5.0 row o-1-2 paid 1999\n 9.0 end")
    assert list(read.orders) == ["o-1", "o-1-2"]
    assert not any(order.unplaced for order in read.orders.values())


RUN = """
    0.0  run     o
    0.0  arrive  o-1 1999
    5.0  row     o-1 paid 1999
    5.0  row     o-7 paid 1999
    5.0  row     old-7 paid 1999
"""


def test_rows_of_other_runs_are_not_of_this_drill() -> None:
    """A shop may keep the orders of yesterday; the book was read whole all the same."""
    read = history(RUN + "6.0 generator 1\n 9.0 end")
    assert {name: order.unplaced for name, order in read.orders.items()} == {
        "o-1": False, "o-7": True,
    }  # fmt: skip
    assert read.book_problem is None


def test_a_load_generator_that_was_killed_may_have_kept_an_arrival_to_itself() -> None:
    """Then a row without one proves nothing."""
    assert history(RUN + "9.0 end").orders["o-7"].unplaced is False


def test_what_belongs_to_no_order_is_a_stray() -> None:
    """The payment of an unknown reference stands apart, with its exchanges."""
    read = history("""
        0.0  arrive  o-1 1999
        0.1  charge  - p1 primary captured ref=o-12
        9.0  end
    """)
    assert [stray.id for stray in read.strays] == ["o-12"]
    assert [payment.id for payment in read.strays[0].payments] == ["p1"]
    assert read.orders["o-1"].payments == []


def test_an_exchange_without_a_reference_joins_by_its_payment() -> None:
    """A query by payment id names no order."""
    read = history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured
        1.0  query   - primary pay=p1
        9.0  end
    """)
    assert len(read.orders["o-1"].exchanges) == 2
