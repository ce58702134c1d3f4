"""Codes of others, names in the guides, steps of support, and everything in Chinese too."""

from __future__ import annotations

import re

import pytest

from simulator.errors import UsageError
from simulator.failures import catalogue, help  # noqa: A004 - the module of that name

each_name = pytest.mark.parametrize("name", catalogue.names())
#: Canonical names of the reference table: every row, under each of its names.
REFERENCE = re.findall(
    r"\w+",
    """
insufficient_funds amount_limit_exceeded period_limit_exceeded frequency_limit_exceeded
partial_approval incorrect_number incorrect_cvc expired_card invalid_expiry incorrect_address
do_not_honor generic_decline call_issuer issuer_unavailable lost_card stolen_card pickup_card
restricted_card account_closed transaction_not_allowed cross_border_blocked card_not_activated
suspected_fraud revocation_of_authorization duplicate_transaction authentication_required
authentication_failed authentication_rejected authentication_abandoned authentication_timeout
authentication_unavailable otp_not_delivered otp_incorrect otp_expired otp_attempts_exceeded
phone_number_mismatch pin_incorrect pin_tries_exceeded biometric_failed risk_blocked
too_many_attempts compliance_blocked method_not_supported_in_region method_not_accepted
method_temporarily_disabled currency_not_supported amount_too_small amount_too_large
wallet_insufficient_balance wallet_account_frozen identity_not_verified customer_cancelled
customer_action_pending payment_expired payee_account_restricted processing_error
gateway_maintenance gateway_overloaded rate_limited lock_timeout transaction_timeout
acquirer_unavailable invalid_request merchant_misconfigured connection_failed connection_lost
client_failure idempotency_conflict late_success charged_order_incomplete webhook_missing
webhook_late webhook_duplicate webhook_out_of_order duplicate_charge reversed_after_approval
refund_failed refund_pending amount_mismatch settlement_delayed disputed
""",
)


def test_every_row_of_the_reference_is_there() -> None:
    """Seventy-four rows, some with two names, and none forgotten."""
    assert set(REFERENCE) <= set(catalogue.names())
    assert len(REFERENCE) == len(set(REFERENCE)) == 81


def test_no_data_for_what_is_not_there() -> None:
    """Every table speaks of failures of the catalogue, networks and guides that are known."""
    for table in ("codes", "named", "zh"):
        assert set(help._read(table)) <= set(catalogue.names())
    assert {key for row in help._read("codes").values() for key in row} == set(help.NETWORKS)
    assert {key for row in help._read("named").values() for key in row} == set(help.GUIDES)
    support = help._read("support")
    assert set(support["by_failure"]) | set(support["first"]) <= set(catalogue.names())


@each_name
def test_everything_is_said_in_both_languages(name: str) -> None:
    """Meaning and advice, in whole sentences."""
    for text in (help.meaning(name), help.advice(name)):
        assert text.endswith(".")
    for text in (help.meaning(name, "zh"), help.advice(name, "zh")):
        assert text.endswith("。")
        assert re.search(r"[\u4e00-\u9fff]", text)


@each_name
def test_support_asks_then_tries(name: str) -> None:
    """As many steps in one language as in the other, each a sentence or a question."""
    english, chinese = help.course(name), help.course(name, "zh")

    assert len(english.ask) == len(chinese.ask) == 5
    assert len(english.steps) == len(chinese.steps) >= 3
    assert english.guides
    assert all(step.endswith((".", "?")) for step in (*english.ask, *english.steps))
    assert all(step.endswith(("。", "\uff1f")) for step in (*chinese.ask, *chinese.steps))


@each_name
def test_nobody_is_told_to_hide_the_country(name: str) -> None:
    """Where a way to do it is named at all, it is forbidden."""
    row = catalogue.failure(name)
    advice = (row.message, row.message_zh, help.advice(name), help.advice(name, "zh"))

    assert not any("VPN" in text for text in advice)
    for step in (*help.course(name).steps, *help.course(name, "zh").steps):
        assert "VPN" not in step or "Never advise" in step or "切勿" in step


def test_a_false_decline_is_not_sent_to_another_card() -> None:
    """The first step believes a payer whose balance is fine, and turns to the gateway's support."""
    first = help.course("insufficient_funds").steps[0]

    assert "false decline" in first
    assert "instead of sending the payer to another card" in first


def test_documents_may_lift_a_risk_block() -> None:
    """They are asked for, and the rule is never named."""
    steps = " ".join(help.course("risk_blocked").steps)

    assert "documents" in steps
    assert "Never say which rule" in steps


def test_the_notice_when_sms_is_down() -> None:
    """Does not go by SMS."""
    assert "not by SMS" in help.course("otp_not_delivered").steps[0]


@pytest.mark.parametrize(
    ("code", "failures"),
    [
        ("51", ["insufficient_funds", "wallet_insufficient_balance"]),
        ("05", ["do_not_honor", "generic_decline"]),
        ("202", ["insufficient_funds"]),  # of NMI
        ("12", None),
        ("card_velocity_exceeded", ["amount_limit_exceeded", "period_limit_exceeded"]),
        ("Not enough balance", []),
        ("12 not enough balance", ["insufficient_funds", "wallet_insufficient_balance"]),
        ("USERPAYING", ["customer_action_pending"]),
        ("1a", ["authentication_required"]),
        ("zzz", []),
    ],
)
def test_codes_of_others(code: str, failures: list[str] | None) -> None:
    """By the code itself or the whole entry, whatever the case."""
    found = list(dict.fromkeys(each.failure for each in help.meanings(code)))

    if failures is None:
        assert len(found) > 2
    else:
        assert found == failures


@pytest.mark.parametrize(
    ("name", "network", "codes"),
    [
        ("insufficient_funds", "iso", ("51",)),
        ("do_not_honor", "adyen", ("2 Refused", "27 Declined Non Generic")),
        ("expired_card", "paypal", ("CARD_EXPIRED", "5400")),
        ("payment_expired", "wechat", ("ORDER_CLOSED", "AUTHCODEEXPIRE")),
        ("wallet_account_frozen", "alipay", ("BUYER_ENABLE_STATUS_FORBID",)),
        ("otp_expired", "twilio", ("20404",)),
    ],
)
def test_codes_by_failure(name: str, network: str, codes: tuple[str, ...]) -> None:
    """As their lists write them."""
    assert help.codes(name)[network] == codes


def test_words_of_the_guides() -> None:
    """Each guide finds its own cases under its own words."""
    assert help.named("customer_action_pending") == {"gopay": ("客户异常重试中",)}
    assert help.named("insufficient_funds")["oule"][0] == "101"
    assert "Error 403" in help.named("risk_blocked")["evisa"]
    assert help.named("lock_timeout") == {}


def test_an_unknown_failure() -> None:
    """Is an error with what was near."""
    with pytest.raises(UsageError, match="did you mean 'lost_card'"):
        help.codes("lost_cart")
