"""Rules that can never fire: because of what they ask for themselves, or because of other rules.

A rule is in the shadow of another if that one strikes every exchange that it would strike, at every
moment at which it holds, and leaves its stage no room.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import inf
from typing import Final, NamedTuple

from simulator.cards import BRANDS
from simulator.documents import Mistake
from simulator.documents.document import Path
from simulator.faults.actions import Delay, Queue
from simulator.faults.fault import Fault, Stage
from simulator.scenario.rules import Rule, Shot
from simulator.scenario.when import OPERATIONS, Range, When, glob

_TOKEN: Final = re.compile(r"tok_([a-z]+)_(?:([A-Z]{2})_.+|.*\*.*)")
#: An attempt so late that nobody makes it.
_LATEST: Final = 1000
#: Of a question about methods only this much is known: where it is asked, and what it asks for.
_NAMELESS: Final = frozenset(
    {"channel", "operation", "attempt", "webhook", "payer.country", "currency", "amount", "product"}
)
_Words = tuple[str, ...] | tuple[Range, ...]


class Placed(NamedTuple):
    """A rule of a scenario: where it stands, in which phase (None: outside), how long that is."""

    path: Path
    phase: int | None
    phase_lasts: float
    rule: Rule

    @property
    def ends(self) -> float:
        """Seconds from the start of its phase, or of the scenario, until it holds no more."""
        lasts = inf if self.rule.lasts is None else self.rule.at + self.rule.lasts
        return min(lasts, inf if self.phase is None else self.phase_lasts)


def counts(when: When, first: int | None, every: int | None) -> Iterator[Mistake]:
    """Why no attempt can be one that the rule asks for."""
    if first is None and every is None:
        return
    wanted = when.attempt or (Range(1, None),)
    within = range(1, (first or _LATEST) + 1)
    if any(any(n in each for each in wanted) and n % (every or 1) == 0 for n in within):
        return
    if first is not None and every is not None and first < every:
        said = f"can never match: there is no multiple of {every} up to {first}, which 'first' is"
        yield Mistake(("every",), said)
    elif every is None:
        yield Mistake(("first",), f"can never match: 'attempt' leaves out the first {first}")
    else:
        yield Mistake(("every",), f"can never match: 'attempt' has no multiple of {every} in it")


def cards(when: When) -> Iterator[Mistake]:
    """Tokens that name another brand or country than the rule asks for beside them."""
    named = [_names(token) for token in when.card_token or ()]
    pairs: tuple[tuple[str, tuple[str, ...] | None, list[str | None]], ...] = (
        ("card.brand", when.card_brand, [brand for brand, _ in named]),
        ("card.country", when.card_country, [country for _, country in named]),
    )
    for key, wanted, names in pairs:
        known = [name for name in names if name is not None]
        if not wanted or not known or len(known) < len(names):
            continue
        if not any(glob(word).fullmatch(name) for word in wanted for name in known):
            said = f"can never match: 'card.token' names {' or '.join(dict.fromkeys(known))}"
            yield Mistake(("when", key), said)


def _names(token: str) -> tuple[str | None, str | None]:
    """The brand and the country that a token names, as far as its pattern leaves no choice."""
    match = _TOKEN.fullmatch(token)
    if match is None or match.group(1) not in BRANDS:
        return None, None
    return match.group(1), match.group(2)


def unknowable(when: When) -> Iterator[Mistake]:
    """Questions about methods are asked before there is a payment, so little of one is known."""
    if when.operation is None or set(when.operation) != {"methods"}:
        return
    for key in when.given():
        if key not in _NAMELESS:
            said = f"can never match: a request for methods is about no payment, so has no '{key}'"
            yield Mistake(("when", key), said, on_key=True)


def shadowed(rules: list[Placed]) -> Iterator[Mistake]:
    """Rules of which every fault is in the shadow of another rule, in file order."""
    for index, under in enumerate(rules):
        for path, shot in _shots(under):
            over = next(_over(rules, index, shot), None)
            if over is not None:
                said = f"can never match: '{over.rule.name or over.rule.arms[0].fault.name}'"
                yield Mistake((*under.path, *path), f"{said} strikes all of these before")


def _shots(placed: Placed) -> Iterator[tuple[Path, Shot]]:
    """Each fault of a rule, with the path of where it stands."""
    rule = placed.rule
    if rule.fault is not None:
        yield ("fault",), rule.arms[0]
        return
    for index, shot in enumerate(rule.arms):
        yield ("mix", index, "fault"), shot


def _over(rules: list[Placed], index: int, shot: Shot) -> Iterator[Placed]:
    """The rules before this one that leave this fault of it nothing."""
    under = rules[index]
    for over in rules[:index]:
        if not _is_sure(over.rule) or not _outlasts(over, under):
            continue
        faults = [each.fault for each in over.rule.arms]
        if all(_wins(each, shot.fault) for each in faults) and all(
            _takes_all(over.rule.when, each, under.rule.when, shot.fault) for each in faults
        ):
            yield over


def _is_sure(rule: Rule) -> bool:
    """Whether it strikes whatever it matches."""
    return rule.first is None and rule.every is None and sum(arm.share for arm in rule.arms) == 1


def _outlasts(over: Placed, under: Placed) -> bool:
    """Whether it holds at every moment at which the other does."""
    if over.phase is None and under.phase is not None:
        return over.rule.at == 0 and over.ends == inf
    same = over.phase == under.phase
    return same and over.rule.at <= under.rule.at and over.ends >= under.ends


def _wins(over: Fault, under: Fault) -> bool:
    """Whether the first of two faults that strike one exchange leaves the second no room."""
    if over.stage is not under.stage or over.stage is Stage.CHANNEL:
        return False
    if over.proves and not under.proves:
        return False  # the charge itself is asked about again when the payer has proved it
    return _delays(under) or not _delays(over)  # what only delays gives way


def _delays(fault: Fault) -> bool:
    return isinstance(fault.act(lambda _: 0.5), Delay | Queue)


def _takes_all(over: When, above: Fault, under: When, below: Fault) -> bool:
    """Whether everything that `under` matches, as far as its fault acts on it, `over` does."""
    wanted, given, reached = over.given(), under.given(), _reach(under, below)
    return set() < reached <= _reach(over, above) and all(
        key == "operation" or (key in given and _holds(words, given[key]))
        for key, words in wanted.items()
    )


def _reach(when: When, fault: Fault) -> set[str]:
    """The operations that a rule strikes with a fault."""
    asked = {
        each
        for each in (*OPERATIONS, "webhook")
        if when.operation is None or any(glob(word).fullmatch(each) for word in when.operation)
    }
    return asked & fault.acts_on


def _holds(over: _Words, under: _Words) -> bool:
    """Whether whatever matches one of `under` matches one of `over`."""
    return all(any(_within(big, small) for big in over) for small in under)


def _within(big: str | Range, small: str | Range) -> bool:
    if isinstance(big, Range) and isinstance(small, Range):
        low = (big.low or 0) <= (small.low or 0)
        return low and (inf if big.high is None else big.high) >= (
            inf if small.high is None else small.high
        )
    return bool(glob(str(big)).fullmatch(str(small)))  # a star is a letter like any other here


def same_question(items: Iterable[tuple[Path, str, dict[str, object]]]) -> Iterator[Mistake]:
    """Checkers that are named twice and ask the same of the same: which of the two limits holds?"""
    seen = list(items)
    for index, (path, name, about) in enumerate(seen):
        if any((other, scope) == (name, about) for _, other, scope in seen[:index]):
            said = f"'{name}' asks the same question a second time; leave one of the two out"
            yield Mistake((*path, name), said, on_key=True)
