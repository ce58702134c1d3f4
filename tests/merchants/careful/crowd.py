"""What one of several processes does to an order book that all of them have open."""

from __future__ import annotations

from contextlib import closing

from simulator.merchants.careful.database import Database
from simulator.merchants.careful.errors import LostOrder
from simulator.merchants.careful.mail import Mail
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.records import Order

Count = dict[str, int]


def worker(file: str, name: str, orders: int, rounds: int) -> Count:
    """Place every order, hear of it, and fulfil each again and again; how often that was done."""
    done: Count = {"added": 0, "kept": 0, "taken": 0, "fulfilled": 0, "lost": 0}
    with closing(Database(file)) as database:
        store, mail = OrderStore(database, name), Mail(database)
        for number in range(orders):
            new = Order(f"ord-{number}", 500, "EUR", {"type": "wallet"})
            if store.add(new):
                done["added"] += 1
                store.save(new, resting=True)
            done["kept"] += mail.keep(f"evt-{number}", new.id, b"{}")
            done["taken"] += mail.take(f"evt-{number}")
        for turn in range(orders * rounds):
            _fulfil(store, f"ord-{turn % orders}", done)
    return done


def _fulfil(store: OrderStore, order: str, done: Count) -> None:
    """Read, think, write: as two who do not know of each other would."""
    found = store.take(order) or store.find(order)
    if found is None:
        return
    found.fulfilled += 1
    try:
        store.save(found, resting=True)
    except LostOrder:
        done["lost"] += 1
    else:
        done["fulfilled"] += 1
