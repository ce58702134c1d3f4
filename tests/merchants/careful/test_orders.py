"""The order book on disk, and whose an order is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from simulator.merchants.careful.database import Database
from simulator.merchants.careful.errors import LostOrder
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.records import Order


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> str:
    return str(tmp_path / "shop.sqlite")


@pytest.fixture(name="store")
def _store(file: str) -> Iterator[OrderStore]:
    """The book as instance a sees it."""
    with closing(Database(file)) as database:
        yield OrderStore(database, "a")


@pytest.fixture(name="other")
def _other(file: str) -> Iterator[OrderStore]:
    """The book as instance b sees it, through a connection of its own."""
    with closing(Database(file)) as database:
        yield OrderStore(database, "b")


def order(number: int) -> Order:
    """A new order."""
    return Order(f"ord-{number}", 100 + number, "EUR", {"type": "wallet"})


def test_what_is_saved_is_there_for_another_process(store: OrderStore, other: OrderStore) -> None:
    """Nothing has to be closed or flushed for it to be on file."""
    made = order(1)
    assert store.add(made)
    made.begin("primary").doubts = 1
    store.save(made)
    assert made.version == 2
    assert other.find("ord-1") == made


def test_an_order_is_added_once(store: OrderStore, other: OrderStore) -> None:
    """Whichever instance comes first; the other finds what the first one wrote."""
    assert store.add(order(1))
    assert not other.add(order(1))
    assert not store.add(order(1))
    (found,) = other.page(0, 10)[0]
    assert found.version == 1


def test_orders_at_rest_are_nobodys(store: OrderStore, other: OrderStore) -> None:
    """They are in the book, are not gone on with, and are whoever's takes them up."""
    made = order(1)
    store.add(made)
    store.save(made, resting=True)
    assert store.take_all("a") == []
    assert store.find("ord-1") == made
    taken = other.take("ord-1")
    assert taken is not None
    assert taken.version == made.version + 1
    assert store.take("ord-1") is None


def test_nobody_takes_or_changes_what_is_anothers(store: OrderStore, other: OrderStore) -> None:
    """Not even with the right version."""
    made = order(1)
    store.add(made)
    assert other.take("ord-1") is None
    assert other.take("ord-9") is None
    copy = other.find("ord-1")
    assert copy is not None
    with pytest.raises(LostOrder):
        other.save(copy)
    store.save(made)


def test_who_was_succeeded_changes_nothing(store: OrderStore, other: OrderStore) -> None:
    """An instance that was asleep for a while finds out, and what it would have said is lost."""
    made = order(1)
    store.add(made)
    (taken,) = other.take_all("a")
    made.status = "failed"
    with pytest.raises(LostOrder):
        store.save(made)
    with pytest.raises(LostOrder):
        store.save(made, resting=True)
    assert other.find("ord-1") == taken
    assert taken.status == "pending"
    other.save(taken)


def test_an_order_that_came_back_is_not_the_one_that_left(
    store: OrderStore, other: OrderStore
) -> None:
    """The owner alone proves nothing: the version has to be the one that is known, too."""
    old = order(1)
    store.add(old)
    other.take_all("a")
    (back,) = store.take_all("b")
    with pytest.raises(LostOrder):
        store.save(old)
    store.save(back)


def test_all_orders_of_the_dead_come_in_their_order(store: OrderStore, other: OrderStore) -> None:
    """Each once, the oldest first."""
    for number in range(5):
        store.add(order(number))
    assert [each.id for each in other.take_all("a")] == [f"ord-{number}" for number in range(5)]
    assert other.take_all("a") == []


def test_an_order_that_is_asked_for_is_passed_on(store: OrderStore, other: OrderStore) -> None:
    """Its owner sees who asks, and gives it away or keeps it."""
    made = order(1)
    store.add(made)
    store.ask_for("ord-1")
    assert store.wanted() == []
    other.ask_for("ord-1")
    assert (store.wanted(), other.wanted()) == (["ord-1"], [])
    store.keep("ord-1")
    assert store.wanted() == []
    other.ask_for("ord-1")
    store.pass_on(made)
    with pytest.raises(LostOrder):
        store.save(made)
    taken = other.take("ord-1")
    assert taken is not None
    other.save(taken)
    assert other.wanted() == []


def test_pages_follow_each_other_without_gap_or_overlap(
    store: OrderStore, other: OrderStore
) -> None:
    """All orders, once each, in the order in which they came, whichever instance took them."""
    for number in range(7):
        (store, other)[number % 2].add(order(number))
    names: list[str] = []
    cursor: int | None = 0
    while cursor is not None:
        rows, cursor = (store, other)[len(names) % 2].page(cursor, 3)
        names += [row.id for row in rows]
    assert names == [f"ord-{number}" for number in range(7)]


def test_a_page_that_holds_all_has_no_next(store: OrderStore) -> None:
    """Not even when it is exactly full."""
    for number in range(3):
        store.add(order(number))
    assert store.page(0, 3)[1] is None


def test_the_order_of_what_the_gateway_calls_by_a_name_of_its_own(store: OrderStore) -> None:
    """For news that do not say whose they are."""
    for number in (1, 2):
        made = order(number)
        store.add(made)
        made.begin("primary").handle = f"pi_{number}"
        store.save(made)
    assert store.whose("pi_2") == "ord-2"
    assert store.whose("pi_") is None
