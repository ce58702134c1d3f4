"""GET /v1/methods in the native dialect."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from multidict import MultiDict

from simulator import profiles
from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import NativeDialect
from simulator.gateway.commands import CreatePayment, ListMethods
from simulator.gateway.decide import decide
from simulator.gateway.decision import Context
from simulator.ids import IdSource
from simulator.stores.memory import MemoryStore

EVISA = profiles.load("evisa")
WEDNESDAY = 1_795_000_000.0
DIALECT = NativeDialect()


def ask(**query: str) -> Request:
    """A request for the methods."""
    return Request("GET", "/v1/methods", query, b"", "", None)


def listed(**query: str) -> dict[str, Any]:
    """The answer's rows by type."""
    command = DIALECT.parse(ask(**query))
    context = Context(
        MemoryStore().channel("primary"), None, WEDNESDAY, IdSource("t"), profile=EVISA
    )
    reply = DIALECT.render(decide(command, context).outcome, EVISA)
    assert reply.status == 200
    body = msgspec.json.decode(reply.body)
    assert (body["object"], body["next"]) == ("list", None)
    return {row["type"]: row for row in body["data"]}


def test_what_is_asked_for() -> None:
    """Everything may be left out."""
    assert DIALECT.parse(ask()) == ListMethods()
    query = {"country": "CN", "currency": "CNY", "amount": "100", "product": "x", "lang": "zh"}
    assert DIALECT.parse(ask(**query)) == ListMethods(
        country="CN", currency="CNY", amount=100, product="x", language="zh"
    )


def test_nothing_is_asked_twice() -> None:
    """A payer has one country; which of two was meant nobody knows."""
    query = MultiDict([("lang", "en"), ("country", "CN"), ("country", "US")])
    with pytest.raises(Misread, match="country: stands there more than once"):
        DIALECT.parse(Request("GET", "/v1/methods", query, b"", "", None))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"contry": "CN"}, "did you mean 'country'"),
        ({"country": "cn"}, "country"),
        ({"currency": "XXQ"}, "not an ISO 4217 code"),
        ({"amount": "100"}, "currency: missing"),
        ({"currency": "USD", "amount": "0"}, "amount"),
        ({"currency": "USD", "amount": "ten"}, "amount"),
        ({"lang": "fr"}, "lang"),
    ],
)
def test_what_cannot_be_asked(query: dict[str, str], said: str) -> None:
    """Each mistake is named."""
    with pytest.raises(Misread) as raised:
        DIALECT.parse(ask(**query))
    assert raised.value.trouble is Trouble.MALFORMED
    assert said in raised.value.message


def test_methods_are_only_read() -> None:
    """There is nothing to post, and nothing below."""
    for method, path in (("POST", "/v1/methods"), ("GET", "/v1/methods/card")):
        with pytest.raises(Misread, match="not an endpoint"):
            DIALECT.parse(Request(method, path, {}, b"", "", None))


def test_an_open_method() -> None:
    """What it takes, how long the payer has, how it is proved and given back."""
    row = listed(currency="USD", amount="5000", product="vietnam-tourist")["card"]

    assert (row["available"], row["why_not"], row["back_at"]) == (True, None, None)
    assert (row["brands"], row["max"]) == (["jcb", "mastercard", "visa"], 20_000)
    assert (row["kind"], row["authentication"], row["time_limit"]) == ("card", "three_ds", 1200.0)
    assert row["refunds"] == {"partial": False, "within": 60 * 86400.0, "arrives_after": 1209600.0}


def test_a_closed_method_says_why_in_the_payers_language() -> None:
    """With the code of the profile, and the text that a refused payment would show."""
    row = listed(country="DE", currency="CNY", lang="zh")["alipay"]

    assert not row["available"]
    assert row["title"] == "支付宝"
    assert row["why_not"]["code"] == "METHOD"
    assert row["why_not"]["failure"] == "method_not_supported_in_region"
    assert row["why_not"]["retry"] == "change"
    assert "您所在的国家或地区" in row["why_not"]["message"]


@pytest.mark.parametrize("type_", ["ideal", "alipay", "mtn_momo"])
def test_payments_by_any_method_of_the_library(type_: str) -> None:
    """Whether the profile takes it is not the dialect's business."""
    body = {"order_id": "o1", "amount": 1, "currency": "EUR", "method": {"type": type_}}
    raw = msgspec.json.encode(body)
    command = DIALECT.parse(Request("POST", "/v1/payments", {}, raw, "application/json", None))

    assert isinstance(command, CreatePayment)
    assert command.method.type == type_


def test_a_card_by_another_name() -> None:
    """UnionPay is paid with a card, so it needs one and shows it."""
    method: dict[str, Any] = {"type": "unionpay", "token": "tok_unionpay_CN_000777"}
    body = {"order_id": "o1", "amount": 1, "currency": "CNY", "method": method}
    raw = msgspec.json.encode(body)
    command = DIALECT.parse(Request("POST", "/v1/payments", {}, raw, "application/json", None))

    assert isinstance(command, CreatePayment)
    assert (command.method.type, command.method.brand) == ("unionpay", "unionpay")
    assert command.method.country == "CN"
    raw = msgspec.json.encode(body | {"method": {"type": "unionpay"}})
    with pytest.raises(Misread, match="needs either `token` or `card`"):
        DIALECT.parse(Request("POST", "/v1/payments", {}, raw, "application/json", None))


def test_an_unknown_method_says_what_was_near() -> None:
    """A misspelt type is a mistake of the program, not a refused payment."""
    body = {"order_id": "o1", "amount": 1, "currency": "EUR", "method": {"type": "idael"}}
    raw = msgspec.json.encode(body)
    with pytest.raises(Misread, match=r"method.type: not known \(did you mean 'ideal'"):
        DIALECT.parse(Request("POST", "/v1/payments", {}, raw, "application/json", None))
