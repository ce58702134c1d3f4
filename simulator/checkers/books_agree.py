"""Do the shop's books say what the ledger says?

The two are compared order by order, for totals that agree by accident prove nothing; when every
order agrees, so do the totals.

What a sound book looks like. A row that says paid or refunded claims its `amount` as paid; any
other row claims nothing. The gateway took `captured` for the order, and a live authorization may
stand for money that a paid order still waits for. What was taken beyond the claim was never owed
(a duplicate, or a late charge of an order that had failed): it must have been given back by whole
refunds that sum up to exactly that excess. Shops differ in whether such refunds stand in
`amount_refunded`: a row may count them or not, each as a whole. All other refunds are the order's
own, and `amount_refunded` must count them to the minor unit: none of a failed order, less than
its amount for a paid one, and for a refunded one its amount or as much as the row says. A
refunded row whose `amount_refunded` is left out means all of it.

Where the shop runs as several instances, an order that only some of them list, or that they list
differently, is in no book of the shop: whoever asks the other instance gets another answer.

A row in another currency than the shopper ordered in says nothing about that order's price.

The book has no column for the channel. Where a row names its `payment_ids`, its money must stand
on the channels of those payments; else the comparison is per currency only.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import ClassVar, Final

from pydantic import Field

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, money, unknown
from simulator.checkers.excess import in_time
from simulator.journal.entry import Order
from simulator.journal.history import History
from simulator.journal.lives import OrderLife
from simulator.units import Duration

#: Up to so many refunds of one order, every choice of them is tried; each doubles their number.
_SUBSETS_OF: Final = 12


class BooksAgree(Checker):
    """Do the paid and refunded amounts of the order book agree with the gateway's ledger?

    False if they differ by a minor unit for any order, currency, or (where the book names
    `payment_ids`) channel. A refund of a duplicate or late charge may stand in `amount_refunded`
    or not. False, too, if the shop's instances do not list the same. Unknown if the shop has no
    order book, if they differ and the shop was at work at every reading of it, or if they differ
    only by money that could still be given back in time, `refund_within` after the merchant could
    know.
    """

    name: ClassVar[str] = "books_agree"
    money: ClassVar[bool] = True
    always: ClassVar[bool] = True

    refund_within: Duration = Field(default=15.0, json_schema_extra={"default": "15s"})

    def judge(self, history: History) -> Finding:
        """Compare every order, and every payment that belongs to none."""
        problem = history.book_problem
        if problem:
            return unknown(f"there is nothing to compare with the ledger: {problem}")
        everything = list(history.accountable)
        offences = [
            each for order in everything for each in _offences(order, history, self.refund_within)
        ]
        if offences and history.book and history.book.moving:
            return unknown(f"the shop was at work while its book was read: {offences[0].what}")
        good = f"book and ledger agree on {len(everything)} orders: {_totals(history)}"
        return finding(history, len(everything), offences, good=good)


def _offences(order: OrderLife, history: History, within: float) -> Iterator[Offence]:
    judged = history.judged
    row = order.row
    if any(each.apart for each in order.rows):
        what = f"{order.id} is not listed by all instances of the shop, or not in the same way"
        yield Offence(order, "listed differently by the shop's instances", what, 0)
    for each in order.rows:
        if each.currency != order.currency:
            price = money(order.amount or 0, order.currency or "")
            booked = money(each.amount, each.currency)
            what = f"{order.id} was ordered for {price}, and the book has {booked}"
            yield Offence(order, "booked in another currency than ordered", what, each.amount)
            return
    own = (row.currency,) if row else ()
    for currency in dict.fromkeys((*own, *(payment.currency for payment in order.payments))):
        claim = row if row and row.currency == currency else None
        if not _agree(claim, order, currency, judged):
            net = order.net(judged, currency)
            what = (
                f"{order.id}: the book says {_claimed(claim)}, the ledger "
                f"{money(order.captured(judged, currency), currency)} captured and "
                f"{money(order.refunded(judged, currency), currency)} refunded"
            )
            gap = abs(net - _paid(claim) + (claim.amount_refunded if claim else 0))
            early = _may_go_back(order, currency, judged, net - _paid(claim)) and in_time(
                history, order, currency, _paid(claim), within
            )
            yield Offence(order, "not as in the ledger", what, gap, in_time=early)
            return
    if row and row.payment_ids and row.status == "paid" and _all_named(order):
        yield from _on_other_channels(order, row, judged)


def _agree(row: Order | None, order: OrderLife, currency: str, judged: float) -> bool:
    refunds = [
        refund.amount
        for refund in order.refunds
        if refund.currency == currency and refund.counts(judged)
    ]
    paid = _paid(row)
    captured = order.captured(judged, currency)
    if captured < paid:
        captured += min(order.held(judged, currency), paid - captured)
    excess, sums = captured - paid, _subset_sums(refunds)
    if excess not in sums:
        return False
    own = sum(refunds) - excess
    if row is None:
        return own == 0
    return _own_refunds_fit(row, own, excess, sums)


def _may_go_back(order: OrderLife, currency: str, judged: float, excess: int) -> bool:
    """Whether whole payments make up the excess: nobody gives a minor unit back that is missing."""
    nets = [each.net(judged) for each in order.payments if each.currency == currency]
    return excess in _subset_sums(nets)


def _own_refunds_fit(row: Order, own: int, excess: int, sums: frozenset[int]) -> bool:
    """Whether `amount_refunded` counts the order's own refunds, and any of those of the excess."""
    counted = row.amount_refunded
    if row.status == "refunded":
        counted = counted or row.amount
        if own != min(counted, row.amount):
            return False
    elif row.status == "paid" and own and own >= row.amount:
        return False
    beyond = counted - own
    return 0 <= beyond <= excess and beyond in sums


def _subset_sums(amounts: list[int]) -> frozenset[int]:
    """All sums of some of the amounts, 0 among them; of too many, those of the first so many."""
    if len(amounts) > _SUBSETS_OF:
        return frozenset(accumulate(amounts, initial=0))
    sums = {0}
    for amount in amounts:
        sums |= {each + amount for each in sums}
    return frozenset(sums)


def _paid(row: Order | None) -> int:
    return row.amount if row and row.status in ("paid", "refunded") else 0


def _claimed(row: Order | None) -> str:
    if row is None:
        return "nothing"
    back = money(row.amount_refunded, row.currency)
    return f"{row.status}, {money(_paid(row), row.currency)} paid and {back} refunded"


def _all_named(order: OrderLife) -> bool:
    return all(row.payment_ids is not None for row in order.rows)


def _on_other_channels(order: OrderLife, row: Order, judged: float) -> Iterator[Offence]:
    """Money of a paid order on channels that the payments its row names are not on."""
    named = {each.channel for each in order.payments if each.id in (row.payment_ids or ())}
    if not named:
        return
    for channel in sorted({payment.channel for payment in order.payments} - named):
        net = sum(each.net(judged) for each in order.payments if each.channel == channel)
        if net > 0:
            amount = money(net, row.currency)
            what = f"{order.id}: the book names no payment on {channel}, which holds {amount}"
            yield Offence(order, "booked on another channel", what, net)


def _totals(history: History) -> str:
    """Captured and refunded of the ledger, per channel and currency."""
    totals: dict[tuple[str, str], list[int]] = {}
    for order in history.everything:
        for payment in order.payments:
            both = totals.setdefault((payment.channel, payment.currency), [0, 0])
            both[0] += payment.captured(history.judged)
            both[1] += payment.refunded(history.judged)
    return "; ".join(
        f"{channel} {money(captured, currency)} captured, {money(refunded, currency)} refunded"
        for (channel, currency), (captured, refunded) in sorted(totals.items())
    )
