"""Did enough charges go through?"""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from simulator.checkers.attempts import Effort, efforts, is_decline, reading
from simulator.checkers.cohort import Ratio, due
from simulator.checkers.evidence import Offence
from simulator.gateway.model import Status
from simulator.journal.history import History, Span
from simulator.journal.lives import OrderLife


class ApprovalRatio(Ratio):
    """Is the share of approvals among the charges that were answered at least this?

    A charge is one intention to charge: all requests under one idempotency key, or all
    confirmations of one payment; so a shopper who tries two cards makes two charges. It is
    answered as soon as the merchant could know how it ended: by its reply, a query or a genuine
    webhook. An approval was captured or authorized by then; a decline, for lack of funds or for
    another reason, is the gateway working and stands against the ratio here, not in
    `success_ratio`. Charges without an answer, and those that were canceled or ran out, are told
    and not counted. They count by the intended arrival of their shopper, and by the method and
    channel of their own. Fewer than 20 are unknown.
    """

    name: ClassVar[str] = "approval_ratio"
    timing: ClassVar[bool] = True
    good: ClassVar[frozenset[str]] = frozenset({"approved"})
    aside: ClassVar[frozenset[str]] = frozenset({"unanswered", "canceled"})
    what: ClassVar[str] = "answered charges"

    def results(self, history: History, span: Span) -> tuple[Counter[str], list[Offence]]:
        """How the charges of the phase, method and channel ended."""
        results: Counter[str] = Counter()
        offences = []
        for order in due(history, span):
            for effort in efforts(order):
                if self._counts(effort, order):
                    result = _result(effort, order, history.judged)
                    results[result] += 1
                    if result == "declined":
                        offences.append(_declined(effort, order))
        return results, offences

    def _counts(self, effort: Effort, order: OrderLife) -> bool:
        arrived = order.arrival.method if order.arrival else None
        method = effort.exchanges[0].method or arrived
        return self.method in (None, method) and self.channel in (None, effort.channel)


def _result(effort: Effort, order: OrderLife, judged: float) -> str:
    if effort.ended > judged:
        return "unanswered"
    payments = [payment for payment in order.payments if payment.id in effort.payments]
    if any(payment.succeeded <= effort.ended for payment in payments):
        return "approved"
    refused = any(payment.status is Status.FAILED for payment in payments)
    told = any(is_decline(each) and reading(each) == "done" for each in effort.exchanges)
    return "declined" if refused or told else "canceled"


def _declined(effort: Effort, order: OrderLife) -> Offence:
    reasons = (each.failure for each in effort.exchanges if each.failure)
    what = f"{order.id} on {effort.channel}: {next(reasons, 'declined')}"
    return Offence(order, "charges declined", what)
