"""One way of paying: whom it serves, how much it takes, when it is off."""

from __future__ import annotations

import pytest

from simulator import profiles
from simulator.profiles.method import Amounts, MethodRule
from simulator.profiles.times import Window

KLARNA = profiles.load("global").method("klarna")


@pytest.mark.parametrize(
    ("country", "most"), [("NL", 1_400_000), ("DE", 1_000_000), ("ES", 400_000), (None, 1_400_000)]
)
def test_bounds_by_country(country: str | None, most: int) -> None:
    """The first row that fits holds; who is from nowhere known has the general one."""
    bounds = KLARNA.bounds("EUR", country)

    assert bounds is not None
    assert (bounds.min, bounds.max) == (100, most)


def test_no_bounds() -> None:
    """A currency that no row names is not bound."""
    assert KLARNA.bounds("USD", "US") is None
    assert MethodRule(type="wallet").bounds("EUR", "DE") is None


def test_off_for_good_and_for_some() -> None:
    """Disabled is for everybody; a window with countries is for these only, and only then."""
    grabpay = profiles.load("global").method("grabpay")
    before, after = 1_768_000_000.0, 1_790_000_000.0  # 9 January and 21 September 2026

    assert MethodRule(type="x", disabled=True).is_off(0.0, 0.0)
    assert not grabpay.is_off(before, 0.0, "SG")
    assert grabpay.is_off(after, 0.0, "SG")
    assert not grabpay.is_off(after, 0.0, "MY")
    assert not grabpay.is_off(after, 0.0)


@pytest.mark.parametrize(
    "rule",
    [
        MethodRule(type="x", countries=frozenset({"DE"})),
        MethodRule(type="x", currencies=frozenset({"EUR"})),
        MethodRule(type="x", brands=frozenset({"visa"})),
        MethodRule(type="x", amounts=(Amounts(currency="EUR", max=1),)),
        MethodRule(type="x", disabled=True),
        MethodRule(type="x", disabled_during=(Window(since=0.0),)),
    ],
)
def test_what_is_not_free(rule: MethodRule) -> None:
    """Whatever could refuse somebody has to be looked at."""
    assert not rule.is_free
    assert MethodRule(type="x").is_free
