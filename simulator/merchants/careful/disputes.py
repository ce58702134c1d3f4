"""Disputes: the payer's bank has taken the money back, and asks the shop for its side.

Two things must not happen: that the deadline passes unanswered although the goods were delivered,
and that the money goes back a second time because somebody refunds a disputed payment as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.merchants.careful.records import Dispute, Order

#: Which state follows which; news of an earlier one is old news.
_RANKS: Final = {"opened": 1, "under_review": 2, "won": 3, "lost": 3}


def learn(order: Order, name: str, payment: str, channel: str, status: str) -> bool:
    """Book what was heard of a dispute; True if it was news."""
    known = order.disputes.get(name)
    if known is None:
        order.disputes[name] = Dispute(name, payment, channel, status)
        return True
    if _RANKS.get(status, 0) > _RANKS.get(known.status, 0):
        known.status = status
        return True
    return False


def to_answer(order: Order) -> Iterator[Dispute]:
    """The disputes that wait for the shop's word."""
    return (
        each for each in order.disputes.values() if each.status == "opened" and not each.answered
    )


def holds_back(order: Order, payment: str) -> bool:
    """Whether the payment must not be refunded: a dispute has, or may have, its money."""
    return any(each.payment == payment and each.status != "won" for each in order.disputes.values())


def evidence(order: Order) -> dict[str, str] | None:
    """What speaks for the shop; None if nothing does, for then the payer is right."""
    if not order.fulfilled:
        return None
    return {
        "product": order.product or "the order as placed",
        "receipt": f"order {order.id}, {order.amount} minor units of {order.currency}",
        "notes": "The order was paid and delivered once; there was no request to cancel it.",
    }
