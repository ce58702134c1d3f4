"""An early fraud warning as callers see it: the issuer told that a payment is likely fraud."""

from __future__ import annotations

from typing import Any, Final

from simulator.dialects.stripe.names import charge_of, warning_of
from simulator.gateway.model import Payment

OBJECT: Final = "radar.early_fraud_warning"
#: What issuers of test cards say of the fraud.
_FRAUD: Final = "misc"


def is_actionable(payment: Payment) -> bool:
    """Whether there is a warning, and the merchant can still avoid a dispute by a refund."""
    whole = payment.amount_refunded >= payment.amount_captured
    return payment.suspected_at > 0 and payment.dispute is None and not whole


def warning_view(payment: Payment) -> dict[str, Any]:
    """The warning about a payment that was suspected."""
    view: dict[str, Any] = {
        "id": warning_of(payment.id),
        "object": OBJECT,
        "actionable": is_actionable(payment),
        "charge": charge_of(payment.id),
        "created": int(payment.suspected_at),
        "fraud_type": _FRAUD,
        "livemode": False,
    }
    if payment.resource is not None and payment.resource.startswith("pi_"):
        view["payment_intent"] = payment.resource
    return view
