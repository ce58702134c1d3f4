"""The tries of a payment that is retrying, each at its time or when the merchant has answered."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.gateway import charges, resends
from simulator.gateway.decision import Context, Decision
from simulator.gateway.model import Payment, Resends, Status


def try_again(payment: Payment, context: Context) -> Decision:
    """One more try: it takes the money, waits for the next, or ends the payment as failed."""
    return _try(payment, _of(payment), context)


def heard(payment: Payment, context: Context) -> Decision | None:
    """The merchant has acknowledged a `payment.retrying` event; None if nothing waited for that.

    The next try is made at once: the merchant's system works again.
    """
    if payment.status is not Status.RETRYING:
        return None
    known = _of(payment)
    if known.cause != "merchant" or known.heard:
        return None
    return _try(payment, replace(known, heard=True), context)


def _try(payment: Payment, before: Resends, context: Context) -> Decision:
    known = replace(before, tries=before.tries + 1)
    tried = replace(payment, resends=known)
    trouble = resends.trouble(tried, known, context)
    if trouble is None:
        return charges.take_now(tried, context)
    if resends.is_over(tried, known, context):
        # A fault that lets it last ends when the payer's time is over, whatever the trouble is.
        lasting = known.of >= resends.LASTING
        return resends.fail(tried, known.failure if lasting else trouble, context)
    return resends.wait(tried, known, context)


def _of(payment: Payment) -> Resends:
    """How it is sent again; one that was left retrying by other means has had its last try."""
    return payment.resends or Resends("network", 1, resends.EVERY_S)
