"""Does the shop change to another channel in time?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from math import inf
from typing import ClassVar, Final

import msgspec

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, unknown
from simulator.journal.entry import Exchange
from simulator.journal.history import History
from simulator.journal.lives import CHARGES, OrderLife
from simulator.units import Duration

#: The window over which a rule must hit more than half of a channel's attempts, in seconds.
_WINDOW: Final = 2.0
#: A window with fewer attempts shows nothing.
_ATTEMPTS: Final = 2


class Onset(msgspec.Struct, frozen=True):
    """When a rule had a channel down: `began` to hit, `proved` from then on, until `ended`."""

    channel: str
    began: float
    proved: float
    ended: float


class Failover(Checker):
    """Is an order that was first sent on another channel served in time?

    The clock runs from the moment when the named rule hit more than half of a channel's attempts
    over 2 s (for an outage that closed the channel: when it was proved down) until an order that
    was first sent on another channel succeeds: is captured or authorized. Unknown if the rule
    never got there, or was over before the time was up and nothing had moved by then.
    """

    name: ClassVar[str] = "failover"
    timing: ClassVar[bool] = True

    rule: str
    within: Duration

    def judge(self, history: History) -> Finding:
        """Find the onset of the rule, then the first success elsewhere."""
        onset = _by_outage(history, self.rule) or _by_hits(history, self.rule)
        if onset is None:
            return unknown(f"the rule '{self.rule}' never hit most attempts of a channel over 2 s")
        others = [order for order in history.everything if _first_sent_elsewhere(order, onset)]
        first = min(others, key=_succeeded, default=None)
        moved = _succeeded(first) if first else inf
        seconds = max(0.0, min(moved, history.judged) - onset.proved)
        if moved <= history.judged and seconds <= self.within + 1e-6:
            good = f"{onset.channel} was left {seconds:.2f} s after '{self.rule}' took it down"
            return finding(history, len(others), (), good=good)
        lasted = min(onset.ended, history.judged) - onset.proved
        if lasted <= self.within:
            return unknown(f"'{self.rule}' was over after {lasted:.2f} s, before the time was up")
        took = "never came" if moved > history.judged else f"took {seconds:.2f} s"
        what = (
            f"'{self.rule}' took {onset.channel} down, and the first success of an order first "
            f"sent elsewhere {took}; {self.within:g} s are allowed"
        )
        late = Offence(first, "failover too late", what, seconds)
        return finding(history, max(1, len(others)), (late,), good="")


def _by_outage(history: History, rule: str) -> Onset | None:
    """The first outage by this rule that was proved."""
    for line in history.outage_lines:
        if line.rule == rule and line.state == "down" and line.proved:
            spans = history.outages.of(line.channel)
            ended = next((end for start, end in spans if start <= line.mono < end), inf)
            return Onset(line.channel, line.mono, line.mono, ended)
    return None


def _by_hits(history: History, rule: str) -> Onset | None:
    """The first channel of whose attempts the rule hit more than half over a whole window."""
    attempts: dict[str, list[Exchange]] = {}
    for order in history.everything:
        for exchange in order.exchanges:
            if exchange.operation in CHARGES and not exchange.replay:
                attempts.setdefault(exchange.channel, []).append(exchange)
    onsets = [_onset(channel, each, rule, history) for channel, each in attempts.items()]
    return min((each for each in onsets if each), key=lambda each: each.proved, default=None)


def _onset(channel: str, attempts: Iterable[Exchange], rule: str, history: History) -> Onset | None:
    """The first window that opens with a hit and of whose attempts more than half are hits."""
    times = sorted((each.mono, any(hit.rule == rule for hit in each.hits)) for each in attempts)
    moments = [at for at, _ in times]
    for place, (began, hit) in enumerate(times):
        if not hit:
            continue
        window = times[place : bisect_right(moments, began + _WINDOW)]
        hits = sum(was_hit for _, was_hit in window)
        if len(window) >= _ATTEMPTS and 2 * hits > len(window):
            last = max(at for at, was_hit in times if was_hit)
            ended = _outage_over(channel, rule, began, history)
            return Onset(channel, began, began + _WINDOW, ended or _over(began, last, history))
    return None


def _outage_over(channel: str, rule: str, moment: float, history: History) -> float | None:
    """The end of the rule's outage of the channel; None if it had none at that moment.

    On a gateway that others use too, an outage is proved by the requests that it resets.
    """
    lines = history.outage_lines
    if not any(line.rule == rule and line.channel == channel for line in lines):
        return None
    spans = history.outages.of(channel)
    return next((end for start, end in spans if start <= moment < end), None)


def _over(moment: float, last: float, history: History) -> float:
    """When a rule ends whose `last` hit is known: a merchant that stops sending gets no more.

    At least as late as the phase in which it began.
    """
    ends = (span.end for span in history.phases if span.start <= moment < span.end)
    return max(last, *ends)


def _first_sent_elsewhere(order: OrderLife, onset: Onset) -> bool:
    """Whether the order's first charge came after the onset and went to another channel."""
    charges = order.charges
    return (
        bool(charges) and charges[0].received >= onset.began and charges[0].channel != onset.channel
    )


def _succeeded(order: OrderLife) -> float:
    return min((payment.succeeded for payment in order.payments), default=inf)
