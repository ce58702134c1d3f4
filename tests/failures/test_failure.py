"""One row of the failures catalogue."""

from __future__ import annotations

import pytest

from simulator.errors import UsageError
from simulator.failures.failure import GENERAL_EN, GENERAL_ZH, Category, Failure, MoneyIs, Retry


def _row(
    category: Category, retry: Retry = Retry.SOFT, money: MoneyIs = MoneyIs.NOT_DEBITED
) -> Failure:
    return Failure(
        name="sample",
        category=category,
        meaning="-",
        retry=retry,
        money=money,
        advice="-",
        next_steps=(),
    )


def test_general_text_unless_told_otherwise() -> None:
    """A row without texts shows the general ones, in either language."""
    row = _row(Category.ISSUER)

    assert (row.text(), row.text("zh")) == (GENERAL_EN, GENERAL_ZH)


def test_another_language() -> None:
    """A language without texts is an error that names those there are."""
    with pytest.raises(UsageError, match="no text in 'fr'; write en or zh"):
        _row(Category.ISSUER).text("fr")


@pytest.mark.parametrize(
    ("category", "money", "declines"),
    [
        (Category.FUNDS, MoneyIs.NOT_DEBITED, True),
        (Category.ISSUER, MoneyIs.UNKNOWN, True),
        (Category.ISSUER, MoneyIs.DEBITED, False),
        (Category.NETWORK, MoneyIs.NOT_DEBITED, False),
        (Category.CLIENT, MoneyIs.UNKNOWN, False),
        (Category.POST_PAYMENT, MoneyIs.NOT_DEBITED, False),
    ],
)
def test_declines(category: Category, money: MoneyIs, *, declines: bool) -> None:
    """A gateway declines with what it decides itself, and keeps no money when it does."""
    assert _row(category, money=money).declines is declines


@pytest.mark.parametrize(
    ("category", "retry", "passes"),
    [
        (Category.ISSUER, Retry.SOFT, True),
        (Category.GATEWAY, Retry.SOFT, True),
        (Category.ISSUER, Retry.HARD, False),
        (Category.ISSUER, Retry.CHANGE, False),
        (Category.FUNDS, Retry.SOFT, False),
        (Category.RISK, Retry.SOFT, False),
    ],
)
def test_passes(category: Category, retry: Retry, *, passes: bool) -> None:
    """Only soft trouble at the issuer or the gateway may be over at the next attempt."""
    assert _row(category, retry).passes is passes
