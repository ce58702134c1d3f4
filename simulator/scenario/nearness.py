"""Why a rule does not fire: how often it was asked of late, how often it matched, what was near.

A player keeps the facts of its last exchanges, each with the rules that held then. Nothing is
counted while exchanges pass; whoever asks pays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from simulator.scenario.facts import Facts
from simulator.scenario.fate import Fate
from simulator.scenario.matchers import Difference

#: How many of the last exchanges are kept.
KEPT: Final = 500

#: The last exchanges and tries of webhooks, each with the rules that held.
Asked = deque[tuple[tuple[Fate, ...], Facts]]


class Nearness(msgspec.Struct, frozen=True, kw_only=True):
    """How near one rule came to matching.

    `holds` tells whether it is its time now. `asked` counts the exchanges, among the last ones,
    that came while the rule held: those that its faults can act on, if there are any; `matched`
    those of them that were as its `when` wants them, whatever chance said then. `differences` are
    those of the nearest one, which was for `order`, where nothing matched.
    """

    rule: str
    holds: bool
    asked: int = 0
    matched: int = 0
    differences: tuple[Difference, ...] = ()
    order: str | None = None
    whole_channel: bool = False

    def __str__(self) -> str:
        if self.whole_channel:
            return "takes a whole channel down while it holds; no exchange is asked about"
        if self.matched:
            return f"matched {self.matched} of {self.asked}"
        if self.differences:
            nearest = "; ".join(map(str, self.differences))
            return f"matched 0 of {self.asked}; nearest: {nearest}"
        return "nothing came while it held" if self.holds else "nothing came in its time"


def nearness(
    fate: Fate, asked: Iterable[tuple[tuple[Fate, ...], Facts]], *, holds: bool
) -> Nearness:
    """How near a rule came, judged by the last exchanges."""
    if fate.whole_channel:
        return Nearness(rule=fate.name, holds=holds, whole_channel=True)
    met = [facts for fates, facts in asked if fate in fates]
    met = [facts for facts in met if fate.can(facts.operation)] or met
    misses = list(_misses(fate, met))
    matched = len(met) - len(misses)
    if matched or not misses:
        return Nearness(rule=fate.name, holds=holds, asked=len(met), matched=matched)
    differences, facts = min(reversed(misses), key=lambda miss: len(miss[0]))
    return Nearness(
        rule=fate.name,
        holds=holds,
        asked=len(met),
        differences=tuple(differences),
        order=facts.order,
    )


def _misses(fate: Fate, met: list[Facts]) -> Iterator[tuple[list[Difference], Facts]]:
    for facts in met:
        differences = fate.differences(facts)
        if differences:
            yield differences, facts
