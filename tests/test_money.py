"""Money: integer minor units and a currency."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.money import Money, currencies, minor_digits

AMOUNTS = st.integers(min_value=-(10**15), max_value=10**15)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1999, "USD", "19.99 USD"),
        (5, "EUR", "0.05 EUR"),
        (-5, "EUR", "-0.05 EUR"),
        (0, "GBP", "0.00 GBP"),
        (1234567, "JPY", "1,234,567 JPY"),
        (-100, "JPY", "-100 JPY"),
        (1234567, "KWD", "1,234.567 KWD"),
    ],
)
def test_text(amount: int, currency: str, text: str) -> None:
    """Money is written with the decimals of its currency."""
    assert str(Money(amount, currency)) == text


@given(amount=AMOUNTS, currency=st.sampled_from(["USD", "JPY", "KWD", "CNY"]))
def test_text_keeps_every_unit(amount: int, currency: str) -> None:
    """Nothing is rounded away: the digits of the text are those of the amount."""
    digits = str(Money(amount, currency)).removesuffix(f" {currency}")

    assert int(digits.replace(",", "").replace(".", "")) == amount


@given(left=AMOUNTS, right=AMOUNTS)
def test_sums_and_differences(left: int, right: int) -> None:
    """Adding and taking away again gives back what was there."""
    one, other = Money(left, "CNY"), Money(right, "CNY")

    assert one + other == Money(left + right, "CNY")
    assert one + other - other == one


def test_currencies_do_not_mix() -> None:
    """Two currencies are never added or subtracted."""
    with pytest.raises(ValueError, match="cannot combine USD with EUR"):
        Money(1, "USD") + Money(1, "EUR")
    with pytest.raises(ValueError, match="cannot combine USD with EUR"):
        Money(1, "USD") - Money(1, "EUR")


def test_money_does_not_change() -> None:
    """An amount is a value."""
    with pytest.raises(AttributeError, match="immutable"):
        Money(1, "USD").amount = 2  # type: ignore[misc]


def test_on_the_wire() -> None:
    """JSON holds the pair, with an integer; a fraction is not money."""
    assert msgspec.json.encode(Money(1999, "USD")) == b'[1999,"USD"]'
    assert msgspec.json.decode(b'[1999,"USD"]', type=Money) == Money(1999, "USD")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'[19.99,"USD"]', type=Money)


@pytest.mark.parametrize(
    ("currency", "digits"), [("USD", 2), ("CNY", 2), ("INR", 2), ("JPY", 0), ("KWD", 3)]
)
def test_minor_digits(currency: str, digits: int) -> None:
    """The decimals of a minor unit are those of ISO 4217."""
    assert minor_digits(currency) == digits


def test_currencies() -> None:
    """Known codes are known, and a typing mistake is not."""
    assert {"USD", "EUR", "CNY", "INR", "JPY"} <= currencies()
    assert "UDS" not in currencies()
