"""Did the payers hear what happened, in time, and what to do next?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf
from typing import ClassVar, Final

from pydantic import Field

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.duties import Duty, duties
from simulator.checkers.evidence import Offence, finding, unknown
from simulator.failures.catalogue import BY_NAME
from simulator.journal.history import History
from simulator.journal.lives import Notice, OrderLife
from simulator.units import Duration

#: Nobody may be told to hide where they are, whatever a payment method demands.
_DISGUISE: Final = re.compile(
    r"\bVPN\b|\bprox(?:y|ies)\b|\bTor\b|翻墙|代理服务器|虚拟专用网", re.IGNORECASE
)
#: Words that put the blame on the payer.
_BLAME: Final = re.compile(
    r"\byour (?:own )?(?:fault|mistake)\b|\byou (?:made a mistake|did (?:it )?wrong)\b"
    r"|您的(?:过错|错误操作)|都怪您",
    re.IGNORECASE,
)


class PayerNotified(Checker):
    """Was each payer whose payment went wrong told so in time, why, and what to do next?

    The merchant tells its payers through `POST /v1/notifications`. False if one of these is not
    followed `within` this time by a notice that arrived and fits: a payment failed and the order
    was not paid soon after; an order failed without one; the result was pending for longer than
    `pending`; money was refunded; a refund came back. A notice fits if its `reason` is the
    catalogue's name of the failure (or its message the catalogue's text) and its `next_step` one of
    those that help with it. Where a dialect has one code for several failures, the name of each of
    them will do. A reason that must stay hidden (a stolen card, say) is told as none or as a
    general decline. A message that was not delivered counts for nothing. False, too, if a notice
    gives a hidden reason away, blames the payer, or advises to disguise the country. Time in which
    all channels are down does not count. Unknown if nobody had anything to hear.
    """

    name: ClassVar[str] = "payer_notified"

    within: Duration = Field(default=10.0, json_schema_extra={"default": "10s"})
    pending: Duration = Field(default=10.0, json_schema_extra={"default": "10s"})

    def judge(self, history: History) -> Finding:
        """Examine all that went wrong for a shopper, and all that was told."""
        count, offences = 0, []
        for order in history.orders.values():
            offences += list(_bad_words(order))
            for duty in self._owed(order, history):
                told = [notice for notice in order.notices if notice.at >= duty.early]
                if any(self._meets(notice, duty, history) for notice in told):
                    count += 1
                elif _awake(history, duty.since, history.judged) > self.within:
                    count += 1
                    offences.append(_offence(order, duty, told))
        if not count and not offences:
            return unknown("no payer had anything to hear")
        good = f"all {count} things that payers had to hear were told in time, with a next step"
        return finding(history, max(count, len(offences)), offences, good=good)

    def _owed(self, order: OrderLife, history: History) -> Iterator[Duty]:
        """What the payer had to hear, but for failures that were soon made good."""
        paid = min((payment.succeeded for payment in order.payments), default=inf)
        for duty in duties(order, self.pending, history.judged):
            soon_paid = paid <= duty.since + self.within and order.fulfilled
            relieved = soon_paid and not duty.what.startswith("refund")
            if duty.since < inf and not relieved:
                yield duty

    def _meets(self, notice: Notice, duty: Duty, history: History) -> bool:
        """Whether a notice arrived in time and says what it has to."""
        in_time = _awake(history, duty.since, notice.at) <= self.within
        return notice.delivered and in_time and duty.fits(notice)


def _offence(order: OrderLife, duty: Duty, told: list[Notice]) -> Offence:
    """What is wrong with how a duty was met."""
    arrived = [notice for notice in told if notice.delivered]
    fitting = [notice for notice in arrived if duty.fits(notice)]
    kind, why = _why(duty, told, arrived, fitting)
    return Offence(order, kind, f"{order.id}: {duty.what}, and its payer {why}")


def _why(
    duty: Duty, told: list[Notice], arrived: list[Notice], fitting: list[Notice]
) -> tuple[str, str]:
    """The kind of an offence, and what the payer was told instead."""
    if fitting:
        late = fitting[0].at - duty.since
        return "told too late", f"was told {late:.1f} s later"
    if not told:
        return "told nothing", "was told nothing"
    if not arrived:
        return "told in vain", f"got none of {len(told)} messages"
    last = arrived[-1]
    if not any(duty.names(notice) for notice in arrived):
        return "told another reason", f"was told {last.reason or 'no reason'}"
    return "told a step that does not help", f"was advised {last.next_step or 'nothing'}"


def _bad_words(order: OrderLife) -> Iterator[Offence]:
    """What no payer may ever be told."""
    for notice in order.notices:
        row = BY_NAME.get(notice.reason or "")
        if row is not None and row.confidential:
            what = f"{order.id}: its payer was told {row.name}, which must stay hidden"
            yield Offence(order, "hidden reasons given away", what)
        if _DISGUISE.search(notice.message):
            what = f"{order.id}: its payer was advised to disguise the country"
            yield Offence(order, "advised to disguise the country", what)
        if _BLAME.search(notice.message):
            yield Offence(order, "payers blamed", f"{order.id}: its payer was blamed")


def _awake(history: History, start: float, end: float) -> float:
    """Seconds between two moments in which at least one channel was up to take a notice."""
    spans = [history.outages.of(channel) for channel in history.channels]
    if not spans or end <= start:
        return max(0.0, end - start)
    deaf = [(start, end)]
    for downs in spans:
        both = ((max(a, c), min(b, d)) for a, b in deaf for c, d in downs)
        deaf = [(begin, over) for begin, over in both if begin < over]
    return end - start - sum(over - begin for begin, over in deaf)
