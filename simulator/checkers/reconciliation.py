"""Does the shop see where the gateway's statement is wrong?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

import msgspec
from pydantic import Field

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, money, unknown
from simulator.journal.history import History
from simulator.journal.lives import OrderLife, PaymentLife
from simulator.units import Duration

#: What each misstatement may be called by who finds it. One that comes a day late is missing first.
_CALLED: Final = {
    "missing": frozenset({"missing"}),
    "late": frozenset({"missing", "late"}),
    "extra": frozenset({"extra"}),
    "wrong_amount": frozenset({"wrong_amount"}),
}
_IN_WORDS: Final = {
    "missing": "not at all",
    "late": "not yet",
    "extra": "twice",
    "wrong_amount": "with another amount",
}
#: The names of differences that only a misstatement explains.
_MISSTATED: Final = frozenset({"missing", "late", "extra", "wrong_amount"})
#: What the id of a charge that never was ends with (see gateway.statements).
_PHANTOM: Final = "e0"


class Wrong(msgspec.Struct, frozen=True):
    """A row of the statement that is not as it should be: which, why, and since when."""

    order: OrderLife
    payment: PaymentLife
    kind: str
    since: float

    @property
    def name(self) -> str:
        """The id under which it is found."""
        return self.payment.id + (_PHANTOM if self.kind == "extra" else "")


class Reconciliation(Checker):
    """Did the shop find every difference in the daily statement, invent none, and move no money?

    The drill asks the shop for its list (`GET /reconciliation`). False if a charge that the
    statement leaves out, shows late, with another amount, or a second time, is not on it `within`
    this time of the charge; if the list has an open difference that is none; or if a payment that
    was rightly made was given back though only the statement is wrong. A shop without such a list
    has found nothing. Unknown if the list cannot be read, or if no charge was taken at all.
    """

    name: ClassVar[str] = "reconciliation"

    within: Duration = Field(default=15.0, json_schema_extra={"default": "15s"})

    def judge(self, history: History) -> Finding:
        """Hold the list against what was booked wrongly."""
        told = history.reconciled
        if told is None or (told.problem is not None and not told.absent):
            why = told.problem if told else "nobody asked the shop for its list"
            return unknown(f"what the shop found is not known: {why}")
        wrong = list(_wrong(history))
        charges = sum(
            1 for order in history.everything for payment in order.payments if payment.captures
        )
        offences = [
            *self._missed(history, wrong),
            *_invented(history, wrong),
            *_given_back(history, wrong),
        ]
        listed = "the shop keeps no list" if told.absent else f"{told.differences} were listed"
        good = f"{len(wrong)} of {charges} charges are misstated, and {listed}"
        return finding(history, charges, offences, good=good)

    def _missed(self, history: History, wrong: list[Wrong]) -> Iterator[Offence]:
        listed = {(each.payment, each.what) for each in history.differences}
        for each in wrong:
            due = each.since + self.within <= history.judged
            if due and not any((each.name, called) in listed for called in _CALLED[each.kind]):
                amount = money(each.payment.captured(history.judged), each.payment.currency)
                what = (
                    f"{each.order.id}: the statement has the charge {each.payment.id} of {amount} "
                    f"{_IN_WORDS[each.kind]}, and the shop did not find it"
                )
                yield Offence(each.order, "differences missed", what, each.payment.amount)


def _wrong(history: History) -> Iterator[Wrong]:
    for order in history.everything:
        for payment in order.payments:
            if payment.booking is not None and payment.captures:
                since = payment.captures[0].at
                yield Wrong(order, payment, payment.booking.kind, since)


def _invented(history: History, wrong: list[Wrong]) -> Iterator[Offence]:
    """Differences on the list that the statement does not have."""
    real = {(each.name, called) for each in wrong for called in _CALLED[each.kind]}
    known = {payment.id for order in history.everything for payment in order.payments}
    for each in history.differences:
        invented = each.what in _MISSTATED and (each.payment, each.what) not in real
        nobody = each.what not in _MISSTATED and each.payment not in known
        if each.status == "open" and (invented or nobody):
            what = f"the shop lists {each.payment} as {each.what}, and the statement is right"
            yield Offence(history.orders.get(each.order or ""), "differences invented", what)


def _given_back(history: History, wrong: list[Wrong]) -> Iterator[Offence]:
    """Orders that were served and whose money went back, with a misstated row for a reason."""
    for each in wrong:
        order, currency = each.order, each.payment.currency
        back = each.payment.refunded(history.judged)
        short = (order.amount or 0) - order.net(history.judged, currency)
        if order.earned and back and short > 0 and not each.payment.losses:
            what = (
                f"{order.id} was served and {money(back, currency)} was given back; only the "
                "statement was wrong"
            )
            yield Offence(order, "refunded for an error of the statement", what, back)
