"""The shape of a profile."""

from __future__ import annotations

import pytest

from simulator.errors import UsageError
from simulator.profiles import MethodRule, Profile

SMALL = Profile(
    name="small",
    about="Two codes, two methods.",
    codes={"insufficient_funds": "7", "do_not_honor": "7", "expired_card": "9"},
    methods=(
        MethodRule(type="card", card=True),
        MethodRule(type="wallet", countries=frozenset({"CN", "SG"}), currencies=frozenset({"CNY"})),
    ),
    poll_every=1.0,
    idempotency_window=60.0,
)


def test_codes_go_both_ways() -> None:
    """Several failures may share a code; an unknown code stands for none."""
    assert SMALL.code("insufficient_funds") == "7"
    assert SMALL.failures("7") == ("insufficient_funds", "do_not_honor")
    assert SMALL.failures("8") == ()


def test_a_failure_without_a_number_goes_by_its_name() -> None:
    """A gateway need not number all failures of the catalogue."""
    assert SMALL.code("lost_card") == "lost_card"


def test_an_unknown_failure_has_no_code() -> None:
    """A misspelt failure is an error, not a code."""
    with pytest.raises(UsageError, match="did you mean 'lost_card'"):
        SMALL.code("lost_cart")


@pytest.mark.parametrize(
    ("country", "serves"), [("CN", True), ("SG", True), ("DE", False), (None, True)]
)
def test_countries(country: str | None, *, serves: bool) -> None:
    """A rule with countries serves those; a payer whose country is not known is not turned away."""
    assert SMALL.method("wallet").serves(country) is serves
    assert SMALL.method("card").serves(country)


@pytest.mark.parametrize(("currency", "pays"), [("CNY", True), ("EUR", False)])
def test_currencies(currency: str, *, pays: bool) -> None:
    """A rule with currencies pays in those, one without in any."""
    assert SMALL.method("wallet").pays_in(currency) is pays
    assert SMALL.method("card").pays_in(currency)


def test_an_unknown_method_says_what_there_is() -> None:
    """A method that is not taken is an error with the near name and the list."""
    message = r"'walet' is not a method of small \(did you mean 'wallet'\?\); it takes card, wallet"
    with pytest.raises(UsageError, match=message):
        SMALL.method("walet")
