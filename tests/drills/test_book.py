"""Tests of reading an order book over HTTP: all pages, typed rows, or the reason why not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from simulator.drills.book import BookUnreadable, Row, read, united

Answer = Callable[[web.Request], Awaitable[web.Response]]
Shop = Callable[[Answer], Awaitable[str]]


@pytest.fixture(name="session")
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(name="shop")
async def _shop() -> AsyncIterator[Shop]:
    servers: list[TestServer] = []

    async def start(answer: Answer) -> str:
        app = web.Application()
        app.router.add_get("/orders", answer)
        server = TestServer(app)
        servers.append(server)
        await server.start_server()
        return str(server.make_url("/")).rstrip("/")

    yield start
    for server in servers:
        await server.close()


def _order(number: int, **more: object) -> dict[str, object]:
    return {
        "order_id": f"r1-{number}", "status": "paid", "amount": 100, "currency": "USD", **more,
    }  # fmt: skip


def _says(body: object, status: int = 200) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response(body, status=status)

    return answer


async def test_all_pages_are_read(session: aiohttp.ClientSession, shop: Shop) -> None:
    """Pages follow their cursor to the end; orders of earlier runs are not ours."""
    pages = {
        "": {"orders": [_order(1), _order(2)], "next": 2},
        "2": {"orders": [_order(3), {**_order(4), "order_id": "r0-9"}], "next": "x&y"},
        "x&y": {"orders": [_order(5)], "next": None},
    }

    async def answer(request: web.Request) -> web.Response:
        return web.json_response(pages[request.query.get("after", "")])

    rows = await read(session, await shop(answer), "r1")
    assert [row.order_id for row in rows] == ["r1-1", "r1-2", "r1-3", "r1-5"]


@pytest.mark.parametrize(
    ("more", "served"),
    [({}, 1), ({"status": "pending"}, 0), ({"fulfilled": 2}, 2), ({"fulfilled": 0}, 0)],
)
def test_fulfilment_that_is_left_out(more: dict[str, object], served: int) -> None:
    """A paid order counts as fulfilled once unless the shop says otherwise."""
    row = Row(**{**_order(1), **more})  # type: ignore[arg-type]
    assert row.served == served
    line = row.line(wall=1.0, mono=2.0, account="drill")
    assert (line.fulfilled, line.amount_refunded, line.payment_ids) == (served, 0, None)
    assert line.source == "merchant"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ([], "not an order book"),
        ({"orders": [{"order_id": "r1-1"}], "next": None}, "status"),
        ({"orders": [_order(1, amount=1.5)], "next": None}, r"r1-1: .* at `\$.amount"),
        ({"orders": [_order(1, status="shipped")], "next": None}, "'shipped' is none of paid"),
        ({"orders": [_order(1, status="processing")], "next": None}, "r1-1: its status"),
        ({"orders": [_order(1, amount=-1)], "next": None}, r"r1-1: .* >= 0 - at `\$.amount"),
        ({"orders": [_order(1, amount="100")], "next": None}, r"r1-1: .* at `\$.amount"),
        ({"orders": [_order(1, amount=True)], "next": None}, r"r1-1: .* at `\$.amount"),
        ({"orders": [_order(1, fulfilled=-1)], "next": None}, r"r1-1: .* >= 0 - at `\$.fulfilled"),
        ({"orders": [_order(1, amount_refunded=-5)], "next": None}, r"at `\$.amount_refunded"),
        ({"orders": [_order(1, currency="dollars")], "next": None}, r"r1-1: .* at `\$.currency"),
        ({"orders": [_order(1, payment_ids="p1")], "next": None}, r"r1-1: .* at `\$.payment_ids"),
        ({"orders": [_order(1, payment_ids=[7])], "next": None}, r"at `\$.payment_ids\[0\]"),
        ({"orders": [{**_order(1), "order_id": None}], "next": None}, "no reference at 'order_id'"),
        ({"orders": [_order(1), _order(1)], "next": None}, "lists r1-1 twice"),
        ({"orders": [], "next": "again"}, "came back"),
    ],
)
async def test_book_of_another_shape(
    session: aiohttp.ClientSession, shop: Shop, body: object, reason: str
) -> None:
    """What is no order book is named, down to the field."""
    with pytest.raises(BookUnreadable, match=reason):
        await read(session, await shop(_says(body)), "r1")


async def test_a_row_that_is_just_within(session: aiohttp.ClientSession, shop: Shop) -> None:
    """Nothing is a number, and a code in small letters is one."""
    order = _order(1, status="failed", amount=0, currency="usd", fulfilled=False, payment_ids=[])
    (row,) = await read(session, await shop(_says({"orders": [order], "next": None})), "r1")
    assert (row.amount, row.currency, row.fulfilled, row.payment_ids) == (0, "USD", 0, ())


async def test_a_large_page_is_read_to_its_end(session: aiohttp.ClientSession, shop: Shop) -> None:
    """A body of some hundred kilobytes arrives in many pieces."""
    orders = [_order(number, payment_ids=["p" * 200]) for number in range(3000)]
    rows = await read(session, await shop(_says({"orders": orders, "next": None})), "r1")
    assert len(rows) == 3000


async def test_refused_book(session: aiohttp.ClientSession, shop: Shop) -> None:
    """A status other than 200 is no book."""
    with pytest.raises(BookUnreadable, match="answered 503"):
        await read(session, await shop(_says({}, status=503)), "r1")


async def test_shop_that_is_gone(session: aiohttp.ClientSession) -> None:
    """A shop that does not listen any more cannot be read."""
    with pytest.raises(BookUnreadable, match="gave no answer"):
        await read(session, f"http://127.0.0.1:{unused_port()}", "r1")


async def test_rows_are_shown_as_the_shop_wrote_them(
    session: aiohttp.ClientSession, shop: Shop
) -> None:
    """With fields that are none of ours, and without the rows of earlier runs."""
    orders = [_order(1, card="on file"), {**_order(4), "order_id": "r0-9"}]
    seen: list[tuple[str, bytes]] = []
    url = await shop(_says({"orders": orders}))
    await read(session, url, "r1", lambda order, row: seen.append((order, row)))
    ((order, row),) = seen
    assert order == "r1-1"
    assert b'"on file"' in row


def _row(number: int, status: str = "paid", **more: object) -> Row:
    return Row(order_id=f"r1-{number}", status=status, amount=100, currency="USD", **more)  # type: ignore[arg-type]


def test_instances_that_list_the_same_have_one_book() -> None:
    """As they list it, in the order of the first."""
    book = (_row(1), _row(2, "failed", payment_ids=("p1",)))
    assert united([book]) == book
    assert united([book, tuple(reversed(book)), book]) == book


def test_what_only_some_instances_know_the_shop_knows() -> None:
    """And it is marked."""
    whole = united([(_row(1), _row(2)), (_row(3), _row(2)), (_row(2),)])
    assert [(row.order_id, row.apart) for row in whole] == [
        ("r1-1", True), ("r1-2", False), ("r1-3", True),
    ]  # fmt: skip


def test_what_two_instances_did_by_themselves_was_done_twice() -> None:
    """Each charged and served the order by payments of its own."""
    one, two = _row(1, payment_ids=("p1",)), _row(1, payment_ids=("p2",), amount_refunded=30)
    (row,) = united([(one,), (two,)])
    assert (row.status, row.served, row.amount_refunded) == ("paid", 2, 30)
    assert (row.payment_ids, row.apart) == (("p1", "p2"), True)


@pytest.mark.parametrize("order", [1, -1])
def test_an_instance_that_knows_less_adds_nothing(order: int) -> None:
    """They speak of the same payments: who knows more is right, and nothing is counted twice."""
    old = _row(1, "pending", payment_ids=("p1",), fulfilled=0)
    new = _row(1, "paid", payment_ids=("p1", "p2"), amount_refunded=100)
    (row,) = united([(each,) for each in (old, new)[::order]])
    assert (row.status, row.served, row.amount_refunded) == ("paid", 1, 100)
    assert set(row.payment_ids or ()) == {"p1", "p2"}
    (bare,) = united([(_row(1),), (_row(1, "failed"),)])
    assert (bare.status, bare.served, bare.payment_ids, bare.apart) == ("paid", 1, None, True)
