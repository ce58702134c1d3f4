"""What ships with paydrill: the library of ways to pay, and the profiles, as they are written."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from simulator import documents

_HERE: Final = Path(__file__).parent


@lru_cache(maxsize=1)
def library() -> Mapping[str, Mapping[str, Any]]:
    """All ways of paying that profiles pick from, by type."""
    return tomllib.loads(_HERE.joinpath("methods.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The profiles that ship with paydrill; `default` first."""
    found = sorted(file.stem for file in _HERE.glob("*.yaml"))
    return ("default", *(name for name in found if name != "default"))


def file(name: str) -> Path:
    """The file of a profile that ships with paydrill."""
    return _HERE / f"{name}.yaml"


@lru_cache(maxsize=16)
def shipped(name: str) -> Mapping[str, Any]:
    """A profile that ships with paydrill, as it is written."""
    return dict(documents.read(file(name)).value)
