"""The order book on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.records import Order


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OrderStore]:
    """A store in a file."""
    with closing(OrderStore(str(tmp_path / "shop.sqlite"))) as opened:
        yield opened


def order(number: int) -> Order:
    """A new order."""
    return Order(f"ord-{number}", 100 + number, "EUR", {"type": "wallet"})


def test_what_is_saved_is_there_for_another_process(store: OrderStore, tmp_path: Path) -> None:
    """Nothing has to be closed or flushed for it to be on file."""
    made = order(1)
    store.add(made)
    made.begin("primary").doubts = 1
    store.save(made)
    with closing(OrderStore(str(tmp_path / "shop.sqlite"))) as other:
        assert other.find("ord-1") == made
        assert list(other.unfinished()) == [made]


def test_orders_at_rest_are_not_taken_up_again(store: OrderStore) -> None:
    """They are still in the book."""
    store.add(order(1))
    store.save(order(1), resting=True)
    assert list(store.unfinished()) == []
    assert store.find("ord-1") == order(1)


def test_pages_follow_each_other_without_gap_or_overlap(store: OrderStore) -> None:
    """All orders, once each, in the order in which they came."""
    for number in range(7):
        store.add(order(number))
    names: list[str] = []
    cursor: int | None = 0
    while cursor is not None:
        rows, cursor = store.page(cursor, 3)
        names += [row.id for row in rows]
    assert names == [f"ord-{number}" for number in range(7)]


def test_a_page_that_holds_all_has_no_next(store: OrderStore) -> None:
    """Not even when it is exactly full."""
    for number in range(3):
        store.add(order(number))
    assert store.page(0, 3)[1] is None


def test_an_event_is_remembered(store: OrderStore) -> None:
    """So that it is taken in once."""
    assert not store.has_event("evt_1")
    store.add_event("evt_1")
    store.add_event("evt_1")
    assert store.has_event("evt_1")
