"""Matchers: a `when`, ready to be held against facts.

A matcher explains itself: its result is the list of differences, and no difference is a match. The
player asks the same tests in a faster way, which stops at the first difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, NamedTuple

from simulator.faults.fault import MONEY
from simulator.scenario.facts import Facts
from simulator.scenario.when import Range, When, glob

Getter = Callable[[Facts], Any]
Test = Callable[[Any], bool]

#: Operations whose attempts are counted; of any other, each exchange is an attempt.
_COUNTED: Final = MONEY | {"webhook"}


class Difference(NamedTuple):
    """One key in which facts are not what a rule asks for."""

    key: str
    wanted: str
    got: str | None

    def __str__(self) -> str:
        return f"{self.key} is {self.got or 'not known'}, wanted {self.wanted}"


class Matcher:
    """A compiled `when`.

    `tests` are pairs of a getter and a test of what it gets; all must hold. `only` and `without`
    split the keys, where some are tested once for many exchanges and the others for each.
    """

    def __init__(
        self,
        when: When,
        *,
        only: frozenset[str] | None = None,
        without: frozenset[str] = frozenset(),
    ) -> None:
        given = {
            key: wanted
            for key, wanted in when.given().items()
            if key not in without and (only is None or key in only)
        }
        self._wanted = tuple((key, _getter(key), _test(each), each) for key, each in given.items())
        self.tests: tuple[tuple[Getter, Test], ...] = tuple(
            (getter, test) for _, getter, test, _ in self._wanted
        )

    def differences(self, facts: Facts) -> list[Difference]:
        """Every key in which the facts differ from what is wanted; none is a match."""
        return [
            Difference(key, " or ".join(map(str, wanted)), _said(getter(facts)))
            for key, getter, test, wanted in self._wanted
            if not test(getter(facts))
        ]

    def matches(self, facts: Facts) -> bool:
        """Whether there is no difference; stops at the first."""
        for getter, test in self.tests:  # noqa: SIM110 - all() costs a generator a request
            if not test(getter(facts)):
                return False
        return True


def attempt_of(facts: Facts) -> int:
    """The attempt's number; where attempts are not counted, that of the exchange."""
    return facts.attempt if facts.operation in _COUNTED else facts.exchange


def _getter(key: str) -> Getter:
    return attempt_of if key == "attempt" else attrgetter(key.replace(".", "_"))


def _test(wanted: tuple[str, ...] | tuple[Range, ...]) -> Test:
    """A test of one value; a value that is not there (None) never matches."""
    ranges = [each for each in wanted if isinstance(each, Range)]
    if ranges:
        return ranges[0].__contains__ if len(ranges) == 1 else _any_range(tuple(ranges))
    words = frozenset(str(each) for each in wanted)
    if not any("*" in word for word in words):
        return words.__contains__
    return _pattern("|".join(glob(word).pattern for word in sorted(words)))


def _any_range(ranges: tuple[Range, ...]) -> Test:
    return lambda value: any(value in each for each in ranges)


def _pattern(pattern: str) -> Test:
    matches = re.compile(pattern, re.DOTALL).fullmatch
    return lambda value: value is not None and matches(value) is not None


def _said(value: object) -> str | None:
    return None if value is None else str(value)
