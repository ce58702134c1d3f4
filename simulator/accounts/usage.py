"""What one channel remembers of cards and payers: tries, failures, money, refusals, documents.

A fold over commits, so that a restart knows as much. Only what the profile's rules ask for is
counted, and nothing older than their longest window is kept: memory grows with the cards and payers
of that time, not with all that ever came.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from simulator.gateway import who
from simulator.gateway.gates.risk import culprit
from simulator.gateway.model import Payment, Status
from simulator.gateway.ports import UNUSED, Usage
from simulator.gateway.things import Document
from simulator.journal.entry import Commit
from simulator.profiles.profile import Profile
from simulator.profiles.times import Period
from simulator.stores.memory import MemoryStore

_DAY_S: Final = 86_400.0
_LONGEST: Final = {Period.DAY: 1, Period.MONTH: 31, Period.YEAR: 366, Period.PAYMENT: 0}
_NO_TRY: Final = frozenset({Status.CREATED, Status.CANCELED, Status.EXPIRED})
#: Payments that are about to take money: they count, so that many at once do not pass a limit.
_UNDER_WAY: Final = frozenset({Status.REQUIRES_ACTION, Status.PROCESSING, Status.RETRYING})
_MAY_LET_GO: Final = _UNDER_WAY | {Status.AUTHORIZED}
_UNTRIED: Final = frozenset({None, Status.CREATED})
#: How many cards and payers are forgotten at a time, so that no payment waits for all of them.
_SWEPT: Final = 4
#: How many moments of one card or payer may be kept beyond the window before they are dropped.
_SLACK: Final = 64


class _Trail:
    """What is remembered of one card or payer."""

    __slots__ = ("cleared", "days", "last", "moments", "refused")

    def __init__(self) -> None:
        self.last = 0.0
        self.moments: dict[str, list[float]] = {"tries": [], "failures": []}
        self.days: dict[int, _Day] = {}
        self.refused: dict[str, float] = {}  # by rule, the last time
        self.cleared = 0.0


class _Day:
    """What was paid on one day of the gateway."""

    __slots__ = ("paid", "spent")

    def __init__(self) -> None:
        self.paid = 0
        self.spent: dict[str, int] = {}  # minor units by currency


class _Open:
    """A payment whose money may still be given back: what counts, in which days."""

    __slots__ = ("day", "names", "weight")

    def __init__(self, weight: int, day: int, names: tuple[str, ...]) -> None:
        self.weight = weight
        self.day = day
        self.names = names


class Needs:
    """What the rules of a profile ask for, and for how many seconds that has to be kept.

    `any` says whether they ask for anything.
    """

    def __init__(self, profile: Profile) -> None:
        rules = profile.risk.rules if profile.risk else ()
        limits = [limit for limit in profile.limits if limit.over is not Period.PAYMENT]
        velocities = [rule.velocity for rule in rules if rule.velocity]
        self.offset = profile.utc_offset
        self.velocities = frozenset(each.by for each in velocities)
        self.limits = frozenset(limit.per for limit in limits)
        self.window = max((each.over for each in velocities), default=0.0)
        self.days = max((_LONGEST[limit.over] for limit in limits), default=0)
        self.rules = {rule.name: rule for rule in rules if rule.cool_down}
        self.any = bool(limits) or not (profile.risk is None or profile.risk.is_idle)
        cools = max((rule.cool_down for rule in rules), default=0.0)
        clears = profile.risk.cleared_for if profile.risk else 0.0
        self.horizon = max(self.window, self.days * _DAY_S, cools, clears)


class Memory:
    """Satisfies gateway.ports.Usage."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self._trails: OrderedDict[str, _Trail] = OrderedDict()  # the longest untouched first
        self._open: dict[str, _Open] = {}

    def __len__(self) -> int:
        return len(self._trails)

    def tries(self, who: str, since: float) -> int:
        """How many charges were tried after this moment."""
        return self._count("tries", who, since)

    def failures(self, who: str, since: float) -> int:
        """How many charges failed after this moment."""
        return self._count("failures", who, since)

    def latest(self, of: str, who: str, n: int) -> float | None:
        """When the `n`th latest of the `tries` or `failures` was, from 1; None if it is too old."""
        trail = self._trails.get(who)
        moments = trail.moments[of] if trail else []
        return moments[-n] if n <= len(moments) else None

    def spent(self, who: str, currency: str, since: float) -> int:
        """How much was taken or held since a midnight of the gateway, in minor units."""
        return sum(day.spent.get(currency, 0) for day in self._days(who, since))

    def paid(self, who: str, since: float) -> int:
        """How many payments took or held money since a midnight of the gateway."""
        return sum(day.paid for day in self._days(who, since))

    def turned_away(self, who: str, rule: str) -> float | None:
        """When this rule last refused somebody; None if it never did."""
        trail = self._trails.get(who)
        return trail.refused.get(rule) if trail else None

    def cleared_until(self, who: str) -> float:
        """Until when documents that were submitted speak for somebody; 0 if none were."""
        trail = self._trails.get(who)
        return trail.cleared if trail else 0.0

    def absorb(self, payment: Payment, before: Payment | None, now: float) -> None:
        """A payment changed at this wall time of the account; `before` is how it stood."""
        if payment is before:
            return
        was = before.status if before else None
        if was in _UNTRIED and payment.status not in _NO_TRY:
            self._moment("tries", payment, now)
        if payment.status is Status.FAILED and was is not Status.FAILED:
            self._moment("failures", payment, now)
            self._refusal(payment, now)
        if self._needs.limits:
            self._weigh(payment, before, now)

    def hear(self, document: Document) -> None:
        """A document was submitted."""
        for name in document.speaks_for:
            trail = self._trail(name, document.created)
            trail.cleared = max(trail.cleared, document.until)

    def _count(self, of: str, who: str, since: float) -> int:
        trail = self._trails.get(who)
        if trail is None:
            return 0
        moments = trail.moments[of]
        return len(moments) - bisect_right(moments, since)

    def _days(self, who: str, since: float) -> Iterator[_Day]:
        trail = self._trails.get(who)
        first = self._day(since)
        return (day for number, day in (trail.days if trail else {}).items() if number >= first)

    def _day(self, wall: float) -> int:
        return int((wall + self._needs.offset) // _DAY_S)

    def _moment(self, of: str, payment: Payment, now: float) -> None:
        for name in _names(payment, self._needs.velocities):
            moments = self._trail(name, now).moments[of]
            # The machine's clock may be set back a little; the list stays in order.
            insort(moments, now)
            if len(moments) > _SLACK and moments[_SLACK] <= now - self._needs.window:
                del moments[: bisect_right(moments, now - self._needs.window)]

    def _refusal(self, payment: Payment, now: float) -> None:
        rule = self._needs.rules.get(payment.rule or "")
        name = culprit(rule, payment) if rule else None
        if name is not None and payment.rule is not None:
            self._trail(name, now).refused[payment.rule] = now

    def _weigh(self, payment: Payment, before: Payment | None, now: float) -> None:
        """Count money that a payment takes, and give room back for what it lets go."""
        weight, known = _weight(payment), self._open.get(payment.id)
        if known is None:
            if not weight or (before is not None and _weight(before)):
                return
            known = _Open(0, self._day(now), tuple(_names(payment, self._needs.limits)))
        for name in known.names:
            days = self._trail(name, now).days
            if known.day not in days:
                self._forget(days, now)
                days[known.day] = _Day()
            day = days[known.day]
            spent = day.spent.get(payment.currency, 0)
            day.spent[payment.currency] = spent + weight - known.weight
            day.paid += bool(weight) - bool(known.weight)
        self._open.pop(payment.id, None)
        if payment.status in _MAY_LET_GO:
            known.weight = weight
            self._open[payment.id] = known
            self._let_go_of_old(now)

    def _let_go_of_old(self, now: float) -> None:
        """A hold that outlives every limit's period is no longer watched."""
        oldest = next(iter(self._open))
        if self._open[oldest].day < self._day(now) - self._needs.days:
            del self._open[oldest]

    def _forget(self, days: dict[int, _Day], now: float) -> None:
        first = self._day(now) - self._needs.days
        for number in [number for number in days if number < first]:
            del days[number]

    def _trail(self, name: str, now: float) -> _Trail:
        """What is remembered of somebody; whoever was not seen for too long is forgotten."""
        trail = self._trails.get(name)
        if trail is None:
            trail = self._trails[name] = _Trail()
        else:
            self._trails.move_to_end(name)
        trail.last = now
        self._sweep(now - self._needs.horizon)
        return trail

    def _sweep(self, oldest: float) -> None:
        """Forget a few who were not seen since: more than can be new, so that this keeps up."""
        for _ in range(_SWEPT):
            name, trail = next(iter(self._trails.items()))
            if trail.last >= oldest:
                return
            del self._trails[name]


def _names(payment: Payment, kinds: frozenset[str]) -> Iterator[str]:
    for kind in kinds:
        name = who.of(payment, kind)
        if name is not None:
            yield name


def _weight(payment: Payment) -> int:
    """The money of the payer that a payment has taken, holds, or is about to take."""
    if payment.status is Status.AUTHORIZED:
        return payment.amount_authorized
    if payment.status is Status.CAPTURED:
        return payment.amount_captured
    return payment.amount if payment.status in _UNDER_WAY else 0


class Memories:
    """The memories of all channels of one account.

    There are none, and nothing is counted, for as long as no rule of the profile asks for any
    (`any`) and nobody has submitted a document.
    """

    def __init__(self, profile: Profile) -> None:
        self._asked = (profile.risk, profile.limits, profile.utc_offset)
        self._needs = Needs(profile)
        self._channels: dict[str, Memory] = {}
        self.any = self._needs.any

    def suits(self, profile: Profile) -> bool:
        """Whether the rules of this profile ask for the same."""
        return self._asked == (profile.risk, profile.limits, profile.utc_offset)

    def of(self, channel: str) -> Usage:
        """What this channel remembers."""
        return self._memory(channel) if self.any else UNUSED

    def absorb(self, line: Commit, store: MemoryStore) -> None:
        """Take over a commit that the store has not applied yet."""
        if self.any:
            memory, state = self._memory(line.channel), store.channel(line.channel)
            for payment in line.payments:
                memory.absorb(payment, state.payment(payment.id), payment.updated)
        for thing in line.things:
            if isinstance(thing, Document):
                self.any = True
                self._memory(line.channel).hear(thing)

    def _memory(self, channel: str) -> Memory:
        memory = self._channels.get(channel)
        if memory is None:
            memory = self._channels[channel] = Memory(self._needs)
        return memory
