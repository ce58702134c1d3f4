"""What is to be paid, and where a page may lead."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.gateway.things import Checkout
from simulator.hosted import bill

DONE, CART = "https://shop.example/done", "https://shop.example/cart"


def checkout(**more: Any) -> Checkout:
    """A page of a dollar."""
    plain = Checkout(id="chk_1", channel="primary", order="o1", amount=100, currency="USD")
    fields = {name: getattr(plain, name) for name in plain.__struct_fields__}
    return Checkout(**{**fields, "return_url": DONE, **more})


@pytest.mark.parametrize(
    ("more", "back", "onward"),
    [
        ({}, DONE, None),
        ({"status": "complete"}, DONE, None),
        ({"returns": True}, None, "https://shop.example"),
        ({"returns": True, "cancel_url": CART}, CART, "https://shop.example"),
        ({"returns": True, "cancel_url": CART, "status": "complete"}, DONE, "https://shop.example"),
    ],
)
def test_the_way_back(more: dict[str, Any], back: str | None, onward: str | None) -> None:
    """Whoever is sent on after paying has nothing to look for there before."""
    made = bill.of_checkout(checkout(**more), payable=True)
    assert (made.back, made.onward) == (back, onward)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://shop.example/done?x=1", "https://shop.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/x", "http://[::1]:8000"),
        ("https://shop.example#top", "https://shop.example"),
        ("https://shop.example;script-src/x", None),
        ("https://user@shop.example/x", None),
        ("javascript:alert(1)", None),
        (None, None),
    ],
)
def test_sites(address: str | None, site: str | None) -> None:
    """What stands in a header is a site and nothing else."""
    assert bill.site_of(address) == site
