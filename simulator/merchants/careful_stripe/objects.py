"""Stripe's objects, as far as this shop reads them, and what they are to it.

An intent is what the shop calls a payment, and each attempt has one of its own. Its charge is what
took the money. An intent has one charge that succeeded; where it has another, whatever the reason,
that one is a payment too, and one too many.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator.merchants.careful.channel import Kind, PaymentBody, RefundBody, Reply
from simulator.merchants.careful_stripe.codes import failure_of

#: Under what this shop notes in Stripe's metadata what is its own: the order, the account, of an
#: intent what is bought, and of a refund the payment.
ORDER: Final = "order_id"
CHANNEL: Final = "channel"
PRODUCT: Final = "product"
PAYMENT: Final = "payment"

#: What an intent is doing, in the words of the rest of the shop. One that waits to be confirmed, or
#: for a payment method, has not been tried; if it has and that failed, it says so elsewhere.
_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "requires_action": "requires_action",
        "processing": "processing",
        "requires_capture": "authorized",
        "canceled": "canceled",
        "succeeded": "captured",
    }
)
_REFUNDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pending": "pending",
        "requires_action": "pending",
        "succeeded": "succeeded",
        "failed": "failed",
        "canceled": "failed",
    }
)
_DISPUTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "needs_response": "opened",
        "under_review": "under_review",
        "won": "won",
        "lost": "lost",
    }
)


class Failure(msgspec.Struct):
    """Why the last try of an intent failed."""

    type: str | None = None
    code: str | None = None
    decline_code: str | None = None
    message: str | None = None


class Intent(msgspec.Struct):
    """A payment intent."""

    id: str
    status: str
    currency: str
    amount_received: int = 0
    latest_charge: str | None = None
    metadata: dict[str, str] = {}
    next_action: dict[str, Any] | None = None
    last_payment_error: Failure | None = None

    def body(self) -> PaymentBody | None:
        """The payment that it is; None as long as nobody has tried to take its money."""
        failed = self.last_payment_error
        state = _STATES.get(self.status)
        if state is None and failed is None:
            return None
        return PaymentBody(
            self.id,
            self.metadata.get(ORDER, ""),
            state or "failed",
            self.currency.upper(),
            amount_captured=self.amount_received if state == "captured" else 0,
            next_action=_page(self.next_action),
            failure=failure_of(failed.type, failed.code, failed.decline_code) if failed else None,
            charge=self.latest_charge,
        )

    def reply(self) -> Reply:
        """What an answer that holds it says."""
        body, failed = self.body(), self.last_payment_error
        said = failed.message if failed else None
        return Reply(Kind.TOLD, () if body is None else (body,), message=said)


class Charge(msgspec.Struct):
    """A charge, of an intent. One that failed although it was captured was taken back."""

    id: str
    status: str
    currency: str
    captured: bool = False
    amount_captured: int = 0
    disputed: bool = False
    payment_intent: str | None = None
    metadata: dict[str, str] = {}

    def body(self, name: str) -> PaymentBody:
        """The payment that it is, under this name."""
        state = {"pending": "processing", "failed": "failed"}.get(self.status, "authorized")
        return PaymentBody(
            name,
            self.metadata.get(ORDER, ""),
            "captured" if self.captured else state,
            self.currency.upper(),
            amount_captured=self.amount_captured,
            amount_reversed=self.amount_captured if self.status == "failed" else 0,
            charge=self.id,
        )


class Refund(msgspec.Struct):
    """A refund."""

    id: str
    amount: int
    status: str | None = None
    charge: str | None = None
    payment_intent: str | None = None
    metadata: dict[str, str] = {}

    @property
    def state(self) -> str:
        """How it stands: pending, succeeded or failed."""
        return _REFUNDS.get(self.status or "", "pending")

    @property
    def payment(self) -> str:
        """The payment, as far as the refund says."""
        return self.metadata.get(PAYMENT) or self.charge or self.payment_intent or ""

    def body(self) -> RefundBody:
        """The refund, for the rest of the shop."""
        return RefundBody(self.id, self.state, self.payment)


class Dispute(msgspec.Struct):
    """A dispute; one whose bank only asks (`warning_…`) has taken no money."""

    id: str
    status: str
    amount: int
    charge: str = ""
    payment_intent: str | None = None

    @property
    def state(self) -> str | None:
        """How it stands, None for a mere inquiry."""
        return _DISPUTES.get(self.status)

    @property
    def holds(self) -> int:
        """What the payer's bank has taken back for it, and keeps."""
        return self.amount if self.state in {"opened", "under_review", "lost"} else 0


class Charges(msgspec.Struct):
    """A page of charges."""

    data: list[Charge]


class Disputes(msgspec.Struct):
    """A page of disputes."""

    data: list[Dispute]


class Whose(msgspec.Struct):
    """Something of which only the charge is read, which was asked for whole."""

    charge: Charge | None = None


def _page(action: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Where the payer has to go: Stripe's next action with its address, where it has one."""
    if action is None:
        return None
    kind = str(action.get("type"))
    inside = action.get(kind) or {}
    url = inside.get("url") or inside.get("stripe_js")
    return None if url is None else {"type": kind, "url": url}
