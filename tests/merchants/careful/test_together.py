"""Two instances of the careful shop with one order book: what one begins, another may end."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest

from simulator.merchants.careful.app import make_app
from simulator.merchants.careful.config import Settings
from simulator.merchants.careful.database import Database
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.records import PENDING, Order
from tests.merchants.careful.scripted import SILENCE, Scripted, decline, payment, scripted
from tests.merchants.careful.test_shop import (
    FAST,
    NOWHERE,
    ORDER,
    PAID,
    SECRET,
    Client,
    captured,
    shop,
)
from tests.merchants.kit import merchant

OTHER_CARD = {"method": {"type": "card", "token": "tok_visa_DE_2"}}
SHORT = replace(FAST, lease=0.3, renewal=0.05)
#: An instance that takes its lease once and never again, as if it slept.
SLEEPY = replace(FAST, lease=0.3, renewal=60.0)


class Pair(NamedTuple):
    """Both instances, and where their order book is."""

    one: Client
    two: Client
    file: str


@asynccontextmanager
async def instance(
    name: str, gateway: str, file: str, timings: object = SHORT
) -> AsyncIterator[Client]:
    """One instance."""
    settings = Settings(
        channels=(("primary", gateway), ("backup", NOWHERE)),
        api_key="sk_test_1",
        webhook_secret=SECRET,
        timings=timings,  # type: ignore[arg-type]
        database=file,
        instance=name,
    )
    async with merchant(make_app(settings)) as url, aiohttp.ClientSession() as session:
        yield Client(session, url)


@asynccontextmanager
async def pair(gateway: Scripted, folder: Path) -> AsyncIterator[Pair]:
    """The gateway and two instances that are awake."""
    file = str(folder / "shop.sqlite")
    async with (
        scripted(gateway),
        instance("a", gateway.url, file) as one,
        instance("b", gateway.url, file) as two,
    ):
        yield Pair(one, two, file)


async def test_two_clicks_at_two_instances_are_one_order(tmp_path: Path) -> None:
    """The second waits for the first one's charge, and both hear of it."""
    gateway = Scripted(deque([PAID]))
    async with pair(gateway, tmp_path) as shops:
        both = await asyncio.gather(*(each.send("/orders", ORDER) for each in shops[:2]))
        assert both[0] == both[1]
        assert both[0][1]["status"] == "paid"
        assert await shops.one.send("/orders/ord-1") == await shops.two.send("/orders/ord-1")
        assert await shops.one.row() == await shops.two.row()
        assert (await shops.two.row())["fulfilled"] == 1
        status, _ = await shops.two.send("/orders", ORDER | {"amount": 501})
        assert status == 409
    assert len(gateway.seen("charge")) == 1


async def test_a_webhook_at_the_other_instance_is_heard_by_the_owner(tmp_path: Path) -> None:
    """It settles what silence left open, once, at whichever instance its copies arrive."""
    gateway = Scripted(deque([SILENCE]))
    async with pair(gateway, tmp_path) as shops, asyncio.TaskGroup() as group:
        order = group.create_task(shops.one.send("/orders", ORDER))
        await gateway.until("charge")
        statuses = [await each.webhook(captured("pay_1")) for each in (shops.two, shops.one) * 2]
        assert statuses == [204] * 4
        assert (await order)[1]["status"] == "paid"
        row = await shops.two.row()
        assert (row["fulfilled"], row["payment_ids"]) == (1, ["pay_1"])
    assert len(gateway.seen("charge")) == 1


async def test_a_duplicate_that_both_hear_of_is_refunded_once(tmp_path: Path) -> None:
    """Two events of one payment, one at each instance: one reason, one refund."""
    refund = {"id": "re_1", "payment": "pay_2", "status": "succeeded"}
    gateway = Scripted(deque([PAID]), refunds=deque([(201, refund)]))
    async with pair(gateway, tmp_path) as shops:
        await shops.one.send("/orders", ORDER)
        await asyncio.gather(
            shops.one.webhook(captured("pay_2", "evt_1")),
            shops.two.webhook(captured("pay_2", "evt_2")),
        )
        row = await shops.two.until(amount_refunded=500)
        await asyncio.sleep(0.1)
        assert (row["status"], row["fulfilled"]) == ("paid", 1)
    assert {each.key for each in gateway.seen("refund")} == {"refund-pay_2"}
    assert len(gateway.seen("refund")) == 1


async def test_another_card_at_the_other_instance(tmp_path: Path) -> None:
    """The order is passed on to it, and goes on there under its next key."""
    replies = deque([decline("ord-1"), (201, payment("ord-1", name="pay_2"))])
    gateway = Scripted(replies)
    async with pair(gateway, tmp_path) as shops:
        assert (await shops.one.send("/orders", ORDER))[0] == 402
        assert (await shops.two.send("/orders/ord-1"))[0] == 402
        assert (await shops.two.send("/orders/ord-1/pay", OTHER_CARD))[1]["status"] == "paid"
        assert (await shops.one.send("/orders/ord-1/pay", OTHER_CARD))[1]["status"] == "paid"
    assert [each.key for each in gateway.seen("charge")] == ["ord-1-1", "ord-1-2"]


async def test_two_tabs_at_two_instances_pay_once(tmp_path: Path) -> None:
    """Both send another card at the same moment: one is tried, and both hear what came of it."""
    replies = deque([decline("ord-1"), (201, payment("ord-1", name="pay_2"))])
    gateway = Scripted(replies)
    async with pair(gateway, tmp_path) as shops:
        await shops.one.send("/orders", ORDER)
        pays = (each.send("/orders/ord-1/pay", OTHER_CARD) for each in shops[:2])
        answers = await asyncio.gather(*pays)
        assert {answer["status"] for _, answer in answers} <= {"paid", "pending"}
        await shops.one.until(status="paid", fulfilled=1)
    assert [each.key for each in gateway.seen("charge")] == ["ord-1-1", "ord-1-2"]


async def test_orders_of_the_dead_go_on_elsewhere(tmp_path: Path) -> None:
    """What it had sent is sent again under the same key, and by one of the living only."""
    file = str(tmp_path / "shop.sqlite")
    with closing(Database(file)) as database:
        store = OrderStore(database, "gone")
        order = Order("ord-1", 500, "EUR", ORDER["method"])  # type: ignore[arg-type]
        store.add(order)
        attempt = order.begin("primary")
        attempt.sent = attempt.doubts = 1
        store.save(order)
    gateway = Scripted(deque([PAID]))
    async with pair(gateway, tmp_path) as shops:
        row = await shops.two.until(status="paid")
        await asyncio.sleep(0.2)
        assert row["fulfilled"] == 1
    assert [each.key for each in gateway.seen("charge")] == ["ord-1-1"]


async def test_who_was_asleep_books_nothing(tmp_path: Path) -> None:
    """Its lease ran out under way; another has finished the order when its answer comes."""
    file = str(tmp_path / "shop.sqlite")
    gateway = Scripted(deque([SILENCE, PAID]))
    async with (
        scripted(gateway),
        instance("a", gateway.url, file, replace(SLEEPY, request=3.0, answer=3.0)) as one,
        instance("b", gateway.url, file) as two,
        asyncio.TaskGroup() as group,
    ):
        order = group.create_task(one.send("/orders", ORDER))
        await gateway.until("charge")
        await two.until(status="paid")
        assert not order.done()
        assert (await order)[1]["status"] == "paid"
        assert (await one.row())["fulfilled"] == 1
    assert [each.key for each in gateway.seen("charge")] == ["ord-1-1", "ord-1-1"]


async def test_who_leaves_in_good_order_is_succeeded_at_once(tmp_path: Path) -> None:
    """Nobody waits for the lease to run out."""
    file = str(tmp_path / "shop.sqlite")
    broken = [deque([(500, {})]) for _ in range(3)]
    gateway = Scripted(*broken)
    long = replace(FAST, lease=60.0, renewal=0.05)
    async with scripted(gateway), instance("b", gateway.url, file, long) as two:
        async with instance("a", gateway.url, file, long) as one:
            await one.send("/orders", ORDER)
            assert (await two.row())["status"] == PENDING
        gateway.charges = deque([PAID])
        gateway.looks = gateway.closes = deque([(200, {"data": [payment("ord-1")]})])
        await two.until(status="paid")


async def test_a_restart_has_its_own_orders_at_once(tmp_path: Path) -> None:
    """The same instance need not wait for the end of the lease that its last run took."""
    file = str(tmp_path / "shop.sqlite")
    with closing(Database(file)) as database:
        OrderStore(database, "the shop").add(Order("ord-1", 500, "EUR", {"type": "wallet"}))
    gateway = Scripted(deque([PAID]))
    async with scripted(gateway), shop(gateway.url, file=file) as client:
        await client.until(status="paid")


@pytest.mark.parametrize("path", ["/orders/ord-9", "/orders/ord-9/pay"])
async def test_an_order_that_no_instance_knows(path: str, tmp_path: Path) -> None:
    """Nobody is asked for it."""
    body = OTHER_CARD if path.endswith("pay") else None
    async with pair(Scripted(), tmp_path) as shops:
        assert (await shops.two.send(path, body))[0] == 404
