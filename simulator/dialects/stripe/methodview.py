"""How the payer pays, as it is shown with a charge."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Final

from simulator import cards
from simulator.dialects.stripe.methodtypes import wire
from simulator.gateway.authentication.result import AuthResult, AuthStatus, Flow
from simulator.gateway.model import Method, Payment

#: Until when test cards are good, for those that were not typed in.
EXPIRES: Final = (12, 2034)
_RESULTS: Final = {
    AuthStatus.SUCCEEDED: "authenticated",
    AuthStatus.ATTEMPTED: "attempt_acknowledged",
    AuthStatus.UNAVAILABLE: "processing_error",
    AuthStatus.FAILED: "failed",
    AuthStatus.CANCELED: "failed",
}
#: By challengeCancel (EMVCo): the payer left, the shop did, time was up.
_LEFT: Final[Mapping[str, str]] = MappingProxyType(
    {"01": "abandoned", "02": "canceled", "03": "abandoned", "04": "abandoned"}
)
#: The transStatusReason of a card for which there is no 3-D Secure (EMVCo).
_NO_SUCH_CARD: Final = "08"
#: Cards of which nothing more is known.
_PLAIN: Final = cards.Card("", "unknown", "US", "0000")


def card_of(method: Method) -> cards.Card:
    """What is known of the card behind a method that has one; a plain one where there is none."""
    if method.brand is None or method.token is None:
        return _PLAIN
    return cards.from_token(method.token)


def is_card(method: Method) -> bool:
    """Whether a method is a card, by whatever name."""
    return method.brand is not None


def brand_of(method: Method) -> str:
    """The card's brand as it is called here."""
    return method.brand or "unknown"


def fingerprint_of(method: Method) -> str:
    """The same for the same card, whoever pays with it: 16 letters and digits."""
    return blake2b((method.token or method.type).encode(), digest_size=8).hexdigest()


def checks_view(
    card: cards.Card, billing: Mapping[str, Any] | None, *, cvc: bool = True
) -> dict[str, str | None]:
    """What the bank said of the code (`cvc`: one was given) and of the address, if that was."""
    address = (billing or {}).get("address") or {}
    return {
        "address_line1_check": card.checks.line1 if address.get("line1") else None,
        "address_postal_code_check": card.checks.postal if address.get("postal_code") else None,
        "cvc_check": card.checks.cvc if cvc else None,
    }


def details_view(payment: Payment, words: Mapping[str, Any]) -> dict[str, Any]:
    """`payment_method_details` of a charge; `words` are what was said with it."""
    method = payment.method
    if not is_card(method):
        kind = wire(method.type)
        return {"type": kind, kind: {}}
    held = payment.amount_authorized or payment.amount
    card = card_of(method)
    shown = (words.get("tried") or {}).get("card") or {}
    view = {
        "amount_authorized": held,
        "authorization_code": None,
        "brand": brand_of(method),
        **({"capture_before": int(payment.held_until)} if payment.held_until else {}),
        "checks": _checks(card, words, shown),
        "country": method.country,
        "electronic_commerce_indicator": _indicator(payment.authentication),
        "exp_month": shown.get("exp_month", EXPIRES[0]),
        "exp_year": shown.get("exp_year", EXPIRES[1]),
        "extended_authorization": {"status": "disabled"},
        "fingerprint": fingerprint_of(method),
        "funding": card.funding,
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": method.last4,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": brand_of(method),
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": held, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": secure_view(payment.authentication),
        "transaction_link_id": None,
        "wallet": None,
    }
    return {"type": "card", "card": view}


def secure_view(proof: AuthResult | None) -> dict[str, Any] | None:
    """How the payer proved who pays, if that was by 3-D Secure and is over."""
    if proof is None or proof.type != "three_ds" or proof.status not in _RESULTS:
        return None
    unknown_there = proof.reason == _NO_SUCH_CARD
    frictionless = proof.flow is Flow.FRICTIONLESS
    return {
        "authentication_flow": "frictionless" if frictionless else "challenge",
        "electronic_commerce_indicator": proof.eci,
        "exemption_indicator": None,
        "exemption_indicator_applied": False,
        "result": "not_supported" if unknown_there else _RESULTS[proof.status],
        "result_reason": _reason(proof),
        "transaction_id": proof.id,
        "version": proof.version or "2.2.0",
    }


def _reason(proof: AuthResult) -> str | None:
    """Why it was no proof."""
    if proof.status is AuthStatus.UNAVAILABLE:
        return "card_not_enrolled" if proof.reason == _NO_SUCH_CARD else "protocol_error"
    return None if proof.passed else _LEFT.get(proof.cancel or "", "rejected")


def _indicator(proof: AuthResult | None) -> str | None:
    return proof.eci if proof is not None and proof.type == "three_ds" else None


def _checks(
    card: cards.Card, words: Mapping[str, Any], shown: Mapping[str, Any]
) -> dict[str, str | None]:
    given = (shown.get("checks") or {"cvc_check": "pass"}).get("cvc_check") is not None
    return checks_view(card, words.get("billing_details"), cvc=given)
