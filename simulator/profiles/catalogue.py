"""All profiles, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.errors import UsageError, did_you_mean
from simulator.profiles.default import DEFAULT
from simulator.profiles.profile import Profile

PROFILES: Final[tuple[Profile, ...]] = (DEFAULT,)
BY_NAME: Final[Mapping[str, Profile]] = MappingProxyType({each.name: each for each in PROFILES})


def load(name: str) -> Profile:
    """The profile of this name; an unknown name raises UsageError and says what there is."""
    profile = BY_NAME.get(name)
    if profile is None:
        near = did_you_mean(name, BY_NAME)
        raise UsageError(f"there is no profile '{name}'{near}; there is {', '.join(BY_NAME)}")
    return profile
