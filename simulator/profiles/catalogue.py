"""All profiles, by name, and those that people write themselves, by file.

Reading them takes documents and their models with it, so the domain, which may not know of these,
imports `profile` itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from simulator.errors import UsageError, did_you_mean
from simulator.profiles import reading, shelf
from simulator.profiles.profile import Profile

#: How the file of a profile ends; anything else is a name.
SUFFIXES: Final = (".yaml", ".yml", ".json")


def names() -> tuple[str, ...]:
    """The profiles that ship with paydrill; `default` first."""
    return shelf.names()


@lru_cache(maxsize=1)
def types() -> tuple[str, ...]:
    """All method types that any profile can take."""
    return tuple(shelf.library())


@lru_cache(maxsize=1)
def card_types() -> frozenset[str]:
    """The method types that are paid with a card number or a card token."""
    return frozenset(name for name, row in shelf.library().items() if row.get("card"))


@lru_cache(maxsize=16)
def load(name: str) -> Profile:
    """The profile of this name; an unknown name raises UsageError and says what there is."""
    if name not in names():
        near = did_you_mean(name, names())
        raise UsageError(f"there is no profile '{name}'{near}; there is {', '.join(names())}")
    return reading.read(shelf.file(name))
