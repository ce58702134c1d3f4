"""The receipt of a payment: what the payer can show to whoever asks."""

from __future__ import annotations

from simulator.gateway.commands import ShowReceipt
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.model import Status
from simulator.gateway.outcomes import Reason, ReceiptShown


def show(command: ShowReceipt, context: Context) -> Decision:
    """The receipt of a payment that took money, with what was given back since."""
    payment = context.snapshot.payment(command.payment)
    if payment is None:
        return refused(Reason.NOT_FOUND, f"no payment {command.payment} on this channel")
    if payment.shown is not Status.CAPTURED:
        return refused(
            Reason.STATE_FORBIDS,
            f"there is no receipt of a payment that is {payment.shown}: it took no money",
            payment,
        )
    page = f"{context.pages}/{payment.checkout}/receipt" if payment.checkout else None
    return Decision(ReceiptShown(payment, context.snapshot.refunds_of(payment.id), page))


def number(payment: str) -> str:
    """The number of a payment's receipt; the same whenever it is asked for."""
    return f"R-{payment.removeprefix('pay_').upper()}"
