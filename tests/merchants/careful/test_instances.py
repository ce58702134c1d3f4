"""The register of instances: who is alive, and who left orders behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from simulator.merchants.careful.database import Database
from simulator.merchants.careful.instances import Instances
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.records import Order
from tests.merchants.careful.model import Moment

LEASE = 3.0


@pytest.fixture(name="database")
def _database() -> Iterator[Database]:
    with closing(Database(":memory:")) as database:
        yield database


def two(database: Database) -> tuple[Instances, Instances, Moment]:
    """Two instances that are alive, and their clock."""
    clock = Moment()
    both = tuple(Instances(database, name, LEASE, clock) for name in "ab")
    for each in both:
        each.renew()
    return both[0], both[1], clock


def test_who_renews_is_alive(database: Database) -> None:
    """And who does not is dead when the lease is over, not before; nobody buries itself."""
    one, other, clock = two(database)
    for _ in range(4):
        clock.now += LEASE / 2
        one.renew()
        other.renew()
        assert (one.dead(), other.dead()) == ([], [])
    clock.now += LEASE / 2
    one.renew()
    assert one.dead() == []
    clock.now += LEASE / 2
    assert one.dead() == ["b"]
    assert other.dead() == []  # one has renewed meanwhile
    other.strike_off("b")
    assert one.dead() == []


def test_who_leaves_is_gone_at_once(database: Database) -> None:
    """If it owned something, that is to be shared out."""
    one, other, _ = two(database)
    OrderStore(database, "b").add(Order("ord-1", 500, "EUR", {"type": "wallet"}))
    assert one.dead() == []
    other.leave()
    assert one.dead() == ["b"]
    OrderStore(database, "a").take_all("b")
    assert one.dead() == []


def test_a_lease_from_another_time_is_not_believed(database: Database) -> None:
    """After a clock was set back, a dead instance's lease must not last until it has caught up."""
    one, _, clock = two(database)
    clock.now -= 3600.0
    one.renew()
    assert one.dead() == ["b"]
