"""Was anything given away?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, money, unknown
from simulator.gateway.model import Status
from simulator.journal.history import History
from simulator.journal.lives import OrderLife, PaymentLife

#: Seconds in which the news of a reversal reaches a merchant that listens.
_NEWS: Final = 5.0
#: Why an authorization was canceled, if the merchant did not do it.
_TAKEN_BACK: Final = "reversed_after_approval"


class NoFreeOrder(Checker):
    """Was every fulfilled order paid for, and fulfilled once?

    False if a fulfilled order's net captured money and live authorization were below its amount
    when it was marked paid, or if it was fulfilled more than once. It was marked paid when its
    shopper was first told so; if no shopper ever was, at judge time. What is reversed or disputed
    later is a loss, not guilt, and so is what was reversed so shortly before that the news cannot
    have come; so a row that ends `refunded`, and whose shopper was never told
    paid, needs cover at any one moment only.
    """

    name: ClassVar[str] = "no_free_order"
    money: ClassVar[bool] = True
    always: ClassVar[bool] = True

    def judge(self, history: History) -> Finding:
        """Examine all orders."""
        problem = history.book_problem
        if problem:
            return unknown(f"what was fulfilled is not known: {problem}")
        orders = list(history.orders.values())
        served = sum(1 for order in orders if order.fulfilled)
        offences = [offence for order in orders for offence in _offences(order, history)]
        good = f"all {served} fulfilled orders of {len(orders)} were covered"
        return finding(history, len(orders), offences, good=good)


def _offences(order: OrderLife, history: History) -> Iterator[Offence]:
    if order.fulfilled > 1:
        what = f"{order.id} was fulfilled {order.fulfilled} times"
        yield Offence(order, "fulfilled more than once", what, order.fulfilled)
    if not order.fulfilled or order.amount is None or order.currency is None:
        return
    cover = _cover(order, order.currency, history.judged)
    if cover < order.amount:
        missing = order.amount - cover
        what = (
            f"{order.id} of {money(order.amount, order.currency)} was fulfilled with "
            f"{money(cover, order.currency)} when it was marked paid"
        )
        yield Offence(order, "fulfilled without cover", what, missing)


def _cover(order: OrderLife, currency: str, judged: float) -> int:
    """Net captured and live authorization when the order was marked paid."""
    told = order.told_paid
    if told is not None:
        return _standing(order, currency, told)
    if order.row and order.row.status == "refunded":
        moments = [at for payment in order.payments for at, _ in payment.states if at <= judged]
        return max((_standing(order, currency, at) for at in moments), default=0)
    return _standing(order, currency, judged)


def _standing(order: OrderLife, currency: str, at: float) -> int:
    """What covers the order then; what was lost before the news of it could come, covers it too."""
    lost = order.lost(at - _NEWS, currency)
    held = sum(_held(each, at) for each in order.payments if each.currency == currency)
    return order.net(at, currency) - lost + held


def _held(payment: PaymentLife, at: float) -> int:
    """A live authorization; one that its issuer took back lives on until the news has come."""
    if payment.status is not Status.CANCELED or payment.failure != _TAKEN_BACK:
        return payment.held(at)
    lately = (amount for moment, amount in payment.holds if at - _NEWS < moment <= at)
    return max(payment.held(at - _NEWS), *lately, 0)
