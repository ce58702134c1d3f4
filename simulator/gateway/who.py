"""Who a payment is counted for: its card, payer, device, network address, or method of paying."""

from __future__ import annotations

from simulator.gateway.model import Payment


def of(payment: Payment, by: str) -> str | None:
    """The name under which a payment counts `by` card, payer, device, address or method.

    None where that is not known: what nobody told cannot be counted. A method is that of one payer.
    """
    payer = payment.payer
    if by == "card":
        method = payment.method
        return None if method.brand is None else f"card:{method.token}"
    if payer is None:
        return None
    if by == "method":
        return payer.id and f"{payment.method.type}:{payer.id}"
    known = payer.id if by == "payer" else getattr(payer, by, None)
    return known and f"{by}:{known}"
