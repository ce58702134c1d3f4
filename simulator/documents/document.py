"""What a document is once read: plain values, places, and mistakes with a path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.errors import Problem

#: The way to a value from the top of its document: keys and list indices.
Path = tuple[str | int, ...]


class Place(NamedTuple):
    """Where something stands; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong at a path; `on_key` points at the key in place of its value."""

    path: Path
    message: str
    on_key: bool = False

    def below(self, path: Path) -> Mistake:
        """The same mistake, seen from `path` above it."""
        return Mistake((*path, *self.path), self.message, self.on_key)


class Mistakes(ValueError):
    """Mistakes within one value; a pydantic validator may raise it, `fit` puts them in place."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(mistake.message for mistake in self.mistakes))


@dataclass(frozen=True)
class Document:
    """A document as read. `value` is what could be read of it.

    `problems` are those of reading; `readable` is false if the text broke off before its end, so
    that nothing can be said about what the values mean.
    """

    file: str
    text: str
    value: Any
    keys: Mapping[Path, Place]
    values: Mapping[Path, Place]
    problems: tuple[Problem, ...]
    readable: bool

    def problem(self, mistake: Mistake) -> Problem:
        """The mistake at its place: that of its path, or of the nearest thing above it."""
        path = mistake.path
        while path and path not in self.keys and path not in self.values:
            path = path[:-1]
        first, second = (self.keys, self.values) if mistake.on_key else (self.values, self.keys)
        place = first.get(path) or second.get(path) or Place(1, 1)
        return Problem(self.file, place.line, place.column, mistake.message)

    def with_problems(self, found: Iterable[Mistake]) -> tuple[Problem, ...]:
        """The problems of reading and these mistakes, in file order, each once.

        A place that could not be read as data is not reported for its value as well.
        """
        spoilt = {(problem.line, problem.column) for problem in self.problems}
        more = (self.problem(mistake) for mistake in found)
        kept = [problem for problem in more if (problem.line, problem.column) not in spoilt]
        ordered = sorted((*self.problems, *kept), key=lambda each: (each.line, each.column))
        return tuple(dict.fromkeys(ordered))
