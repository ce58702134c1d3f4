"""Durations, rates, shares and money as people write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from simulator import units
from simulator.money import Money


class Sample(BaseModel):
    """One field of each kind."""

    wait: units.Duration
    speed: units.Rate
    part: units.Share


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("250us", 0.00025),
        ("200ms", 0.2),
        ("1.5s", 1.5),
        ("2m", 120.0),
        ("1h", 3600.0),
        ("7d", 604_800.0),
        ("1m30s", 90.0),
        ("1h0.5s", 3600.5),
        (" 10 s ", 10.0),
        ("0s", 0.0),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    """A number and a unit, or several in a row."""
    assert units.duration(text) == pytest.approx(seconds)


def test_no_duration_outlives_every_clock() -> None:
    """Ten years are the most; a number that is none any more is longer."""
    assert units.duration("3650d") == 315_360_000.0
    for text in ("3651d", "9" * 400 + "s"):
        with pytest.raises(ValueError, match="longer than ten years"):
            units.duration(text)


@pytest.mark.parametrize(
    "text", ["", "5", "s", "-1s", "5 sec", "1,5s", "1s 5", "1e3s", 5, 5.0, True, None]
)
def test_no_durations(text: object) -> None:
    """Anything else is an error that shows how to write one."""
    with pytest.raises(ValueError, match="is not a duration; write a number and a unit"):
        units.duration(text)


@given(
    count=st.integers(min_value=0, max_value=1_800),
    unit=st.sampled_from(["us", "ms", "s", "m", "h", "d"]),
)
def test_units_scale(count: int, unit: str) -> None:
    """Twice the number is twice the time."""
    assert units.duration(f"{2 * count}{unit}") == pytest.approx(
        2 * units.duration(f"{count}{unit}")
    )


@pytest.mark.parametrize(
    ("text", "rate"), [("40/s", 40.0), ("0.5/s", 0.5), ("600/m", 10.0), ("3600 / h", 1.0)]
)
def test_rates(text: str, rate: float) -> None:
    """A number of events for each second, minute or hour."""
    assert units.rate(text) == pytest.approx(rate)


@pytest.mark.parametrize("text", ["40", "40/d", "40 per s", "-1/s", "/s", 40])
def test_no_rates(text: object) -> None:
    """Anything else is an error that shows how to write one."""
    with pytest.raises(ValueError, match="is not a rate; write events per time"):
        units.rate(text)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("4%", Fraction(1, 25)),
        ("0.5%", Fraction(1, 200)),
        ("0%", Fraction(0)),
        ("100 %", Fraction(1)),
        ("33.3%", Fraction(333, 1000)),
    ],
)
def test_shares(text: str, share: Fraction) -> None:
    """A percentage, kept exact."""
    assert units.share(text) == share


@pytest.mark.parametrize("text", ["0.04", "4", "-1%", "four%", 0.04])
def test_no_shares(text: object) -> None:
    """Anything else is an error that shows how to write one."""
    with pytest.raises(ValueError, match="is not a share; write a percentage"):
        units.share(text)


@pytest.mark.parametrize("text", ["100.1%", "400%"])
def test_a_share_over_the_whole(text: str) -> None:
    """More than everything cannot be hit."""
    with pytest.raises(ValueError, match="a share is at most 100%"):
        units.share(text)


def test_in_a_model() -> None:
    """Models take the text and hold the value."""
    sample = Sample.model_validate({"wait": "200ms", "speed": "600/m", "part": "4%"})

    assert (sample.wait, sample.speed, sample.part) == (0.2, 10.0, Fraction(1, 25))


def test_in_a_model_all_mistakes_at_once() -> None:
    """Each bad field is reported at its place."""
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate({"wait": 5, "speed": "fast", "part": "400%"})

    assert [error["loc"] for error in caught.value.errors()] == [("wait",), ("speed",), ("part",)]


def test_in_a_schema() -> None:
    """Schemas describe the text that people write."""
    properties = Sample.model_json_schema()["properties"]

    assert {each["type"] for each in properties.values()} == {"string"}
    assert properties["wait"]["examples"] == ["200ms"]


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("50 EUR", 5000, "EUR"),
        ("1,500.00 EUR", 150_000, "EUR"),
        ("0.01 CNY", 1, "CNY"),
        ("2.5 USD", 250, "USD"),
        ("300000 JPY", 300_000, "JPY"),
        ("1.234 KWD", 1234, "KWD"),
        (" 7EUR ", 700, "EUR"),
    ],
)
def test_money(text: str, amount: int, currency: str) -> None:
    """Minor units by what the currency's minor unit is."""
    assert units.money(text) == Money(amount, currency)


@given(amount=st.integers(0, 10**12), currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_money_reads_back(amount: int, currency: str) -> None:
    """What money prints is what is read."""
    money = Money(amount, currency)
    assert units.money(str(money)) == money


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("50", "not money"),
        ("EUR 50", "not money"),
        ("-5 EUR", "not money"),
        ("1,50 EUR", "not money"),
        ("0.5 JPY", "too many decimals; JPY has 0"),
        ("5 eur", r"not a currency of ISO 4217 \(did you mean 'EUR'\?\)"),
        ("5 EUX", "not a currency"),
    ],
)
def test_what_is_not_money(text: str, said: str) -> None:
    """The message says what was meant."""
    with pytest.raises(ValueError, match=said):
        units.money(text)


def test_countries() -> None:
    """Two letters of ISO 3166-1."""
    assert units.country("NL") == "NL"
    with pytest.raises(ValueError, match=r"'nl' is not a country.*did you mean 'NL'"):
        units.country("nl")
    with pytest.raises(ValueError, match="'Holland' is not a country"):
        units.country("Holland")
