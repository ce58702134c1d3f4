"""The list of profiles."""

from __future__ import annotations

import pytest

from simulator import profiles
from simulator.errors import UsageError
from simulator.profiles import catalogue


def test_load() -> None:
    """Each profile is found by its name."""
    assert [profiles.load(name).name for name in catalogue.names()] == list(catalogue.names())
    assert profiles.load("default") is profiles.load("default")


def test_an_unknown_profile_says_what_was_near() -> None:
    """A misspelt name is an error with the right one, and with what there is."""
    with pytest.raises(UsageError, match=r"no profile 'defualt' \(did you mean 'default'\?\)"):
        profiles.load("defualt")
    with pytest.raises(UsageError, match="no profile 'acme'; there is default"):
        profiles.load("acme")
