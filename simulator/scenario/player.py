"""The player: what a scenario has in store for each exchange, at each moment.

Pure: it holds no clock and no random state. `now` is seconds of the clock on which the scenario
plays; everything else is in the facts. Live faults come first, then rules in file order. At each
stage of an exchange the first rule that strikes wins, with one exception that keeps delays from
adding up: what only delays gives way to a fault of the same stage that does more, and an exchange
waits at most once, in the strongest of the faults that would make it wait.
"""

from __future__ import annotations

import re
from collections import deque
from math import inf
from typing import Final

import msgspec

from simulator.scenario.document import RESERVED, Scenario
from simulator.scenario.facts import CLEAN, Facts, Fired, Plan
from simulator.scenario.fate import STAGES, Aim, Fate, Strike
from simulator.scenario.matchers import Difference
from simulator.scenario.nearness import KEPT, Asked, Nearness, nearness
from simulator.scenario.rules import Rule
from simulator.scenario.timeline import Span, Timeline
from simulator.scenario.when import CHANNELS

SETTLE, END = RESERVED
_BEFORE_ALL: Final = -(1 << 40)  # the position of the first live fault: before every rule
_NUMBER: Final = re.compile(r"(\d+)(?:[-_].*)?")

_Meeting = tuple[Strike, str]


class Live(msgspec.Struct, frozen=True):
    """A fault put on by hand; `expires` is a moment of the player's clock, None for never."""

    id: str
    rule: Rule
    expires: float | None = None


class Near(msgspec.Struct, frozen=True):
    """How near a rule came to matching: `holds` tells whether it is its time."""

    rule: str
    holds: bool
    differences: tuple[Difference, ...]


class _Window(msgspec.Struct, frozen=True):
    """A rule of the scenario with the phase in which it holds; None: it is outside phases."""

    phase: str | None
    fate: Fate


class _Scene:
    """What holds from `since` until `until`: nothing changes in between."""

    __slots__ = ("aims", "fates", "refused", "since", "until")

    def __init__(self, since: float, until: float, fates: tuple[Fate, ...]) -> None:
        self.since = since
        self.until = until
        self.fates = fates
        self.aims: dict[tuple[str, str, bool], tuple[Aim, ...]] = {}
        self.refused = _refused(fates)

    def aim(self, channel: str, operation: str, *, proved: bool = False) -> tuple[Aim, ...]:
        """The rules that can strike this kind of exchange; found once, then looked up."""
        kind = (channel, operation, proved)
        found = self.aims.get(kind)
        if found is None:
            aims = (fate.aimed(channel, operation, proved=proved) for fate in self.fates)
            found = self.aims[kind] = tuple(aim for aim in aims if aim is not None)
        return found


def _refused(fates: tuple[Fate, ...]) -> dict[str, Fired]:
    """The channels that outages take down; the first rule that names a channel does it."""
    refused: dict[str, Fired] = {}
    for fate in fates:
        for channel in CHANNELS:
            fired = fate.refuses(channel)
            if fired is not None:
                refused.setdefault(channel, fired)
    return refused


class Player:
    """Plays one scenario for one account.

    Args:
        scenario: what to play.
        seed: the seed of all draws.
        run: the run id of a drill, or "" where a scenario is only served. In a drill no rule holds
            after the last phase; a served scenario keeps its rules outside phases.
        started: when the first phase begins.
    """

    def __init__(self, scenario: Scenario, *, seed: int, run: str = "", started: float) -> None:
        self.scenario = scenario
        self.seed = seed
        self.run = run
        self._prefix = f"{run}-" if run else ""
        self._started = started
        self._timeline = Timeline(scenario, started)
        self._forced: str | None = None
        self._armed = True
        self._live: dict[str, tuple[Live, Fate]] = {}
        self._added = _BEFORE_ALL
        self._windows = tuple(
            _Window(phase.name if phase else None, Fate(rule, position, seed))
            for position, (phase, rule) in enumerate(scenario.sections())
        )
        self._scene = _Scene(inf, -inf, ())
        self._asked: Asked = deque(maxlen=KEPT)

    def plan(self, facts: Facts, now: float) -> Plan:
        """What to do to this exchange: at most one fired rule for each stage."""
        scene = self._at(now)
        if not facts.proved:  # else it was asked about this very charge before
            self._asked.append((scene.fates, facts))
        aims = scene.aim(facts.channel, facts.operation, proved=facts.proved)
        if not aims:
            return CLEAN
        chosen: list[_Meeting | None] = [None] * len(STAGES)
        for aim in aims:
            meeting = aim.meet(facts)
            if meeting is not None:
                _take(chosen, meeting)
        return _plan(chosen)

    def webhook(self, facts: Facts, now: float) -> Fired | None:
        """What to do to this try of a webhook; `facts.operation` is `webhook`."""
        scene = self._at(now)
        self._asked.append((scene.fates, facts))
        for aim in scene.aim(facts.channel, "webhook"):
            meeting = aim.meet(facts)
            if meeting is not None:
                strike, key = meeting
                return strike.fired(key)
        return None

    def refused(self, now: float) -> dict[str, Fired]:
        """The channels that are down, each with the rule that took it down; not to be changed."""
        return self._at(now).refused

    def next_change(self, now: float) -> float | None:
        """The next moment at which a phase, a rule or a live fault begins or ends, if any does."""
        until = self._at(now).until
        return None if until == inf else until

    @property
    def started(self) -> float:
        """When the scenario began, or will begin; after a jump back, when it would have."""
        return self._started

    def phase_at(self, now: float) -> str:
        """The phase's name; `settle` after the last, "" before the first or without phases."""
        if self._forced is not None:
            return self._forced
        span = self._timeline.at(now)
        if span is not None:
            return span.name
        return SETTLE if self._timeline.over(now) else ""

    def spans(self) -> tuple[Span, ...]:
        """Every phase once, with its times; after a jump, as they will be from now on."""
        return self._timeline.spans()

    def jump(self, name: str, now: float) -> None:
        """Let a phase begin now, `settle` or `end` included, in which no rule holds at all.

        Raises:
            UsageError: the scenario has no such phase.
        """
        if name not in RESERVED:
            self.scenario.phase(name)
            self._timeline = Timeline(self.scenario, self._timeline.moved(name, now))
            self._started = min(self._started, now)
        self._forced = name if name in RESERVED else None
        self._forget()

    def disarm(self) -> None:
        """Heal: no rule of the scenario holds any more, for good. Live faults are not touched."""
        self._armed = False
        self._forget()

    @property
    def armed(self) -> bool:
        """Whether the scenario's rules may still hold."""
        return self._armed

    def add(self, live: Live) -> None:
        """Put a fault on by hand; one with the same id is replaced."""
        rule = live.rule if live.rule.name else live.rule.model_copy(update={"name": live.id})
        self._live[live.id] = (live, Fate(rule, self._added, self.seed))
        self._added += 1
        self._forget()

    def remove(self, id: str) -> bool:  # noqa: A002 - the word of the control API
        """Take a live fault off; whether there was one."""
        self._forget()
        return self._live.pop(id, None) is not None

    def clear(self) -> None:
        """Take all live faults off."""
        self._live.clear()
        self._forget()

    def live(self, now: float) -> tuple[Live, ...]:
        """The live faults that have not expired."""
        return tuple(live for live, _ in self._live.values() if _lives(live, now))

    def key_order(self, reference: str) -> str:
        """The order as fates know it: the reference without the prefix of the run.

        `<run>-17` is 17, and so is `<run>-17-2`, the shop's second try of it. A reference that the
        shop has wrapped in something of its own is left as it is.
        """
        if not self._prefix or not reference.startswith(self._prefix):
            return reference
        rest = reference[len(self._prefix) :]
        if rest.isdecimal():
            return rest
        number = _NUMBER.fullmatch(rest)
        return number.group(1) if number else rest

    def explain(self, facts: Facts, now: float) -> tuple[Near, ...]:
        """Every rule with what it misses in these facts, the nearest first."""
        holding = {fate.name for fate in self._at(now).fates}
        fates = [*(fate for _, fate in self._live.values()), *(each.fate for each in self._windows)]
        near = [
            Near(fate.name, fate.name in holding, tuple(fate.differences(facts))) for fate in fates
        ]
        return tuple(sorted(near, key=lambda each: (len(each.differences), not each.holds)))

    def nearness(self, now: float) -> tuple[Nearness, ...]:
        """How near every rule came to the last exchanges: live faults first, then file order."""
        holding = self._at(now).fates
        live = [fate for each, fate in self._live.values() if _lives(each, now)]
        fates = [*live, *(each.fate for each in self._windows)]
        return tuple(nearness(fate, self._asked, holds=fate in holding) for fate in fates)

    def _forget(self) -> None:
        self._scene = _Scene(inf, -inf, ())

    def _at(self, now: float) -> _Scene:
        """What holds now; worked out anew only when something has changed."""
        scene = self._scene
        if scene.since <= now < scene.until:
            return scene
        edges = sorted(self._edges(now))
        since = max((edge for edge in edges if edge <= now), default=-inf)
        until = min((edge for edge in edges if edge > now), default=inf)
        self._scene = scene = _Scene(since, until, tuple(self._holding(now)))
        return scene

    def _edges(self, now: float) -> list[float]:
        """Every moment around `now` at which something may change."""
        edges = [live.expires for live, _ in self._live.values() if live.expires is not None]
        if self._forced is None:
            edges += self._timeline.edges(now)
            edges += [edge for each in self._windows for edge in self._span(each, now) or ()]
        return [edge for edge in edges if edge < inf]

    def _holding(self, now: float) -> list[Fate]:
        """The fates that hold now: live faults first, then rules in file order."""
        fates = [fate for live, fate in self._live.values() if _lives(live, now)]
        if self._armed and self._forced is None:
            for window in self._windows:
                span = self._span(window, now)
                if span is not None and span[0] <= now < span[1]:
                    fates.append(window.fate)
        return fates

    def _span(self, window: _Window, now: float) -> tuple[float, float] | None:
        """From when until when a rule holds, as seen from now; None if it has no place near now."""
        rule = window.fate.rule
        begins, ends = self._started, inf
        if window.phase is not None:
            span = self._timeline.at(now)
            if span is None or span.name != window.phase:
                return None
            begins, ends = span.begins, span.ends
        elif self.run and self._timeline.spans():
            ends = self._timeline.spans()[-1].ends if not self.scenario.loop else inf
        start = begins + rule.at
        return start, min(ends, inf if rule.lasts is None else start + rule.lasts)


def _lives(live: Live, now: float) -> bool:
    return live.expires is None or now < live.expires


def _take(chosen: list[_Meeting | None], meeting: _Meeting) -> None:
    """Give the strike its stage, if that is free or held by what only delays."""
    strike = meeting[0]
    if strike.place is None:
        return
    held = chosen[strike.place]
    if held is None or (held[0].yields and not strike.yields):
        chosen[strike.place] = meeting


def _plan(chosen: list[_Meeting | None]) -> Plan:
    waiting = [each[0] for each in chosen if each is not None and each[0].waits]
    if len(waiting) > 1:
        longest = min(waiting, key=lambda strike: (strike.yields, strike.position))
        chosen = [
            each if each is None or not each[0].waits or each[0] is longest else None
            for each in chosen
        ]
    return Plan(*(None if each is None else each[0].fired(each[1]) for each in chosen))
