"""Checkouts of the native API: what may be asked for, and how they are shown."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simulator.dialects.dialect import Misread, Request
from simulator.dialects.native.checkouts import checkout_view
from simulator.dialects.native.parse import parse
from simulator.gateway.commands import CreateCheckout, RetrieveCheckout
from simulator.gateway.things import Checkout

LEAST = {"order_id": "o1", "amount": 1000, "currency": "USD"}


def asked(**more: Any) -> CreateCheckout:
    """The command in a request with these fields."""
    body = msgspec.json.encode(LEAST | more)
    command = parse(Request("POST", "/v1/checkouts", {}, body, "application/json", None))
    assert isinstance(command, CreateCheckout)
    return command


def test_the_least_that_is_needed() -> None:
    """Half an hour, no way back, whatever language the browser speaks."""
    assert asked() == CreateCheckout(order="o1", amount=1000, currency="USD", lasts=1800.0)


def test_all_fields() -> None:
    """Who pays is kept without anything by which the person could be named."""
    command = asked(
        product="visa",
        payer={"country": "CN", "email": "li@example.com", "phone": "+8613800000078"},
        return_url="https://shop.example/orders/1?a=b#top",
        locale="zh_CN",
        expires_in=60,
    )

    assert (command.product, command.locale, command.lasts) == ("visa", "zh_CN", 60.0)
    assert command.return_url == "https://shop.example/orders/1?a=b#top"
    assert command.payer is not None
    assert command.payer.country == "CN"
    assert "li@" not in repr(command)
    assert "138000000" not in repr(command)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("return_url", "javascript:alert(1)"),
        ("return_url", "//shop.example"),
        ("return_url", "data:text/html,x"),
        ("return_url", "/orders"),
        ("return_url", "https://shop.example/\r\nSet-Cookie: a"),
        ("return_url", 'https://shop.example/"onclick='),
        ("currency", "XYZ"),
        ("locale", "zh; rm"),
        ("locale", "xx_YY"),
        ("locale", "xx"),
        ("locale", "de_YY"),
        ("locale", "de_DE_DE_DE"),
        ("expires_in", 59),
        ("expires_in", 86_401),
        ("amount", 0),
        ("order_id", "4242424242424242"),
        ("return_to", "https://shop.example"),
    ],
)
def test_mistakes_name_their_place(field: str, value: object) -> None:
    """Nothing is made of them."""
    with pytest.raises(Misread, match=field):
        asked(**{field: value})


@pytest.mark.parametrize("locale", ["en", "en_AU", "zh-Hant-TW", "zh_CHS", "fr_CA", "de-DE", "pt"])
def test_any_locale_will_do(locale: str) -> None:
    """Also those in which no page speaks."""
    assert asked(locale=locale).locale == locale


def test_a_card_number_is_masked_wherever_it_stands() -> None:
    """Texts are shown and journaled."""
    command = asked(product="card 4242424242424242", return_url="http://x/4242424242424242")

    assert "4242424242424242" not in repr(command)


def test_looking_one_up() -> None:
    """By its id; there is nothing else to ask."""
    command = parse(Request("GET", "/v1/checkouts/chk_1", {}, b"", "", None))
    assert command == RetrieveCheckout("chk_1")
    with pytest.raises(Misread, match="not an endpoint"):
        parse(Request("GET", "/v1/checkouts", {}, b"", "", None))


def test_view() -> None:
    """As the merchant reads it."""
    checkout = Checkout(
        id="chk_1",
        url="http://here/pay/shop/chk_1",
        channel="primary",
        order="o1",
        amount=1000,
        currency="USD",
        status="expired",
        expires=60.0,
    )
    view = msgspec.to_builtins(checkout_view(checkout))

    assert view["url"] == "http://here/pay/shop/chk_1"
    assert (view["status"], view["payment"]) == ("expired", None)
    assert (view["created"], view["expires"]) == ("1970-01-01T00:00:00Z", "1970-01-01T00:01:00Z")
