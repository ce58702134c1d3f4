"""How Stripe tells each failure: codes that it has published, advice that the catalogue gives."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

import pytest
import stripe

from simulator import failures
from simulator.dialects.stripe import declines, facts
from simulator.errors import UsageError
from simulator.failures.catalogue import BY_NAME, FAILURES
from simulator.failures.failure import Retry

#: docs.stripe.com/declines/codes: of cards, and then of local payment methods.
DECLINE_CODES = """
authentication_required authentication_not_handled approve_with_id call_issuer
card_not_supported card_velocity_exceeded currency_not_supported do_not_honor do_not_try_again
duplicate_transaction expired_card fraudulent generic_decline incorrect_address incorrect_cvc
incorrect_number incorrect_pin incorrect_zip insufficient_funds invalid_account invalid_amount
invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number invalid_pin
issuer_not_available lost_card merchant_blacklist mobile_device_authentication_required
new_account_information_available no_action_taken not_permitted offline_pin_required
online_or_offline_pin_required pickup_card pin_try_exceeded processing_error
reenter_transaction restricted_card revocation_of_all_authorizations
revocation_of_authorization security_violation service_not_allowed stolen_card
stop_payment_order testmode_decline transaction_not_allowed try_again_later
withdrawal_count_limit_exceeded

compliance_violation expired_payment_information invalid_authorization
invalid_billing_agreement invalid_business_account invalid_customer_account
invalid_payment_information partner_generic_decline partner_high_risk_customer
partner_payment_not_found payment_disputed payment_limit_exceeded
"""
#: docs.stripe.com/api/refunds/object: why a refund fails.
REFUND_REASONS = {
    "lost_or_stolen_card", "expired_or_canceled_card", "charge_for_pending_refund_disputed",
    "insufficient_funds", "declined", "merchant_request", "unknown",
}  # fmt: skip
OUTCOMES = {"issuer_declined", "blocked", "invalid"}
NETWORK = {"declined_by_network", "reversed_after_approval", "not_sent_to_network"}
ADVICE = {Retry.HARD: "do_not_try_again", Retry.SOFT: "try_again_later"}
NAMES = [row.name for row in FAILURES]


def _literals(field: str) -> set[str]:
    """What Stripe's own library knows for a field of an error."""
    union = stripe.PaymentIntent.LastPaymentError.__annotations__[field]
    return {word for option in get_args(union) for word in get_args(option)}


def _field_39() -> dict[str, list[str]]:
    text = Path(failures.__file__).with_name("codes.toml").read_text(encoding="utf-8")
    return {name: row.get("iso", []) for name, row in tomllib.loads(text).items()}


TYPES, CODES, FIELD_39 = _literals("type"), _literals("code"), _field_39()


@pytest.mark.parametrize("name", NAMES)
def test_every_failure_is_told_in_published_words(name: str) -> None:
    """Types and codes that the library knows, decline codes of the list, and a message."""
    told = declines.of(name)

    assert told.failure == name
    assert told.code is None or told.code in CODES
    assert told.decline_code is None or told.decline_code in DECLINE_CODES.split()
    assert told.message.endswith(".")
    assert told.refund_reason in REFUND_REASONS
    if told.event is not None:
        assert (told.status, told.type, told.code) == (200, None, None)
        assert told.event in facts.event_types()
        return
    assert told.type in TYPES
    assert told.code is not None or told.type != "card_error"
    assert (told.decline_code is not None) >= (told.code == "card_declined")
    is_wrong = told.type in ("invalid_request_error", "idempotency_error")
    assert told.status in ((400, 402, 403, 429) if is_wrong else (402, 500, 503, 504))
    assert (told.status >= 500) is (told.type == "api_error")


@pytest.mark.parametrize("name", NAMES)
def test_outcomes(name: str) -> None:
    """The charge's outcome agrees with the error, and the network answered where it was asked."""
    told = declines.of(name)
    outcome = told.outcome

    assert outcome["type"] in OUTCOMES
    assert outcome["network_status"] in NETWORK
    assert outcome["risk_level"] in ("normal", "elevated", "highest", "not_assessed")
    assert ("risk_score" in outcome) is (outcome["risk_level"] != "not_assessed")
    for field in ("advice_code", "network_advice_code", "network_decline_code"):
        assert outcome[field] == getattr(told, field)
    if told.network_decline_code is not None:
        assert outcome["network_status"] == "declined_by_network"
        assert any(told.network_decline_code == code.split(" ")[0] for code in FIELD_39[name])


@pytest.mark.parametrize("name", [row.name for row in FAILURES if row.declines])
def test_advice_agrees_with_the_catalogue(name: str) -> None:
    """Of a card error the library's user learns by it whether to try again."""
    told = declines.of(name)
    if told.type != "card_error" or told.code == "payment_method_customer_decline":
        assert told.advice_code is None
        return
    expected = ADVICE.get(BY_NAME[name].retry)
    assert told.advice_code == expected or (
        expected is None and told.advice_code == "confirm_card_data"
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("generic_decline", (402, "card_error", "card_declined", "generic_decline")),
        ("insufficient_funds", (402, "card_error", "card_declined", "insufficient_funds")),
        ("lost_card", (402, "card_error", "card_declined", "lost_card")),
        ("stolen_card", (402, "card_error", "card_declined", "stolen_card")),
        ("expired_card", (402, "card_error", "expired_card", None)),
        ("incorrect_cvc", (402, "card_error", "incorrect_cvc", None)),
        ("processing_error", (402, "card_error", "processing_error", None)),
        ("incorrect_number", (402, "card_error", "incorrect_number", None)),
        ("period_limit_exceeded", (402, "card_error", "card_declined", "card_velocity_exceeded")),
        ("risk_blocked", (402, "card_error", "card_declined", "fraudulent")),
        (
            "authentication_required",
            (402, "card_error", "authentication_required", "authentication_required"),
        ),
        ("rate_limited", (429, "invalid_request_error", "rate_limit", None)),
        ("gateway_error", (500, "api_error", None, None)),
        ("idempotency_conflict", (400, "idempotency_error", None, None)),
        ("amount_too_small", (400, "invalid_request_error", "amount_too_small", None)),
    ],
)
def test_as_documented(name: str, told: tuple[int, str, str | None, str | None]) -> None:
    """Those that Stripe's test cards give, and a few that are no declines."""
    found = declines.of(name)
    assert (found.status, found.type, found.code, found.decline_code) == told


def test_a_block_is_told_apart_from_the_issuers_word() -> None:
    """Radar's never reached the network; the issuer's came from there."""
    blocked, declined = declines.of("risk_blocked").outcome, declines.of("do_not_honor").outcome
    assert (blocked["type"], blocked["network_status"]) == ("blocked", "not_sent_to_network")
    assert (blocked["reason"], blocked["risk_level"]) == ("highest_risk_level", "highest")
    assert (declined["type"], declined["network_status"]) == (
        "issuer_declined", "declined_by_network",
    )  # fmt: skip
    taken_back = declines.of("reversed_after_approval").outcome
    assert taken_back["network_status"] == "reversed_after_approval"


def test_pages_of_codes() -> None:
    """Each code has its page; what has no code has none."""
    page = declines.of("insufficient_funds").doc_url
    assert page == "https://stripe.com/docs/error-codes/card-declined"
    assert declines.of("gateway_error").doc_url is None


def test_approved() -> None:
    """A charge that went through, with the risk that was seen in it."""
    plain, doubted = declines.approved(), declines.approved("elevated")
    assert (plain["type"], plain["network_status"], plain["risk_level"]) == (
        "authorized", "approved_by_network", "normal",
    )  # fmt: skip
    assert plain["risk_score"] < doubted["risk_score"]
    assert declines.in_review()["reason"] == "elevated_risk_level"


def test_an_unknown_failure_is_named() -> None:
    """With what was near."""
    with pytest.raises(UsageError, match="insufficient_funds"):
        declines.of("insufficent_funds")
