"""The failures catalogue: that its rows are complete, kind and careful with money."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from simulator import cards
from simulator.errors import UsageError
from simulator.failures import catalogue
from simulator.failures.failure import GENERAL_EN, GENERAL_ZH, Failure, MoneyIs, Retry

CONFIDENTIAL = {
    "compliance_blocked",
    "lost_card",
    "merchant_blacklist",
    "pickup_card",
    "risk_blocked",
    "stolen_card",
    "suspected_fraud",
}
GIVEAWAYS = re.compile(
    r"\b(lost|stolen|fraud|risk|block|blacklist|sanction|law)|挂失|被盗|欺诈|风控|黑名单"
)
each_failure = pytest.mark.parametrize("row", catalogue.FAILURES, ids=lambda row: row.name)


def test_names_are_unique() -> None:
    """No name stands in two files."""
    counted = Counter(row.name for row in catalogue.FAILURES)

    assert [name for name, count in counted.items() if count > 1] == []
    assert catalogue.names() == tuple(counted)


@each_failure
def test_rows_are_complete(row: Failure) -> None:
    """Each row says something everywhere, in whole sentences that fit a page for the payer."""
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", row.name)
    assert all(text.endswith(".") for text in (row.meaning, row.advice, row.message))
    assert row.message_zh.endswith("。")
    assert re.search(r"[\u4e00-\u9fff]", row.message_zh)
    assert max(len(row.message), len(row.advice)) <= 240


@each_failure
def test_the_payer_hears_where_the_money_is(row: Failure) -> None:
    """Told "not charged" only when the gateway claims so; told to wait when it is not known."""
    says_not_charged = "not been charged" in row.message

    assert not (says_not_charged and row.money is not MoneyIs.NOT_DEBITED)
    if row.retry is Retry.QUERY:
        assert "do not pay again" in row.message
        assert "请不要重复支付" in row.message_zh


@each_failure
def test_the_payer_hears_a_next_step(row: Failure) -> None:
    """Each text asks for something, offers something, or says what we do."""
    step = r"[Pp]lease|[Yy]ou can|we will|we are|there is nothing you need"

    assert re.search(step, row.message)


@each_failure
def test_unknown_money_is_asked_after(row: Failure) -> None:
    """Where the money is not known, the first advice is to ask; and the other way round."""
    if row.money is MoneyIs.UNKNOWN:
        assert row.retry is Retry.QUERY
    if row.retry is Retry.QUERY:
        assert row.money is not MoneyIs.NOT_DEBITED


def test_confidential_reasons() -> None:
    """These, and no others, hide their reason: they show what any refusal shows."""
    hidden = {row.name for row in catalogue.FAILURES if row.confidential}

    assert hidden == CONFIDENTIAL
    for name in hidden:
        row = catalogue.failure(name)
        assert (row.message, row.message_zh) == (GENERAL_EN, GENERAL_ZH)
    assert catalogue.failure("generic_decline").message == GENERAL_EN


@each_failure
def test_no_text_for_payers_accuses(row: Failure) -> None:
    """No text for payers speaks of theft, fraud or lists, whatever the reason."""
    assert not GIVEAWAYS.search(row.message.lower() + row.message_zh)


@pytest.mark.parametrize(
    ("name", "retry", "money"),
    [
        ("insufficient_funds", Retry.SOFT, MoneyIs.NOT_DEBITED),
        ("amount_limit_exceeded", Retry.CHANGE, MoneyIs.NOT_DEBITED),
        ("frequency_limit_exceeded", Retry.SOFT, MoneyIs.NOT_DEBITED),
        ("expired_card", Retry.CHANGE, MoneyIs.NOT_DEBITED),
        ("do_not_honor", Retry.SOFT, MoneyIs.NOT_DEBITED),
        ("lost_card", Retry.HARD, MoneyIs.NOT_DEBITED),
        ("transaction_not_allowed", Retry.HARD, MoneyIs.NOT_DEBITED),
        ("duplicate_transaction", Retry.QUERY, MoneyIs.UNKNOWN),
        ("risk_blocked", Retry.HARD, MoneyIs.NOT_DEBITED),
        ("authentication_required", Retry.CHANGE, MoneyIs.NOT_DEBITED),
        ("wallet_account_frozen", Retry.CHANGE, MoneyIs.NOT_DEBITED),
        ("gateway_overloaded", Retry.SOFT, MoneyIs.NOT_DEBITED),
        ("rate_limited", Retry.SOFT, MoneyIs.NOT_DEBITED),
        ("invalid_request", Retry.HARD, MoneyIs.NOT_DEBITED),
        ("transaction_timeout", Retry.QUERY, MoneyIs.UNKNOWN),
        ("connection_failed", Retry.SOFT, MoneyIs.NOT_DEBITED),
        ("connection_lost", Retry.QUERY, MoneyIs.UNKNOWN),
        ("late_success", Retry.QUERY, MoneyIs.DEBITED),
        ("charged_order_incomplete", Retry.QUERY, MoneyIs.DEBITED),
    ],
)
def test_rows_that_decide_over_money(name: str, retry: Retry, money: MoneyIs) -> None:
    """The classes that merchants act on, held fast."""
    row = catalogue.failure(name)

    assert (row.retry, row.money) == (retry, money)


@pytest.mark.parametrize(
    "name", sorted({card.failure for card in cards.TEST_NUMBERS.values() if card.failure})
)
def test_test_numbers_fail_with_known_failures(name: str) -> None:
    """Each documented test number that fails names a decline of the catalogue."""
    assert catalogue.failure(name).declines


@each_failure
def test_tokens_name_failures(row: Failure) -> None:
    """`tok_decline_<failure>` reads back as the failure, with or without country and serial."""
    plain = cards.from_token(f"tok_decline_{row.name}")
    serial = cards.from_token(f"tok_decline_{row.name}_DE_000123")

    assert (plain.failure, serial.failure, serial.country) == (row.name, row.name, "DE")


def test_an_unknown_failure_says_what_was_near() -> None:
    """A misspelt name is an error with the right one."""
    with pytest.raises(UsageError, match=r"no failure 'lost_cards' \(did you mean 'lost_card'"):
        catalogue.failure("lost_cards")
    with pytest.raises(UsageError, match=r"no failure 'zzz'$"):
        catalogue.failure("zzz")


def test_the_catalogue_does_not_change() -> None:
    """Rows and their index are values."""
    with pytest.raises(AttributeError, match="immutable"):
        catalogue.failure("lost_card").name = "found_card"  # type: ignore[misc]
    with pytest.raises(TypeError, match="does not support item assignment"):
        catalogue.BY_NAME["found_card"] = catalogue.FAILURES[0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("candidates", "safest"),
    [
        (["authentication_required", "transaction_timeout"], "transaction_timeout"),
        (["insufficient_funds", "lost_card", "expired_card"], "lost_card"),
        (["insufficient_funds", "expired_card"], "expired_card"),
        (["insufficient_funds"], "insufficient_funds"),
    ],
)
def test_safest(candidates: list[str], safest: str) -> None:
    """Query before hard before change before soft, whatever the order."""
    assert catalogue.safest(candidates).name == safest
    assert catalogue.safest(reversed(candidates)).name == safest


def test_safest_of_none() -> None:
    """Nothing cannot be treated in any way."""
    with pytest.raises(ValueError, match="empty"):
        catalogue.safest([])
