"""Counts what is recorded, while it is recorded. On the path of every request: microseconds.

Nothing here knows Prometheus. Accounts and rules get a name of their own only up to a bound; the
rest is `other`, so that a gateway that serves a test suite does not drown its monitoring.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.faults.fault import CHARGES
from simulator.journal.entry import Delivery, Exchange, Outage

OTHER: Final = "other"
MOST_ACCOUNTS: Final = 50
MOST_RULES: Final = 200

#: Upper bounds in microseconds. Our own time is a fraction of a millisecond on a quiet machine;
#: what is injected, or what a merchant takes to answer, is of another order.
OWN_US: Final = (
    50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
)  # fmt: skip
LONG_US: Final = (
    5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
    10_000_000, 30_000_000, 60_000_000,
)  # fmt: skip


_CROWDED: Final = "saturation"
_VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {"processing": "review", "requires_action": "challenge"}
)


class Histogram:
    """Counts of values by bounds, and their sum; microseconds. The last count has no bound."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[int, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0

    def observe(self, value: int) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class Tally:
    """All that was recorded since the gateway began; satisfies accounts.recorder.Watch."""

    def __init__(self) -> None:
        #: By account, channel, operation, seen and status.
        self.exchanges: defaultdict[tuple[str, str, str, str, int | None], int] = defaultdict(int)
        #: By channel and operation.
        self.own: dict[tuple[str, str], Histogram] = {}
        self.waited: dict[tuple[str, str], Histogram] = {}
        #: By rule and fault.
        self.hits: defaultdict[tuple[str, str], int] = defaultdict(int)
        #: By type of event and result.
        self.deliveries: defaultdict[tuple[str, str], int] = defaultdict(int)
        #: By rule of a profile, and what it did: block, review, challenge.
        self.verdicts: defaultdict[tuple[str, str], int] = defaultdict(int)
        #: By channel and what became of who came: waited, refused.
        self.crowd: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.answered = Histogram(LONG_US)
        self._accounts: dict[str, str] = {}

    def exchange(self, line: Exchange) -> None:
        """An exchange ended."""
        account = self._accounts.get(line.account) or self._label(line.account)
        self.exchanges[account, line.channel, line.operation, line.seen, line.status] += 1
        kind = (line.channel, line.operation)
        own = self.own.get(kind)
        if own is None:
            own = self.own[kind] = Histogram(OWN_US)
        own.observe(line.own_us)
        if line.waited_us:
            if kind not in self.waited:
                self.waited[kind] = Histogram(LONG_US)
            self.waited[kind].observe(line.waited_us)
        for hit in line.hits:
            self._hit(hit.rule, hit.fault)
            if hit.fault == _CROWDED:
                result = "refused" if hit.effect == "none" else "waited"
                self.crowd[line.channel, result] += 1
        if line.rule is not None and line.operation in CHARGES and not line.replay:
            self.verdicts[self._rule(line.rule), _VERDICTS.get(line.told or "", "block")] += 1

    def delivery(self, line: Delivery) -> None:
        """A try of a webhook ended."""
        self.deliveries[line.type, _result(line)] += 1
        if line.status is not None:
            self.answered.observe(int(line.took * 1e6))
        for hit in line.hits:
            self._hit(hit.rule, hit.fault)

    def outage(self, line: Outage) -> None:
        """A channel went down, which is a hit once it is proved, or came up."""
        if line.state == "down" and line.proved:
            self._hit(line.rule, "outage")

    def _hit(self, rule: str, fault: str) -> None:
        key = (rule, fault)
        if key not in self.hits and len(self.hits) >= MOST_RULES:
            key = (OTHER, fault)
        self.hits[key] += 1

    def _rule(self, rule: str) -> str:
        known = any(name == rule for name, _ in self.verdicts)
        return rule if known or len(self.verdicts) < MOST_RULES else OTHER

    def _label(self, account: str) -> str:
        known = len(self._accounts) < MOST_ACCOUNTS
        if known:
            self._accounts[account] = account
        return account if known else OTHER


def _result(line: Delivery) -> str:
    """What became of a try: one word of a few."""
    if not line.genuine:
        return "forged"
    if not line.sent:
        return "dropped" if line.error is None else "no_connection"
    if line.acknowledged:
        return "acknowledged"
    return "no_answer" if line.status is None else "refused"
