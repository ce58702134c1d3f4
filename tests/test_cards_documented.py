"""The test cards that Stripe documents: all there, by number and by name, each as documented."""

from __future__ import annotations

import pytest

from simulator import cards
from simulator.cards import Checks
from simulator.failures.catalogue import BY_NAME
from simulator.gateway.authentication.own import challenge_of
from simulator.gateway.authentication.three_ds import VERDICTS
from simulator.gateway.disputes import REASONS
from simulator.units import countries

# docs.stripe.com/testing, as of 2026: names of PaymentMethods, each a token as well. Not here are
# those of in-person payments, of several disputes for one payment and of compliance disputes.
NAMES = """
visa visa_debit mastercard mastercard_debit mastercard_prepaid amex discover diners jcb unionpay
visa_cartesBancaires mastercard_cartesBancaires
visa_debit_eftposAuCoBranded mastercard_debit_eftposAuCoBranded
us ar br ca cl co cr ec mx pa py pe uy
ae ae_mastercard at be bg by hr cy cz dk ee fi fr de gi gr hu ie it lv li lt lu mt nl no pl pt ro
si sk es se ch gb gb_debit gb_mastercard
au cn hk in jp my nz sg tw th_credit th_debit
debit_visaFsaProductCode debit_visaHsaProductCode mastercard_debit_mastercardFsaProductCode
visa_chargeDeclined visa_chargeDeclinedInsufficientFunds visa_debit_chargeDeclinedInsufficientFunds
visa_chargeDeclinedLostCard visa_chargeDeclinedStolenCard
chargeDeclinedExpiredCard visa_chargeDeclinedExpiredCard visa_chargeDeclinedFraudulent
chargeDeclinedIncorrectCvc visa_chargeDeclinedIncorrectCvc
chargeDeclinedProcessingError visa_chargeDeclinedProcessingError
visa_chargeDeclinedVelocityLimitExceeded
chargeCustomerFail visa_chargeCustomerFail visa_chargeCustomerFailLostCard
visa_chargeCustomerFailStolenCard
radarBlock riskLevelHighest riskLevelElevated highFraudDisputeScore highEfwScore
radarDynamicRiskThreshold adaptive3dsChallenge cvcCheckFail avsZipFail cvcCheckFailElevatedRisk
avsZipFailElevatedRisk avsLine1Fail avsFail avsUnchecked
createDispute createDisputeProductNotReceived createDisputeInquiry createIssuerFraudRecord
createCe3EligibleDispute createAutoRepresentmentEligibleDispute
createRapidDisputeResolutionDispute createCe3BlockDispute createEthocaAlert
pendingRefund refundFail bypassPending bypassPendingInternational
authenticationRequiredOnSetup authenticationRequired authenticationRequiredSetupForOffSession
authenticationRequiredChargeDeclinedInsufficientFunds
threeDSecure2Required threeDSecureRequiredChargeDeclined threeDSecureRequiredProcessingError
threeDSecureOptional threeDSecureOptionalProcessingError amex_threeDSecureNotSupported
"""
CARDS = {row.card.token: row.card for rows in cards.DOCUMENTED.values() for row in rows}


@pytest.mark.parametrize("name", NAMES.split())
def test_names(name: str) -> None:
    """A documented name is known in both spellings, and gives a card with its own stable token."""
    card = cards.from_token(f"pm_card_{name}")

    assert cards.from_token(f"tok_{name}") == card
    assert cards.from_token(card.token) == card
    assert card.token.startswith("tok_test_")


def test_no_name_is_taken_twice() -> None:
    """Every name and every token is that of one card."""
    rows = [row for rows in cards.DOCUMENTED.values() for row in rows]
    names = [name for row in rows for name in (row.key, *row.names)]

    assert len(names) == len(set(names))
    assert len(CARDS) == len(rows)


@pytest.mark.parametrize("token", CARDS)
def test_words_mean_something(token: str) -> None:
    """What a card is said to do is something that can be done."""
    card = CARDS[token]
    assert card.brand in cards.BRANDS
    assert card.country in countries()
    assert card.funding in ("credit", "debit", "prepaid")
    assert card.risk in ("normal", "elevated", "highest")
    assert card.off_session in ("refused", "once_set_up", "free")
    assert card.failure is None or BY_NAME[card.failure].declines
    for proof in filter(None, (card.proof, card.proof_if_asked)):
        assert challenge_of(proof).result in VERDICTS
    kind, _, reason = (card.after or "available").partition(":")
    assert {
        "dispute": reason in REASONS,
        "inquiry": reason in REASONS,
        "early_fraud_warning": not reason,
        "refund": reason in ("pending", "fails"),
        "available": not reason,
    }[kind]


@pytest.mark.parametrize(
    ("number", "failure", "attaches"),
    [
        ("4242424242424242", None, True),
        ("4000000000000002", "generic_decline", False),
        ("4000000000009995", "insufficient_funds", False),
        ("4000000000009987", "lost_card", False),
        ("4000000000009979", "stolen_card", False),
        ("4000000000000069", "expired_card", False),
        ("4000000000000127", "incorrect_cvc", False),
        ("4000000000000119", "processing_error", False),
        ("4242424242424241", "incorrect_number", False),
        ("4000000000006975", "period_limit_exceeded", False),
        ("4000000000000341", "generic_decline", True),
        ("4100000000000019", "risk_blocked", True),
        ("4000000000004954", "risk_blocked", True),
        ("4000000000009235", None, True),
        ("4000000000000101", "incorrect_cvc", True),
        ("4000000000000010", None, True),
    ],
)
def test_declines(number: str, failure: str | None, attaches: bool) -> None:
    """What an issuer declines cannot be kept for a customer; one card is declined only later."""
    card = cards.from_number(number)
    assert (card.failure, card.attaches) == (failure, attaches)


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("visa", Checks()),
        ("cvcCheckFail", Checks(cvc="fail")),
        ("avsZipFail", Checks(postal="fail")),
        ("avsLine1Fail", Checks(line1="fail")),
        ("avsFail", Checks(line1="fail", postal="fail")),
        ("avsUnchecked", Checks(line1="unavailable", postal="unavailable")),
    ],
)
def test_checks(name: str, checks: Checks) -> None:
    """What the bank says of the security code and the address."""
    assert cards.from_token(f"pm_card_{name}").checks == checks


@pytest.mark.parametrize(
    ("number", "brand", "country", "funding"),
    [
        ("4000000760000002", "visa", "BR", "credit"),
        ("4000056655665556", "visa", "US", "debit"),
        ("5105105105105100", "mastercard", "US", "prepaid"),
        ("2223003122003222", "mastercard", "US", "credit"),
        ("6205500000000000004", "unionpay", "CN", "credit"),
        ("36227206271667", "diners", "US", "credit"),
        ("4000057640000008", "visa", "TH", "debit"),
    ],
)
def test_brands_and_countries(number: str, brand: str, country: str, funding: str) -> None:
    """Whose card it is."""
    card = cards.from_number(number)
    assert (card.brand, card.country, card.funding) == (brand, country, funding)


def test_co_brands() -> None:
    """Some cards belong to a second network."""
    assert cards.from_token("pm_card_visa_cartesBancaires").co_brand == "cartes_bancaires"
    assert cards.from_token("pm_card_visa").co_brand is None


def test_tokens_that_were_there_before() -> None:
    """Identities of cards are kept: journals and shops remember them."""
    for number, token in (
        ("4242424242424242", "tok_test_4242_visa"),
        ("378282246310005", "tok_test_0005_amex"),
        ("6200000000000005", "tok_test_0005_unionpay"),
        ("4000002760003184", "tok_test_3184_visa"),
    ):
        assert cards.from_number(number).token == token
