"""All failures, by name.

The rows stand in one TOML file for each category, so that those who write texts need no Python.
They are read once, when this module is imported; afterwards a lookup is one dict access.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from simulator.errors import UsageError, did_you_mean
from simulator.failures.failure import Category, Failure, Retry


def _read(category: Category) -> tuple[Failure, ...]:
    text = Path(__file__).with_name(f"{category}.toml").read_text(encoding="utf-8")
    return tuple(
        msgspec.convert({"name": name, "category": category, **row}, Failure)
        for name, row in tomllib.loads(text).items()
    )


FAILURES: Final[tuple[Failure, ...]] = tuple(row for each in Category for row in _read(each))
BY_NAME: Final[Mapping[str, Failure]] = MappingProxyType({row.name: row for row in FAILURES})

#: From the most careful way to treat a failure to the least.
_CAUTION: Final = (Retry.QUERY, Retry.HARD, Retry.CHANGE, Retry.SOFT)


def names() -> tuple[str, ...]:
    """The names of all failures, by category."""
    return tuple(BY_NAME)


def failure(name: str) -> Failure:
    """The failure of this name; an unknown name raises UsageError and says what was near."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise UsageError(f"there is no failure '{name}'{did_you_mean(name, BY_NAME)}") from None


def safest(candidates: Iterable[str]) -> Failure:
    """Of several failures that share a code, the one to treat it as when it is not known which.

    Query first, for money may have moved; then hard, for a retry may cost a fee; then change; then
    soft. An empty `candidates` raises ValueError.
    """
    return min(map(failure, candidates), key=lambda each: _CAUTION.index(each.retry))
