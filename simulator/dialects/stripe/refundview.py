"""A refund as callers see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.dialects.stripe import declines
from simulator.dialects.stripe.chargewords import words_of
from simulator.dialects.stripe.methodtypes import wire
from simulator.dialects.stripe.methodview import is_card
from simulator.dialects.stripe.names import charge_of, transaction_of
from simulator.gateway.model import Payment, Refund, RefundStatus
from simulator.gateway.things import Resource

OBJECT: Final = "refund"


def refund_view(refund: Refund, payment: Payment, made_for: Resource | None) -> dict[str, Any]:
    """A refund as callers see it; `made_for` is what its payment was made for."""
    view = {
        **_blank(refund.id, payment, made_for),
        "amount": refund.amount,
        "balance_transaction": transaction_of("refund", refund.id),
        "created": int(refund.created),
        "destination_details": _destination(payment, refund.status),
        "metadata": refund.words.get("metadata") or {},
        "reason": refund.words.get("reason"),
        "status": str(refund.status),
    }
    if refund.status is RefundStatus.PENDING:
        view["pending_reason"] = "processing"
    if refund.status is RefundStatus.FAILED:
        why = declines.of(refund.failure).refund_reason if refund.failure else "unknown"
        view["failure_reason"] = why
        view["failure_balance_transaction"] = transaction_of("refund_failure", refund.id)
    return view


def release_view(release: Resource, payment: Payment) -> dict[str, Any]:
    """The same of a hold that was released by one: no money had come, so none went."""
    return {
        **_blank(release.id, payment, None),
        "amount": payment.amount_authorized,
        "balance_transaction": None,
        "created": int(release.created),
        "destination_details": _destination(payment, RefundStatus.SUCCEEDED, "reversal"),
        "metadata": release.fields["metadata"],
        "reason": release.fields["reason"],
        "status": "succeeded",
    }


def _blank(name: str, payment: Payment, made_for: Resource | None) -> dict[str, Any]:
    words: Mapping[str, Any] = words_of(payment, made_for)
    is_intent = made_for is not None and made_for.kind == "payment_intent"
    method = words.get("payment_method")
    return {
        "id": name,
        "object": OBJECT,
        "charge": charge_of(payment.id),
        "currency": payment.currency.lower(),
        "customer": words.get("customer"),
        "customer_account": None,
        "payment_intent": payment.resource if is_intent else None,
        "payment_method": method if isinstance(method, str) and method.startswith("pm_") else None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "transfer_reversal": None,
    }


def _destination(payment: Payment, status: RefundStatus, how: str = "refund") -> dict[str, Any]:
    """Where it goes. Numbers by which banks find it are given out by none here."""
    if not is_card(payment.method):
        kind = wire(payment.method.type)
        return {"type": kind, kind: {}}
    pending = status is RefundStatus.PENDING
    card = {
        "reference_status": "pending" if pending else "unavailable",
        "reference_type": "acquirer_reference_number",
        "type": "pending" if pending else how,
    }
    return {"card": card, "type": "card"}
