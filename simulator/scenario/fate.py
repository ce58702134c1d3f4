"""Fates: whether a rule strikes an exchange, and with what.

A fate is a pure function of the seed, the rule's name and a key made of facts, so it is the same in
whatever order exchanges arrive and however many processes serve them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import Final

from simulator.draws import draw, threshold, unit
from simulator.faults.actions import Action, Delay, Drip, Hang, Lose, Queue
from simulator.faults.fault import ANY, Fault, Per, Stage
from simulator.scenario.facts import Facts, Fired
from simulator.scenario.matchers import Difference, Matcher, attempt_of
from simulator.scenario.rules import Rule, Shot

_JOINT: Final = "\x1f"  # cannot stand in an order reference, so keys never run together

#: The places of a Plan, in order.
STAGES: Final = (Stage.BEFORE, Stage.DECIDE, Stage.AFTER, Stage.WIRE, Stage.BOOK)
_WAITS: Final = (Delay, Hang, Lose, Drip)
_WHOLE: Final = 1 << 64
_KIND: Final = frozenset({"channel", "operation"})


def _by_exchange(facts: Facts) -> str:
    what = facts.webhook or facts.operation
    return f"{facts.order}{_JOINT}{facts.channel}{_JOINT}{what}{_JOINT}{facts.exchange}"


def _by_attempt(facts: Facts) -> str:
    return f"{facts.order}{_JOINT}{facts.webhook or facts.operation}{_JOINT}{attempt_of(facts)}"


def _by_card(facts: Facts) -> str:
    return f"{facts.order}{_JOINT}{facts.card_token or facts.method or ''}"


def _by_order(facts: Facts) -> str:
    return facts.order


def _by_payer(facts: Facts) -> str:
    return facts.payer or facts.payer_email or facts.order


KEYS: Final[Mapping[Per, Callable[[Facts], str]]] = {
    Per.EXCHANGE: _by_exchange,
    Per.ATTEMPT: _by_attempt,
    Per.CARD: _by_card,
    Per.ORDER: _by_order,
    Per.PAYER: _by_payer,
}


class Strike:
    """One thing that a rule may do, ready to be done.

    `place` is its stage's place in a Plan, None for webhooks and whole channels; `waits` says that
    it takes time, `yields` that it does nothing else. Standing in line yields, but is no delay that
    a rule puts on top: it is what the gateway's load costs. `position` is that of its rule.
    """

    __slots__ = ("_fired", "_name", "_seed", "arm", "fault", "place", "position", "waits", "yields")

    def __init__(self, shot: Shot, name: str, position: int, seed: int) -> None:
        self.arm = shot.arm
        self.fault: Fault = shot.fault
        self.position = position
        self._name = name
        self._seed = seed
        action, drawn = _rehearsed(self.fault)
        stage = self.fault.stage
        self.place = STAGES.index(stage) if stage in STAGES else None
        self.waits = isinstance(action, _WAITS)
        self.yields = isinstance(action, Delay | Queue)
        self._fired = None if drawn else Fired(name, shot.arm, self.fault, action)

    def fired(self, key: str) -> Fired:
        """What to perform for this key; lengths of time are drawn here, if any are to be drawn."""
        if self._fired is not None:
            return self._fired
        action = self.fault.act(
            lambda purpose: unit(self._seed, self._name, f"{key}{_JOINT}{purpose}")
        )
        return Fired(self._name, self.arm, self.fault, action)


def _rehearsed(fault: Fault) -> tuple[Action, bool]:
    """What the fault does, and whether any of it is drawn."""
    purposes: list[str] = []

    def draw_in_the_middle(purpose: str) -> float:
        purposes.append(purpose)
        return 0.5

    return fault.act(draw_in_the_middle), bool(purposes)


class Fate:
    """A rule with the seed of its draws; `position` orders it among the rules that hold."""

    def __init__(self, rule: Rule, position: int, seed: int) -> None:
        self.rule = rule
        self.name = rule.name or ""
        self.seed = seed
        self.matcher = Matcher(rule.when)
        self.strikes = tuple(Strike(shot, self.name, position, seed) for shot in rule.arms)
        self._kind = Matcher(rule.when, only=_KIND)

    def aimed(self, channel: str, operation: str, *, proved: bool = False) -> Aim | None:
        """The rule for exchanges of this kind; None if none of its faults can strike them."""
        if not self._kind.matches(Facts(channel=channel, operation=operation)):
            return None
        able = [
            strike
            if _can(strike.fault, operation) and not (proved and strike.fault.proves)
            else None
            for strike in self.strikes
        ]
        return Aim(self, tuple(able)) if any(able) else None

    @property
    def whole_channel(self) -> bool:
        """Whether it takes channels down rather than strike single exchanges."""
        return any(strike.fault.stage is Stage.CHANNEL for strike in self.strikes)

    def can(self, operation: str) -> bool:
        """Whether any of its faults acts on exchanges of this operation."""
        return any(_can(strike.fault, operation) for strike in self.strikes)

    def differences(self, facts: Facts) -> list[Difference]:
        """Why the rule cannot strike these facts, chance apart; none: it can."""
        found = self.matcher.differences(facts)
        if not self.can(facts.operation) and "operation" not in {each.key for each in found}:
            able = {each for strike in self.strikes for each in strike.fault.acts_on}
            found.append(Difference("operation", " or ".join(sorted(able)), facts.operation))
        attempt, rule = attempt_of(facts), self.rule
        if rule.first is not None and attempt > rule.first:
            found.append(Difference("attempt", f"the first {rule.first}", str(attempt)))
        if rule.every is not None and attempt % rule.every:
            found.append(Difference("attempt", f"a multiple of {rule.every}", str(attempt)))
        return found

    def refuses(self, channel: str) -> Fired | None:
        """The fired rule, if it takes this whole channel down."""
        outage = next((each for each in self.strikes if each.fault.stage is Stage.CHANNEL), None)
        if outage is None or not self.matcher.matches(Facts(channel=channel, operation="")):
            return None
        return outage.fired(channel)


def _can(fault: Fault, operation: str) -> bool:
    """Whether a fault acts on single exchanges of this operation.

    Faults of the network act on every request, even of a kind that has no name in rules.
    """
    if fault.stage is Stage.CHANNEL:
        return False
    able = fault.acts_on
    return operation in able or (able == ANY and operation != "webhook")


class Aim:
    """A rule for one kind of exchange, whose channel and operation are known to match.

    Arms of a mix that cannot strike this kind keep their share: their part of the roll is a miss.
    """

    __slots__ = ("_bounds", "_every", "_first", "_key", "_name", "_seed", "_sure", "_tests")

    def __init__(self, fate: Fate, strikes: tuple[Strike | None, ...]) -> None:
        rule = fate.rule
        totals = accumulate(shot.share for shot in rule.arms)
        bounds = [threshold(total) for total in totals]
        self._bounds = tuple(zip(bounds, strikes, strict=True))
        self._sure = strikes[0] if bounds[0] == _WHOLE else None
        self._name, self._seed = fate.name, fate.seed
        self._tests = Matcher(rule.when, without=_KIND).tests
        self._key = KEYS[rule.keyed_by]
        self._first, self._every = rule.first, rule.every

    def meet(self, facts: Facts) -> tuple[Strike, str] | None:
        """What strikes these facts, with the key of its draws; None for nothing."""
        for getter, test in self._tests:
            if not test(getter(facts)):
                return None
        if self._first is not None and attempt_of(facts) > self._first:
            return None
        if self._every is not None and attempt_of(facts) % self._every:
            return None
        key = self._key(facts)
        if self._sure is not None:
            return self._sure, key
        roll = draw(self._seed, self._name, key)
        for bound, strike in self._bounds:
            if roll < bound:
                return None if strike is None else (strike, key)
        return None
