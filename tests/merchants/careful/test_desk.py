"""The counter of the careful shop: what the statement tells it to ask about."""

from __future__ import annotations

from simulator.merchants.careful.config import Timings
from simulator.merchants.careful.database import Database
from simulator.merchants.careful.desk import Desk
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.records import Order
from simulator.merchants.careful.statements import News, Row
from simulator.merchants.careful.steps import Case, Pace


class Keeper:
    """Has one case at hand, and knows whether it was woken."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.woken = 0

    def take(self, order: str) -> Case | None:
        """The case, if it is about this order."""
        return self.case if order == self.case.order.id else None

    def wake(self, case: Case) -> None:
        """Work is to be done."""
        assert case is self.case
        self.woken += 1


async def test_a_doubt_does_not_hurry_the_next_query() -> None:
    """The tries count anew; the gap to the last query stays, whoever made it."""
    order = Order("o", 500, "EUR", {"type": "wallet"})
    case = Case(order, 0.0)
    case.look = Pace(tries=4, not_before=7.5)
    keeper = Keeper(case)
    store = OrderStore(Database(":memory:"), "me")
    desk = Desk(store, None, keeper, Timings(), lambda: 7.0)  # type: ignore[arg-type]
    desk.doubt(News("backup", Row("charge", "p9", "p9", "o", 500, "EUR")))
    assert (case.look, case.looks, keeper.woken) == (Pace(not_before=7.5), ["backup"], 1)
    desk.doubt(News("backup", Row("charge", "p9", "p9", "of-nobody", 500, "EUR")))
    assert keeper.woken == 1
