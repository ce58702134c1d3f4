"""What came after the payments, in figures: refunds, losses, what payers were told, differences."""

from __future__ import annotations

from collections import Counter
from math import inf

import msgspec

from simulator.journal.history import History
from simulator.money import Money


class Line(msgspec.Struct, frozen=True):
    """One line of the table: what it is, how often, and what there is to say of it."""

    what: str
    count: int
    detail: str = ""


def lines(history: History) -> list[Line]:
    """The table; what never happened is left out. Losses are told, and are nobody's guilt."""
    found = [*_refunds(history), *_losses(history), *_notices(history), *_differences(history)]
    return [line for line in found if line.count]


def _refunds(history: History) -> list[Line]:
    refunds = [refund for order in history.everything for refund in order.refunds]
    accepted = [refund for refund in refunds if refund.accepted < inf]
    came_back = [refund for refund in accepted if refund.failed < inf]
    waiting = [refund for refund in accepted if refund.changes[-1][1].value == "pending"]
    return [
        Line("refunds accepted", len(accepted)),
        Line("refunds that came back", len(came_back)),
        Line("refunds still on their way", len(waiting)),
    ]


def _losses(history: History) -> list[Line]:
    """Money that reversals and disputes took, and what came back of it."""
    lost: Counter[str] = Counter()
    struck = regained = 0
    for order in history.everything:
        for payment in order.payments:
            lost[payment.currency] += payment.lost(history.judged)
            struck += any(loss.amount > 0 for loss in payment.losses)
            regained += any(loss.amount < 0 for loss in payment.losses)
    sums = ", ".join(str(Money(amount, cur)) for cur, amount in sorted(lost.items()) if amount)
    return [
        Line("payments reversed or disputed", struck, f"lost so far: {sums}" if sums else ""),
        Line("disputes won", regained),
    ]


def _notices(history: History) -> list[Line]:
    told: Counter[str] = Counter()
    undelivered = 0
    for order in history.orders.values():
        for notice in order.notices:
            undelivered += not notice.delivered
            told[notice.reason or "no reason"] += notice.delivered
    reasons = ", ".join(f"{count} {reason}" for reason, count in told.most_common() if count)
    return [
        Line("notices to payers", sum(told.values()), reasons),
        Line("notices that did not arrive", undelivered),
    ]


def _differences(history: History) -> list[Line]:
    kinds = Counter(each.what for each in history.differences if each.status == "open")
    resolved = sum(1 for each in history.differences if each.status != "open")
    detail = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    if resolved:
        detail += f"{'; ' if detail else ''}{resolved} more cleared up"
    count = sum(kinds.values()) + resolved
    return [Line("differences that the shop found in the statement", count, detail)]
