"""All that pages say, in every language that they speak."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from simulator.errors import UsageError, did_you_mean
from simulator.hosted.visitor import LANGUAGES


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every text by its key, then by language; read once."""
    raw = files("simulator.hosted").joinpath("texts.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(raw))


class Texts:
    """The texts in one language; call it with a key."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            near = did_you_mean(language, LANGUAGES)
            raise UsageError(f"pages do not speak '{language}'{near}")
        self.language = language

    def __contains__(self, key: str) -> bool:
        return key in catalogue()

    def __call__(self, key: str, **values: str) -> str:
        """The text of this key, with its places filled in; an unknown key raises UsageError."""
        text = catalogue().get(key)
        if text is None:
            raise UsageError(f"pages have no text '{key}'{did_you_mean(key, catalogue())}")
        # Not str.format: what a merchant calls itself may have braces.
        spoken = text[self.language]
        for name, value in values.items():
            spoken = spoken.replace(f"{{{name}}}", value)
        return spoken
