"""The locales in which Faker can invent a person."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from simulator.errors import did_you_mean

_LOCALE: Final = re.compile(r"[a-z]{2,3}_[A-Z]{2}")


@lru_cache(maxsize=1)
def locales() -> frozenset[str]:
    """All locales with a country, by the folders of Faker's data (`providers/person/zh_CN`).

    Faker itself is not imported: that takes longer than all the rest of reading a scenario.
    """
    spec = find_spec("faker")
    places = (spec.submodule_search_locations if spec else None) or ()
    found = (each.name for place in places for each in Path(place).glob("providers/*/*_*"))
    return frozenset(name for name in found if _LOCALE.fullmatch(name))


def locale(name: str) -> str:
    """`name`, if it is a locale that a shopper can have; ValueError with near names if not."""
    if name not in locales():
        near = did_you_mean(name, locales()) or "; write a language and a country: zh_CN, de_DE"
        raise ValueError(f"unknown locale '{name}'{near}")
    return name
