"""The profile of a gateway that has no country, brand or quirk of its own.

Codes have three digits. The first names the kind of failure; the rest count within it and mean
nothing. A number is never given to another failure once it has been published: a new failure takes
the next free one of its kind. Two numbers are older than the scheme and are kept as they are known
in the field: 101 is lack of funds, and 202 says "timed out or not authorized", which does not tell
a merchant whether money has moved. So 202 must be treated as the worse of the two: query first.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.profiles.profile import PLAIN, Profile

_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # 1xx: funds
        "insufficient_funds": "101",
        "amount_limit_exceeded": "102",
        "period_limit_exceeded": "103",
        "frequency_limit_exceeded": "104",
        # 2xx: not confirmed: by the payer, or in time
        "transaction_timeout": "202",
        "authentication_required": "202",
        "authentication_failed": "203",
        "authentication_rejected": "204",
        "authentication_abandoned": "205",
        "authentication_timeout": "206",
        "authentication_unavailable": "207",
        "otp_not_delivered": "208",
        "otp_incorrect": "209",
        "otp_expired": "210",
        "otp_attempts_exceeded": "211",
        "phone_number_mismatch": "212",
        "biometric_failed": "213",
        # 3xx: card data
        "incorrect_number": "301",
        "incorrect_cvc": "302",
        "expired_card": "303",
        "invalid_expiry": "304",
        "incorrect_address": "305",
        "pin_incorrect": "306",
        "pin_tries_exceeded": "307",
        # 4xx: the issuer
        "do_not_honor": "401",
        "generic_decline": "402",
        "call_issuer": "403",
        "issuer_unavailable": "404",
        "lost_card": "405",
        "stolen_card": "406",
        "pickup_card": "407",
        "restricted_card": "408",
        "account_closed": "409",
        "transaction_not_allowed": "410",
        "cross_border_blocked": "411",
        "card_not_activated": "412",
        "revocation_of_authorization": "413",
        "duplicate_transaction": "414",
        # 5xx: risk
        "suspected_fraud": "501",
        "risk_blocked": "502",
        "merchant_blacklist": "503",
        "compliance_blocked": "504",
        "too_many_attempts": "505",
        # 6xx: method and region
        "method_not_supported_in_region": "601",
        "method_not_accepted": "602",
        "method_temporarily_disabled": "603",
        "currency_not_supported": "604",
        "amount_too_small": "605",
        "amount_too_large": "606",
        # 7xx: wallet
        "wallet_insufficient_balance": "701",
        "wallet_account_frozen": "702",
        "identity_not_verified": "703",
        "customer_cancelled": "704",
        "payment_expired": "705",
        # 8xx: the gateway, and from 851 the network
        "processing_error": "801",
        "gateway_maintenance": "802",
        "gateway_overloaded": "803",
        "rate_limited": "804",
        "lock_timeout": "805",
        "acquirer_unavailable": "806",
        "connection_failed": "851",
        "connection_lost": "852",
        "gateway_error": "853",
        # 9xx: the merchant, from 921 the payer's browser, from 951 after the payment
        "invalid_request": "901",
        "merchant_misconfigured": "902",
        "payee_account_restricted": "903",
        "idempotency_conflict": "904",
        "client_failure": "921",
        "late_success": "951",
        "charged_order_incomplete": "952",
        "webhook_missing": "953",
        "webhook_late": "954",
        "duplicate_charge": "955",
        "reversed_after_approval": "956",
        "refund_failed": "957",
        "refund_pending": "958",
        "amount_mismatch": "959",
        "settlement_delayed": "960",
        "disputed": "961",
    }
)

DEFAULT: Final = Profile(
    name="default",
    about="A plain gateway: cards, wallets and bank transfers, everywhere, in every currency.",
    codes=_CODES,
    methods=PLAIN.methods,
    poll_every=0.2,
    idempotency_window=24 * 3600.0,
)
