"""Webhooks that are kept until the order's instance looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from simulator.merchants.careful.database import Database
from simulator.merchants.careful.mail import Letter, Mail
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.records import Order


@pytest.fixture(name="database")
def _database() -> Iterator[Database]:
    with closing(Database(":memory:")) as database:
        yield database


def test_an_event_counts_once(database: Database) -> None:
    """However often it comes, and however many would take it in."""
    mail = Mail(database)
    assert not mail.knows("evt_1")
    assert [mail.keep("evt_1", "ord-1", b"{}") for _ in range(2)] == [True, False]
    assert mail.knows("evt_1")
    assert [mail.take("evt_1") for _ in range(2)] == [True, False]
    assert mail.knows("evt_1")


def test_an_event_waits_for_the_one_who_has_the_order(database: Database) -> None:
    """It follows the order from instance to instance, until it is taken in."""
    one, two, mail = OrderStore(database, "a"), OrderStore(database, "b"), Mail(database)
    one.add(Order("ord-1", 500, "EUR", {"type": "wallet"}))
    mail.keep("evt_1", "ord-1", b"{}")
    mail.keep("evt_2", "ord-2", b"{}")
    letter = Letter("evt_1", "ord-1", b"{}")
    assert (mail.waiting("a"), mail.waiting("b")) == ([letter], [])
    two.take_all("a")
    assert (mail.waiting("a"), mail.waiting("b")) == ([], [letter])
    mail.take("evt_1")
    assert mail.waiting("b") == []


def test_what_is_not_done_as_a_whole_is_not_done(database: Database) -> None:
    """A letter whose order could not be saved is a letter still."""
    store, mail = OrderStore(database, "a"), Mail(database)
    store.add(Order("ord-1", 500, "EUR", {"type": "wallet"}))
    mail.keep("evt_1", "ord-1", b"{}")

    def interrupted() -> None:
        with database.together():
            mail.take("evt_1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert mail.waiting("a")
