"""Reconciliation in the careful shop: what counts as a difference, and what as news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from simulator.merchants.careful.channel import Kind, Reply
from simulator.merchants.careful.config import Timings
from simulator.merchants.careful.database import Database
from simulator.merchants.careful.gateway import read_statement
from simulator.merchants.careful.orders import OrderStore
from simulator.merchants.careful.records import Order, Payment, Refund
from simulator.merchants.careful.rows import Row, TornStatement, read
from simulator.merchants.careful.statements import Auditor

NOON = 1_762_862_400.0  # 2025-11-11T12:00:00Z
HEAD = "type,id,payment,order_id,amount,currency,created,method,status\r\n"


def text(*rows: str) -> str:
    """A statement with these rows (`charge p1 o 500`) and right totals."""
    out, total = HEAD, 0
    for row in rows:
        kind, payment, order, amount, *name = row.split()
        total += int(amount)
        ids = f"{name[0] if name else payment},{payment}"
        out += f"{kind},{ids},{order},{amount},EUR,2025-11-11T11:00:00Z,card,x\r\n"
    return out + (f"total,,,,{total},EUR,,,\r\n" if rows else "")


class Given:
    """A channel whose statement is given."""

    name = "primary"

    def __init__(self) -> None:
        self.text: str | None = text()
        self.days: list[str] = []

    async def statement(self, day: str) -> Reply:
        """The same for every day."""
        self.days.append(day)
        if self.text is None:
            return Reply(Kind.UNKNOWN)
        return read_statement(self.text.encode())


class Bench:
    """An auditor, a book, and a statement."""

    def __init__(self) -> None:
        self.store = OrderStore(Database(":memory:"), "me")
        self.channel = Given()
        self.now = NOON
        channels: Mapping[str, object] = {"primary": self.channel}
        self.auditor = Auditor(self.store, channels, Timings(), lambda: self.now)  # type: ignore[arg-type]

    def pay(self, order: str, payment: str, amount: int = 500, **more: object) -> Order:
        """An order with a captured payment, minutes ago."""
        made = Order(order, amount, "EUR", {"type": "wallet"})
        kept = Payment(payment, "primary", "captured", amount, since=NOON - 300)
        made.payments[payment] = replace_(kept, **more)
        self.store.add(made)
        return made

    async def kinds(self, times: int = 2) -> list[tuple[str, str, str]]:
        """What stands on the list after so many readings: payment, kind, status."""
        for _ in range(times):
            await self.auditor.look()
        return [(each.payment, each.kind, each.status) for each in self.auditor.differences]


def replace_(payment: Payment, **more: object) -> Payment:
    """The payment with other fields."""
    for name, value in more.items():
        setattr(payment, name, value)
    return payment


async def test_books_that_agree() -> None:
    """Nothing to say."""
    bench = Bench()
    bench.pay("o", "p1")
    bench.channel.text = text("charge p1 o 500")
    assert await bench.kinds() == []
    assert await bench.auditor.look() == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((), ("p1", "missing", "open")),
        (("charge p1 o 400",), ("p1", "wrong_amount", "open")),
        (("charge p1 o 500", "charge p1e0 o 500"), ("p1e0", "extra", "open")),
        (("charge p1 o 500", "charge p9 other 70"), ("p9", "unknown_here", "open")),
    ],
)
async def test_a_difference_counts_when_it_is_seen_twice(
    rows: tuple[str, ...], found: tuple[str, str, str]
) -> None:
    """Once may be the moment; a later reading that is right resolves it."""
    bench = Bench()
    bench.pay("o", "p1")
    bench.channel.text = text(*rows)
    assert await bench.kinds(1) == []
    assert await bench.kinds(1) == [found]
    bench.channel.text = text("charge p1 o 500")
    assert await bench.kinds(1) == [(*found[:2], "resolved")]


async def test_a_charge_that_is_too_young_is_not_missing() -> None:
    """The statement may be older than the charge; yesterday's is not read at noon."""
    bench = Bench()
    bench.pay("o1", "p1", since=NOON - 1)
    bench.pay("o2", "p2", since=NOON - 86_400)
    assert await bench.kinds() == []
    assert set(bench.channel.days) == {"2025-11-11"}


async def test_around_midnight_both_days_are_read() -> None:
    """What was charged before stands in the old one."""
    bench = Bench()
    bench.now = 1_762_905_600.0 + 30  # 2025-11-12T00:00:30Z
    await bench.auditor.look()
    assert bench.channel.days == ["2025-11-11", "2025-11-12"]


@pytest.mark.parametrize("broken", [None, HEAD[:20], text("charge p1 o 500")[:-30], "<html>"])
async def test_a_statement_that_cannot_be_had_proves_nothing(broken: str | None) -> None:
    """Nothing is missing from a file that is torn, and nothing is resolved by it."""
    bench = Bench()
    bench.pay("o", "p1")
    bench.channel.text = broken
    assert await bench.kinds() == []
    bench.channel.text = text()
    assert await bench.kinds() == [("p1", "missing", "open")]
    bench.channel.text = broken
    assert await bench.kinds() == [("p1", "missing", "open")]


NEWS = {
    "a charge of an order that thinks it failed": ("charge p2 o 500", True),
    "a charge that is known": ("charge p1 o 500", False),
    "a charge of nobody": ("charge p9 other 500", False),
    "a reversal": ("reversal p1 o -500", True),
    "a dispute": ("dispute p1 o -500 dp1", True),
    "a refund that came back": ("refund_failure p1 o 500 re1", True),
    "a refund that came back before": ("refund_failure p1 o 500 re0", False),
    "a refund": ("refund p1 o -500 re1", False),
    "a fee": ("fee p1 o -15 dp1", False),
}


@pytest.mark.parametrize(("row", "is_news"), NEWS.values(), ids=NEWS)
async def test_what_is_news_to_an_order(row: str, *, is_news: bool) -> None:
    """Whatever moved there and is not known here; asked about three times at most."""
    bench = Bench()
    made = bench.pay("o", "p1")
    refund = Refund("p1", "primary", 500, id="re1", status="succeeded", failed=["re0"])
    made.refunds["p1"] = refund
    bench.store.save(made)
    bench.channel.text = text(row)
    found = [await bench.auditor.look() for _ in range(5)]
    assert [len(news) for news in found] == ([1, 1, 1, 0, 0] if is_news else [0] * 5)


def test_a_whole_statement() -> None:
    """Its totals are those of its rows; names with commas are quoted."""
    rows = read(text("charge p1 o 500", "refund p1 o -200 r1"))
    assert rows == [
        Row("charge", "p1", "p1", "o", 500, "EUR"),
        replace(Row("refund", "r1", "p1", "o", -200, "EUR")),
    ]
    assert read(HEAD) == []


@pytest.mark.parametrize(
    "torn",
    [
        "",
        text("charge p1 o 500").replace("total,,,,500", "total,,,,501"),
        HEAD + "charge,p1,p1,o,500,EUR,2025-11-11T11:00:00Z,card,x\r\n",
        HEAD + "charge,p1,p1,o,many,EUR,2025-11-11T11:00:00Z,card,x\r\n",
        HEAD + "charge,p1\r\n",
    ],
)
def test_a_torn_statement(torn: str) -> None:
    """Cut off, or not adding up."""
    with pytest.raises(TornStatement):
        read(torn)
