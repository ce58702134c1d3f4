"""Was anybody charged too much?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, money
from simulator.checkers.excess import longest
from simulator.journal.history import History
from simulator.journal.lives import OrderLife
from simulator.units import Duration


class ExactlyOnce(Checker):
    """Does the net money of every order stay within its price?

    False if an order's net money (captured, less refunds accepted and not failed, over all
    channels) exceeds its amount at judge time, or did so for longer than `refund_within` after
    the merchant could know. It counts money, not payments: split tender and partial captures are
    fine. What a reversal or a dispute took back is not charged any more. Money in another currency
    than the order's is all too much.
    """

    name: ClassVar[str] = "exactly_once"
    money: ClassVar[bool] = True
    always: ClassVar[bool] = True

    refund_within: Duration = Field(default=15.0, json_schema_extra={"default": "15s"})

    def judge(self, history: History) -> Finding:
        """Examine every order whose price is known."""
        priced = [order for order in history.orders.values() if order.amount is not None]
        offences = [offence for order in priced for offence in self._offences(order, history)]
        good = f"no order of {len(priced)} was charged more than its amount"
        return finding(history, len(priced), offences, good=good)

    def _offences(self, order: OrderLife, history: History) -> Iterator[Offence]:
        for currency in order.currencies:
            due = (order.amount or 0) if currency == order.currency else 0
            over = order.kept(history.judged, currency) - due
            if over > 0:
                what = f"{order.id} ends {money(over, currency)} above {_price(order, currency)}"
                yield Offence(order, "charged too much at the end", what, over)
                continue
            excess = longest(history, order, currency, due)
            if excess.longer_than(self.refund_within):
                what = (
                    f"{order.id} stood {money(excess.amount, currency)} above "
                    f"{_price(order, currency)} for {excess.seconds:.1f} s"
                )
                yield Offence(order, "refunded too late", what, excess.seconds)


def _price(order: OrderLife, currency: str) -> str:
    if currency == order.currency:
        return f"its {money(order.amount or 0, currency)}"
    own = money(order.amount or 0, order.currency or "")
    return f"nothing: it was ordered for {own}"
