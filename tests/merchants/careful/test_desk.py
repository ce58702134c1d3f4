"""The counter of the careful shop: what the statement tells it to ask about."""

from __future__ import annotations

import pytest

from simulator.merchants.careful.channel import PaymentBody
from simulator.merchants.careful.config import Timings
from simulator.merchants.careful.database import Database
from simulator.merchants.careful.desk import Desk
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.payments import Teller
from simulator.merchants.careful.policy import Policy
from simulator.merchants.careful.records import Order, Payment
from simulator.merchants.careful.rows import Row
from simulator.merchants.careful.statements import News
from simulator.merchants.careful.steps import Case, Pace
from simulator.merchants.careful.webhooks import Data, DisputeNews, Event


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


@pytest.fixture(name="paid")
def _paid() -> Case:
    """An order that was paid by what the gateway calls pi_1."""
    order = Order("o", 500, "EUR", {"type": "wallet"})
    attempt = order.begin("primary")
    attempt.sent, attempt.handle = 1, "pi_1"
    order.learn(Payment("pi_1", "primary", "captured", 500, 1))
    return Case(order, 0.0, settled_at=1.0)


def _hear(case: Case, event: Event) -> None:
    store = OrderStore(Database(":memory:"), "me")
    store.add(case.order)
    channels = {"primary": None}
    teller = Teller(store, channels, Policy(Timings()), lambda: 7.0)  # type: ignore[arg-type]
    desk = Desk(store, teller, Keeper(case), Timings(), lambda: 7.0)  # type: ignore[arg-type]
    desk.hear(event)


async def test_an_event_that_names_no_order_is_known_by_its_handle(paid: Case) -> None:
    """Order and channel are those of the attempt; one of nobody changes nothing."""
    news = DisputeNews("dp_1", "", "ch_1", "opened")
    _hear(paid, Event("evt_1", "dispute", "", Data(dispute=news), "pi_1"))
    (dispute,) = paid.order.disputes.values()
    assert (dispute.id, dispute.payment, dispute.channel) == ("dp_1", "pi_1", "primary")
    paid.order.disputes.clear()
    _hear(paid, Event("evt_1", "dispute", "", Data(dispute=news), "pi_2"))
    assert paid.order.disputes == {}


async def test_a_payment_that_failed_after_it_was_captured_is_asked_about(paid: Case) -> None:
    """It is old news, or its money was taken back: an event cannot tell which."""
    body = PaymentBody("pi_1", "o", "failed", "EUR")
    _hear(paid, Event("evt_1", "x", "primary", Data(payment=body)))
    assert paid.looks == ["primary"]
    assert paid.order.payments["pi_1"].status == "captured"
