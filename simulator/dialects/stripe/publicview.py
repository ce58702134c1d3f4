"""What a publishable key is shown of an intent: nothing but what a payer's browser needs.

Anybody may have such a key, and the client secret is in the payer's hands: what the merchant keeps
with the intent (metadata, the customer, its charges) is no business of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

_SHOWN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "payment_intent": frozenset(
            {
                "id", "object", "amount", "amount_details", "automatic_payment_methods",
                "canceled_at", "cancellation_reason", "capture_method", "client_secret",
                "confirmation_method", "created", "currency", "description", "last_payment_error",
                "livemode", "next_action", "payment_method",
                "payment_method_configuration_details", "payment_method_types", "processing",
                "receipt_email", "setup_future_usage", "shipping", "source", "status",
            }
        ),
        "setup_intent": frozenset(
            {
                "id", "object", "automatic_payment_methods", "cancellation_reason",
                "client_secret", "created", "description", "last_setup_error", "livemode",
                "next_action", "payment_method", "payment_method_configuration_details",
                "payment_method_types", "status", "usage",
            }
        ),
    }
)  # fmt: skip


def seen(shown: dict[str, Any]) -> dict[str, Any]:
    """An answer, or the error in one, as it is shown to a publishable key."""
    fields = _SHOWN.get(shown.get("object", ""))
    if fields is not None:
        return {name: each for name, each in shown.items() if name in fields}
    return {
        name: seen(each) if isinstance(each, dict) and name in ("error", *_SHOWN) else each
        for name, each in shown.items()
    }
