"""Receipts in the native dialect: GET /v1/payments/{id}/receipt."""

from __future__ import annotations

from typing import Literal

import msgspec

from simulator.dialects.native.views import stamp
from simulator.gateway.model import Payment, RefundStatus
from simulator.gateway.outcomes import ReceiptShown
from simulator.gateway.receipts import number


class ReceiptLine(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One movement of the payer's money: what was paid, or came back. Minor units."""

    type: Literal["payment", "refund", "reversal"]
    amount: int
    at: str
    status: str


class ReceiptView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a payer can show: number, masked card, amounts, times.

    `url` is the page that shows it to the payer, where the payment was made on a hosted page.
    `amount` was paid and `amount_returned` came back since, both minor units of `currency`.
    """

    number: str
    object: Literal["receipt"] = "receipt"
    payment: str
    order_id: str
    channel: str
    amount: int
    amount_returned: int
    currency: str
    method: str
    card: str | None
    product: str | None
    paid_at: str
    lines: list[ReceiptLine]
    url: str | None


def receipt_view(shown: ReceiptShown) -> ReceiptView:
    """The receipt as its holder sees it."""
    payment = shown.payment
    return ReceiptView(
        number=number(payment.id),
        payment=payment.id,
        order_id=payment.order,
        channel=payment.channel,
        amount=payment.amount_captured,
        amount_returned=payment.amount_refunded + payment.amount_reversed,
        currency=payment.currency,
        method=payment.method.type,
        card=_card(payment),
        product=payment.product,
        paid_at=stamp(payment.captured_at),
        lines=_lines(shown),
        url=shown.page,
    )


def _card(payment: Payment) -> str | None:
    method = payment.method
    return f"{method.brand or 'card'} ****{method.last4}" if method.last4 else None


def _lines(shown: ReceiptShown) -> list[ReceiptLine]:
    payment = shown.payment
    paid = ReceiptLine(
        type="payment",
        amount=payment.amount_captured,
        at=stamp(payment.captured_at),
        status=str(payment.shown),
    )
    refunds = [
        ReceiptLine(
            type="refund",
            amount=-refund.amount if refund.status is not RefundStatus.FAILED else 0,
            at=stamp(refund.created),
            status=str(refund.status),
        )
        for refund in shown.refunds
    ]
    if not payment.amount_reversed:
        return [paid, *refunds]
    back = ReceiptLine(
        type="reversal",
        amount=-payment.amount_reversed,
        at=stamp(payment.reversed_at),
        status="reversed",
    )
    return [paid, *refunds, back]
