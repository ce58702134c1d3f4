"""A dispute as callers see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from simulator.dialects.stripe.methodview import brand_of, is_card
from simulator.dialects.stripe.names import charge_of
from simulator.dialects.stripe.transactions import Books, transaction_view, transactions_of
from simulator.gateway.model import Payment
from simulator.gateway.things import Dispute, DisputeStatus

OBJECT: Final = "dispute"
#: Evidence that is a text.
TEXTS: Final = (
    "access_activity_log", "billing_address", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_email_address", "customer_name", "customer_purchase_ip",
    "duplicate_charge_explanation", "duplicate_charge_id", "product_description",
    "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "shipping_address",
    "shipping_carrier", "shipping_date", "shipping_tracking_number", "uncategorized_text",
)  # fmt: skip
#: Evidence that is a file, of which there are none here.
FILES: Final = (
    "cancellation_policy", "customer_communication", "customer_signature",
    "duplicate_charge_documentation", "receipt", "refund_policy", "service_documentation",
    "shipping_documentation", "uncategorized_file",
)  # fmt: skip

_STATUSES: Final[Mapping[DisputeStatus, str]] = MappingProxyType(
    {
        DisputeStatus.OPENED: "needs_response",
        DisputeStatus.UNDER_REVIEW: "under_review",
        DisputeStatus.WON: "won",
        DisputeStatus.LOST: "lost",
    }
)
_INQUIRIES: Final[Mapping[DisputeStatus, str]] = MappingProxyType(
    {
        DisputeStatus.OPENED: "warning_needs_response",
        DisputeStatus.UNDER_REVIEW: "warning_under_review",
        DisputeStatus.WON: "warning_closed",
        DisputeStatus.LOST: "warning_closed",
    }
)
#: The codes of the networks (docs.stripe.com/disputes/categories#network-code-map), by reason.
_CODES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "visa": {
            "credit_not_processed": "13.7",
            "duplicate": "12.6.1",
            "fraudulent": "10.4",
            "product_not_received": "13.1",
            "product_unacceptable": "13.3",
            "subscription_canceled": "13.2",
        },
        "mastercard": {
            "credit_not_processed": "4853",
            "duplicate": "4834",
            "fraudulent": "4837",
            "product_not_received": "4853",
            "product_unacceptable": "4853",
            "subscription_canceled": "4853",
            "unrecognized": "4837",
        },
        "amex": {
            "credit_not_processed": "C02",
            "duplicate": "C14",
            "fraudulent": "F29",
            "product_not_received": "C08",
            "product_unacceptable": "C31",
            "subscription_canceled": "C28",
        },
    }
)


def status_of(dispute: Dispute) -> str:
    """How a dispute stands, in Stripe's words."""
    return (_INQUIRIES if dispute.inquiry else _STATUSES)[dispute.status]


def is_refundable(dispute: Dispute) -> bool:
    """Whether its charge can be given back: nothing was withdrawn, or it has come back."""
    return dispute.inquiry or dispute.status is DisputeStatus.WON


def evidence_of(dispute: Dispute) -> dict[str, str]:
    """The evidence that was put down, sent to the bank or not."""
    staged: dict[str, str] = dispute.words.get("evidence") or {}
    return {**dict(dispute.evidence), **staged}


def dispute_view(dispute: Dispute, payment: Payment, books: Books, now: float) -> dict[str, Any]:
    """A dispute as callers see it at a moment, and the payment that it is about."""
    evidence = evidence_of(dispute)
    code = _CODES.get(brand_of(payment.method), {}).get(dispute.reason)
    intent = payment.resource if (payment.resource or "").startswith("pi_") else None
    view: dict[str, Any] = {
        "id": dispute.id,
        "object": OBJECT,
        "amount": dispute.amount,
        "balance_transactions": list(_transactions(dispute, payment, books, now)),
        "charge": charge_of(payment.id),
        "created": int(dispute.created),
        "currency": dispute.currency.lower(),
        "enhanced_eligibility_types": [],
        "evidence": {
            **dict.fromkeys((*TEXTS, *FILES)),
            **evidence,
            "enhanced_evidence": {},
        },
        "evidence_details": {
            "due_by": int(dispute.evidence_due),
            "enhanced_eligibility": {},
            "has_evidence": bool(evidence),
            "past_due": False,  # at the deadline the bank has its word, and takes no more
            "submission_count": 1 if dispute.submitted else 0,
            "submission_method": "manual" if dispute.submitted else "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": is_refundable(dispute),
        "livemode": False,
        "metadata": dispute.words.get("metadata") or {},
        "network_reason_code": code,
        "payment_intent": intent,
        "reason": dispute.reason,
        "status": status_of(dispute),
    }
    if is_card(payment.method):
        view["payment_method_details"] = _details(dispute, payment, code)
    return view


def _details(dispute: Dispute, payment: Payment, code: str | None) -> dict[str, Any]:
    card = {
        "brand": brand_of(payment.method),
        "case_type": "inquiry" if dispute.inquiry else "chargeback",
        "network": brand_of(payment.method),
        "network_reason_code": code,
    }
    return {"card": card, "type": "card"}


def _transactions(
    dispute: Dispute, payment: Payment, books: Books, now: float
) -> Iterator[dict[str, Any]]:
    """What it moved, as far as it had by that moment: the news of it is shown later as well."""
    for each in transactions_of(payment, books, now):
        if each.mover != dispute.id or each.created > now:
            continue
        if each.kind == "dispute_won" and dispute.status is not DisputeStatus.WON:
            continue
        yield transaction_view(each, now)
