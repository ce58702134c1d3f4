"""Limits of a single payment."""

from __future__ import annotations

import pytest

from simulator import profiles
from simulator.gateway.gates import limits
from simulator.profiles.profile import PLAIN, Profile
from simulator.profiles.rules import Limit
from simulator.profiles.times import Period

OULE = profiles.load("oule-pay")


def _limited(**limit: object) -> Profile:
    fields = {name: getattr(PLAIN, name) for name in ("name", "about", "codes", "methods")}
    given = {"per": "payer", "over": Period.PAYMENT, "failure": "amount_limit_exceeded", **limit}
    return Profile(**fields, poll_every=1.0, idempotency_window=60.0, limits=(Limit(**given),))


@pytest.mark.parametrize(
    ("method", "currency", "amount", "failure"),
    [
        ("card", "CNY", 5_000_000, None),
        ("card", "CNY", 5_000_001, "amount_limit_exceeded"),
        ("unionpay", "CNY", 5_000_001, "amount_limit_exceeded"),
        ("card", "USD", 700_001, "amount_limit_exceeded"),
        ("card", "JPY", 10**11, None),  # a currency that the limit does not name
        ("bank_transfer", "CNY", 10**11, None),  # a card's limit does not bind what is no card
    ],
)
def test_a_limit_of_cards(method: str, currency: str, amount: int, failure: str | None) -> None:
    """What is above it by itself is refused, to the last minor unit."""
    assert limits.single(OULE, method, currency, amount) == failure


def test_a_limit_of_one_method() -> None:
    """It binds that method only, and has the failure that its profile gives it."""
    profile = _limited(
        max={"USD": 100}, methods=frozenset({"wallet"}), failure="period_limit_exceeded"
    )

    assert limits.single(profile, "wallet", "USD", 101) == "period_limit_exceeded"
    assert limits.single(profile, "card", "USD", 101) is None


def test_the_most_that_a_payment_may_be() -> None:
    """The lowest of the limits of single payments; limits of periods do not count."""
    assert limits.most(OULE, "card", "CNY") == 5_000_000
    assert limits.most(OULE, "wallet", "CNY") is None
    assert limits.most(_limited(over=Period.DAY, max={"USD": 5}), "card", "USD") is None
