"""Requests of the native dialect: what is taken, and what is refused in which words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict

from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native.parse import fingerprint, parse
from simulator.gateway.commands import (
    CancelOrder,
    CancelPayment,
    CapturePayment,
    Command,
    ConfirmPayment,
    CreatePayment,
    CreateRefund,
    FindPayments,
    RetrievePayment,
    RetrieveRefund,
)
from simulator.gateway.model import Method, Payer
from simulator.people import trace

GOOD = {
    "order_id": "ord_1",
    "amount": 1999,
    "currency": "USD",
    "method": {"type": "card", "token": "tok_visa_DE_000123"},
}


def ask(
    method: str,
    path: str,
    body: object = None,
    query: Mapping[str, str] | None = None,
    content_type: str = "application/json",
) -> Command:
    """Parse one request."""
    raw = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
    return parse(Request(method, path, query or {}, raw, content_type, None))


def refusal(body: object, path: str = "/v1/payments") -> Misread:
    """The refusal of a POST."""
    with pytest.raises(Misread) as caught:
        ask("POST", path, body)
    return caught.value


def test_a_payment_is_read_whole() -> None:
    """Every documented field arrives in the command; of the payer only masks and traces."""
    body = GOOD | {
        "capture": "manual",
        "payer": {"country": "US", "name": "A", "phone": "1", "email": "a@example.com"},
        "product": "visa",
        "return_url": "http://127.0.0.1/back",
    }
    assert ask("POST", "/v1/payments", body) == CreatePayment(
        order="ord_1",
        amount=1999,
        currency="USD",
        method=Method("card", "tok_visa_DE_000123", "visa", "DE", "0123"),
        capture="manual",
        payer=Payer("US", "a***@example.com", "***", id=trace("payer", "a@example.com")),
        email="a@example.com",
        product="visa",
        return_url="http://127.0.0.1/back",
    )


def test_a_test_number_becomes_a_token() -> None:
    """A card number is gone once it has been read; its test fate remains."""
    card = {"number": "4000000000009995", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    command = ask("POST", "/v1/payments", GOOD | {"method": {"type": "card", "card": card}})
    assert isinstance(command, CreatePayment)
    assert command.method.failure == "insufficient_funds"
    assert "4000000000009995" not in repr(command)


@pytest.mark.parametrize(
    ("method", "path", "body", "command"),
    [
        ("POST", "/v1/payments/pay_1/confirm", {}, ConfirmPayment("pay_1")),
        ("POST", "/v1/payments/pay_1/capture", {"amount": 5}, CapturePayment("pay_1", 5)),
        ("POST", "/v1/payments/pay_1/capture", None, CapturePayment("pay_1")),
        ("POST", "/v1/payments/pay_1/cancel", None, CancelPayment("pay_1")),
        ("POST", "/v1/payments/cancel", {"order_id": "ord_1"}, CancelOrder("ord_1")),
        ("GET", "/v1/payments/pay_1", None, RetrievePayment("pay_1")),
        ("GET", "/v1/refunds/re_1", None, RetrieveRefund("re_1")),
        ("POST", "/v1/refunds", {"payment": "pay_1"}, CreateRefund("pay_1")),
    ],
)
def test_each_endpoint_is_its_command(
    method: str, path: str, body: object, command: Command
) -> None:
    """Each endpoint of the native API reads as one command."""
    assert ask(method, path, body) == command


def test_payments_are_found_by_order() -> None:
    """The list needs an order and knows no other parameter."""
    assert ask("GET", "/v1/payments", query={"order_id": "o"}) == FindPayments("o")
    with pytest.raises(Misread, match="order_id: missing"):
        ask("GET", "/v1/payments")
    with pytest.raises(Misread, match="unknown parameter"):
        ask("GET", "/v1/payments", query={"order_id": "o", "limit": "5"})
    with pytest.raises(Misread, match="order_id: stands there more than once"):
        ask("GET", "/v1/payments", query=MultiDict([("order_id", "o"), ("order_id", "p")]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amuont": 5}, r"amuont: unknown field \(did you mean 'amount'"),
        ({"amount": "1999"}, "amount: expected `int`, got `str`"),
        ({"amount": 19.99}, "amount: expected `int`, got `float`"),
        ({"amount": 0}, "amount: expected `int` >= 1"),
        ({"amount": True}, "amount: expected `int`, got `bool`"),
        ({"currency": "XXQ"}, "not an ISO 4217 code"),
        ({"currency": "usd"}, "currency: expected"),
        ({"method": {"type": "crad"}}, "did you mean 'card'"),
        ({"method": {"type": "card"}}, "either `token` or `card`"),
        ({"method": {"type": "card", "tokn": "x"}}, r"method.tokn: unknown field"),
        ({"method": {"type": "card", "token": "tok_1"}}, "method.token: this token is not known"),
        ({"method": {"type": "wallet", "card": None}}, None),
        ({"order_id": "4242 4242 4242 4242"}, "looks like a card number"),
        ({"order_id": ""}, "order_id"),
        ({"method": {"token": "tok_visa_DE_1"}}, "method.type: missing"),
        ({"capture": "late"}, "capture: .*'late'; one of 'automatic', 'manual'"),
    ],
)
def test_mistakes_are_named_with_their_place(change: dict[str, object], words: str | None) -> None:
    """A wrong field is refused as malformed, with its place and what was meant."""
    if words is None:
        assert ask("POST", "/v1/payments", GOOD | change)
        return
    error = refusal(GOOD | change)
    assert error.trouble is Trouble.MALFORMED
    assert re.search(words, error.message), error.message


def test_a_real_card_number_is_refused_unread() -> None:
    """A number that is not documented is refused, and is not quoted."""
    card = {"number": "4111111111111111", "exp_month": 1, "exp_year": 2030}
    error = refusal(GOOD | {"method": {"type": "card", "card": card}})
    assert "not a documented test number" in error.message
    assert "4111" not in error.message


def test_what_is_not_json_is_said_to_be_so() -> None:
    """Broken JSON, another type and another content type each have their own words."""
    assert "not JSON" in refusal(b"{nope").message
    assert "expected `object`" in refusal([1]).message
    with pytest.raises(Misread) as caught:
        ask("POST", "/v1/payments", b"a=b", content_type="application/x-www-form-urlencoded")
    assert caught.value.trouble is Trouble.UNSUPPORTED_TYPE


def test_an_unknown_endpoint_says_what_is_near() -> None:
    """A misspelt path is a loud error that names its neighbours."""
    with pytest.raises(Misread, match=r"near: POST /v1/payments"):
        ask("POST", "/v1/payment")


@given(st.binary(max_size=200))
def test_no_bytes_can_break_the_parser(raw: bytes) -> None:
    """Whatever arrives is a command or a Misread, never another exception."""
    with suppress(Misread):
        ask("POST", "/v1/payments", raw)


def test_the_fingerprint_knows_meaning_not_spelling() -> None:
    """Field order and blanks do not count; another amount does."""
    assert fingerprint(b'{"a":1,"b":[1,2]}') == fingerprint(b'{ "b": [1, 2], "a": 1 }')
    assert fingerprint(b'{"a":1}') != fingerprint(b'{"a":2}')
