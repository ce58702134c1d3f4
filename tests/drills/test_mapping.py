"""Tests of speaking to a shop with other paths and words: what is asked, and how it is read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.drills.forms import values_of
from simulator.drills.mapping import STANDARD, ShopMapping
from simulator.drills.merchantfile import merchant
from simulator.drills.reading import BookReading, Expression, Said
from simulator.errors import DocumentError

ORDER: dict[str, Any] = {
    "order_id": "r1-7",
    "amount": 1999,
    "currency": "USD",
    "method": {"type": "card", "token": "tok_visa_US_1"},
    "payer": {"country": "US", "name": "Ann O'Dea", "phone": "+1 2", "email": "a@b.example"},
    "product": "socks",
}
MAPPED = """\
merchant:
  start: python shop.py
  api:
    create:
      path: /checkout
      headers: {X-Shop: eu}
      body:
        ref: "{order_id}"
        money: {total: "{amount}", text: "{amount.major} {currency}"}
        pay: ["{method}", "{method.token}", 1, null]
        note: "for {payer.name}, {{sic}}"
    pay: {method: PUT, path: "/checkout/{id}/retry", body: {pay: "{method.type}"}}
    show: {path: "/checkout/{id}?full=1"}
    book: {path: "/export?limit=50&since={after}"}
    health: {path: /ping}
    webhooks: {path: /hooks/pay}
  read:
    status: state.name
    words: {done: paid, "3": pending, "false": failed, given_back: refunded}
    message: note
    id: checkout.id
    book:
      orders: items
      next: cursor
      order_id: ref
      status: state
      amount: total
      currency: ccy
      fulfilled: length(shipments)
      amount_refunded: back
      payment_ids: payments[].id
      unit: major
"""


def _file(folder: Path, text: str) -> str:
    path = folder / "shop.yaml"
    path.write_text(text)
    return str(path)


@pytest.fixture(name="mapping")
def _mapping(tmp_path: Path) -> ShopMapping:
    return merchant(_file(tmp_path, MAPPED)).mapping


def _sent(body: bytes) -> Any:
    return msgspec.json.decode(body)


def test_without_a_mapping_the_standard_api_is_spoken(tmp_path: Path) -> None:
    """Every default is the contract's: paths, bodies, and the first page without a cursor."""
    assert merchant(_file(tmp_path, "merchant: {start: ./shop}\n")).mapping == STANDARD
    api, values = STANDARD.api, values_of(ORDER)
    created = api.create.fill(values)
    assert (created.line, created.head, _sent(created.body)) == ("POST /orders", "", ORDER)
    paid = api.pay.fill(values)
    assert (paid.line, _sent(paid.body)) == ("POST /orders/r1-7/pay", {"method": ORDER["method"]})
    assert api.show.fill(values) == ("GET", "/orders/r1-7", {}, b"")
    assert api.book.fill({}).target == "/orders"
    assert api.book.fill({"after": "x&y/z"}).target == "/orders?after=x%26y%2Fz"
    assert (api.health.path, api.webhooks.path) == ("/health", "/webhooks")


def test_requests_of_another_shop(mapping: ShopMapping) -> None:
    """A placeholder that is a whole value keeps its type; within a text it is text."""
    api, values = mapping.api, values_of(ORDER)
    created = api.create.fill(values)
    assert (created.line, created.head) == ("POST /checkout", "X-Shop: eu\r\n")
    assert _sent(created.body) == {
        "ref": "r1-7",
        "money": {"total": 1999, "text": "19.99 USD"},
        "pay": [ORDER["method"], "tok_visa_US_1", 1, None],
        "note": "for Ann O'Dea, {sic}",
    }
    paid = api.pay.fill({**values, "id": "a/b"})
    assert (paid.line, _sent(paid.body)) == ("PUT /checkout/a%2Fb/retry", {"pay": "card"})
    assert api.show.fill({"id": "7"}).target == "/checkout/7?full=1"
    assert api.book.fill({}).target == "/export?limit=50"
    assert api.book.fill({"after": "7"}).target == "/export?limit=50&since=7"
    assert api.webhooks.path == "/hooks/pay"


def test_what_a_shopper_does_not_have_is_null(mapping: ShopMapping) -> None:
    """A wallet has no token."""
    sent = _sent(mapping.api.create.fill(values_of({**ORDER, "method": {"type": "wallet"}})).body)
    assert sent["pay"] == [{"type": "wallet"}, None, 1, None]


@pytest.mark.parametrize(
    ("amount", "currency", "text"), [(5, "USD", "0.05"), (1999, "JPY", "1999"), (5, "KWD", "0.005")]
)
def test_major_units_have_the_decimals_of_their_currency(
    amount: int, currency: str, text: str
) -> None:
    """There and back."""
    assert values_of({**ORDER, "amount": amount, "currency": currency})["amount.major"] == text
    book = BookReading(unit="major")
    for told in (text, float(text)):
        assert book.fields({"amount": told, "currency": currency})["amount"] == amount


@pytest.mark.parametrize("amount", ["19.999", "nineteen", "19,99", "NaN", True])
def test_what_is_no_amount_is_refused(amount: object) -> None:
    """An amount that would have to be rounded was not understood."""
    with pytest.raises(ValueError, match="is not an amount"):
        BookReading(unit="major").fields({"amount": amount, "currency": "USD"})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {"state": {"name": "done"}, "note": "hi", "checkout": {"id": 12}},
            Said("paid", "hi", "12"),
        ),
        ({"state": {"name": 3}, "note": 5}, Said("pending", None, None)),
        ({"state": {"name": False}}, Said("failed", None, None)),
        ({"state": {"name": "odd"}}, Said("odd", None, None)),
        ({"state": "done"}, Said(None, None, None)),
        ([], Said(None, None, None)),
        (None, Said(None, None, None)),
    ],
)
def test_answers_are_understood(mapping: ShopMapping, answer: object, said: Said) -> None:
    """What is not where it was meant to be is not said."""
    assert mapping.read.said(answer) == said


def test_pages_of_the_order_book_are_understood(mapping: ShopMapping) -> None:
    """Expressions count, collect and convert."""
    order = {
        "ref": "r1-7", "state": "given_back", "total": "19.99", "ccy": "USD", "back": 19.99,
        "shipments": ["one"], "payments": [{"id": "pay_1"}, {"id": "pay_2"}],
    }  # fmt: skip
    orders, cursor = mapping.read.book.page({"items": [order], "cursor": 41})
    assert (orders, cursor) == ([order], "41")
    assert mapping.read.book.reference(order) == "r1-7"
    assert mapping.read.row(order) == {
        "status": "refunded", "amount": 1999, "currency": "USD", "fulfilled": 1,
        "amount_refunded": 1999, "payment_ids": ["pay_1", "pay_2"],
    }  # fmt: skip
    assert mapping.read.book.page({"items": [], "cursor": ""}) == ([], None)
    with pytest.raises(ValueError, match="length"):
        mapping.read.row({**order, "shipments": 1})


def test_goods_that_went_out_or_not() -> None:
    """A truth value counts as once, or never."""
    row = STANDARD.read.row({"status": "paid", "amount": 5, "currency": "EUR", "fulfilled": True})
    assert row["fulfilled"] == 1


def test_plan_holds_what_differs_and_survives_the_journey(mapping: ShopMapping) -> None:
    """The load generator gets JSON and makes the same of it."""
    assert STANDARD.plan() == {}
    sent = msgspec.json.decode(msgspec.json.encode(mapping.plan()))
    assert ShopMapping.model_validate(sent) == mapping
    assert sent["api"]["health"] == {"path": "/ping"}


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("a..b", "'.' is not expected at column 3"),
        ("a[", "it breaks off"),
        ("a ? b", "Unknown token .* column 3"),
        ("lenght(a)", "Unknown function: lenght"),
        ("length(a, b)", "Expected 1 argument"),
        ("", "an empty text"),
    ],
)
def test_bad_expressions_say_why(expression: str, problem: str) -> None:
    """In one line, with the column."""
    with pytest.raises(ValueError, match=problem):
        Expression(expression)


def test_all_mistakes_of_a_mapping_are_located(tmp_path: Path) -> None:
    """Each at its own place, with what was meant."""
    text = """\
merchant:
  start: python shop.py
  api:
    create:
      path: checkout
      body:
        ref: "{order}"
        list: ["{amount}", "to {payer}", "{"]
    pay: {path: "/checkout/{method}"}
    show: {path: "/checkout/{ordre_id}", headers: {Host: x}}
    book: {path: "/export/{after}"}
    healht: {path: /ping}
    webhooks: {path: "/hooks/{order_id}"}
  read:
    status: state..name
    words: {done: payed}
    book: {orders: 5, amuont: total, unit: cents}
"""
    with pytest.raises(DocumentError) as caught:
        merchant(_file(tmp_path, text))
    found = [(each.line, each.column, each.message) for each in caught.value.problems]
    wanted = [
        (5, 13, "not a path"),
        (7, 14, "unknown placeholder '{order}' (did you mean 'order_id'"),
        (8, 28, "'{payer}' is an object"),
        (8, 42, "a lone '{'"),
        (9, 17, "'{method}' is an object"),
        (10, 18, "did you mean 'order_id'"),
        (10, 52, "'Host' is set by the drill"),
        (11, 18, "belongs in the query"),
        (12, 5, "did you mean 'health'"),
        (13, 22, "not a plain path"),
        (15, 13, "no JMESPath expression"),
        (16, 19, "did you mean 'paid'"),
        (17, 20, "'5' is not text"),
        (17, 23, "did you mean 'amount'"),
        (17, 44, "not one of 'minor' or 'major'"),
    ]
    assert [place[:2] for place in found] == [place[:2] for place in wanted], found
    assert all(part in message for (*_, message), (*_, part) in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("part", "line", "problem"),
    [
        ('api: {show: {path: "/o/{id}"}}', 3, "say where it says so: read.id"),
        ("api: {book: {path: /all}}\n  read: {book: {next: more}}", 4, "has no '{after}'"),
    ],
)
def test_parts_that_do_not_fit_together(tmp_path: Path, part: str, line: int, problem: str) -> None:
    """Each part is right, and both together are not."""
    with pytest.raises(DocumentError) as caught:
        merchant(_file(tmp_path, f"merchant:\n  start: ./shop\n  {part}\n"))
    (found,) = caught.value.problems
    assert found.line == line
    assert problem in found.message


def test_mapping_is_fit_for_the_load_generators_process() -> None:
    """Locust patches its interpreter: no event loop and no server may come with this."""
    code = (
        "import sys, simulator.drills.mapping\n"
        "print({'asyncio', 'aiohttp', 'subprocess', 'multiprocessing'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
