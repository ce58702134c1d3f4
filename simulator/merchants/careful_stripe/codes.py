"""Why a payment failed: Stripe's codes, in the words of the catalogue of failures.

Stripe tells less than a gateway knows. Where several failures have one code, the most frequent of
them stands here: what the payer reads is right for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.failures import catalogue

_GENERAL: Final = "generic_decline"

#: By `decline_code`, where the catalogue has another word for it.
_DECLINES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "approve_with_id": "processing_error",
        "card_not_supported": "method_not_accepted",
        "card_velocity_exceeded": "amount_limit_exceeded",
        "fraudulent": "suspected_fraud",
        "incorrect_pin": "pin_incorrect",
        "invalid_account": "account_closed",
        "invalid_customer_account": "wallet_account_frozen",
        "issuer_not_available": "issuer_unavailable",
        "not_permitted": "compliance_blocked",
        "partner_generic_decline": "wallet_app_outdated",
        "pin_try_exceeded": "pin_tries_exceeded",
        "reenter_transaction": "processing_error",
        "try_again_later": "processing_error",
        "withdrawal_count_limit_exceeded": "frequency_limit_exceeded",
    }
)
#: By `code`, likewise.
_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "account_invalid": "payee_account_restricted",
        "card_decline_rate_limit_exceeded": "too_many_attempts",
        "country_unsupported": "method_not_supported_in_region",
        "invalid_expiry_month": "invalid_expiry",
        "invalid_expiry_year": "invalid_expiry",
        "payment_intent_action_required": "customer_action_pending",
        "payment_intent_authentication_failure": "authentication_failed",
        "payment_intent_payment_attempt_expired": "authentication_timeout",
        "payment_method_customer_decline": "customer_cancelled",
        "payment_method_not_available": "method_temporarily_disabled",
        "payment_method_provider_timeout": "transaction_timeout",
        "payment_method_unactivated": "merchant_misconfigured",
        "rate_limit": "rate_limited",
    }
)
_WALLET: Final = "payment_method_provider_decline"
#: By `type`, where there is no code.
_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Trouble of Stripe's own: another account may be used at once.
        "api_error": "gateway_maintenance",
        "idempotency_error": "idempotency_conflict",
        "invalid_request_error": "invalid_request",
    }
)


def failure_of(kind: str | None, code: str | None, decline_code: str | None) -> str:
    """The catalogue's name for an error of this `type`, `code` and `decline_code`."""
    if code == _WALLET and decline_code == "insufficient_funds":
        return "wallet_insufficient_balance"
    for said, known in ((decline_code, _DECLINES), (code, _CODES)):
        name = known.get(said or "", said)
        if name in catalogue.BY_NAME:
            return name or _GENERAL
    return _GENERAL if code or decline_code else _TYPES.get(kind or "", _GENERAL)
