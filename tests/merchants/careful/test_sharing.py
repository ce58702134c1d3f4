"""Several processes, one order book: nothing is done twice, and nothing that was done is lost."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

from simulator.merchants.careful.database import Database
from simulator.merchants.careful.orders import OrderStore
from tests.merchants.careful.crowd import worker

PROCESSES, ORDERS, ROUNDS = 3, 60, 8


def test_processes_that_want_the_same_orders(tmp_path: Path) -> None:
    """Each order is added once, each event counts once, and the book knows of every success."""
    file = str(tmp_path / "shop.sqlite")
    total: Counter[str] = Counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(worker, file, f"shop-{number}", ORDERS, ROUNDS)
            for number in range(PROCESSES)
        ]
        for job in jobs:
            total.update(job.result(60))
    with closing(Database(file)) as database:
        orders, _ = OrderStore(database, "a").page(0, 1000)
    assert (total["added"], total["kept"], total["taken"]) == (ORDERS, ORDERS, ORDERS)
    assert len(orders) == ORDERS
    assert sum(order.fulfilled for order in orders) == total["fulfilled"]
    assert total["fulfilled"] + total["lost"] == PROCESSES * ORDERS * ROUNDS
