"""Durations, rates and shares as people write them: `200ms`, `40/s`, `4%`.

Each parser takes the text of one scalar and raises ValueError with what was meant.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Final

from pydantic import BeforeValidator, WithJsonSchema

_SECONDS: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
#: Ten years: longer than anybody waits, and short enough for every clock and calendar.
_LONGEST_S: Final = 3650 * 86400.0
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(us|ms|s|m|h|d)")
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(s|m|h)")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def duration(value: object) -> float:
    """Seconds from `200ms`, `1.5s`, `2m`, `1h`, or parts in a row: `1m30s`."""
    text = str(value).strip()
    parts = list(_DURATION.finditer(text))
    if not parts or "".join(part.group(0) for part in parts) != text:
        raise ValueError(f"'{value}' is not a duration; write a number and a unit: 200ms, 1.5s, 2m")
    seconds = sum(float(part.group(1)) * _SECONDS[part.group(2)] for part in parts)
    if seconds > _LONGEST_S:
        raise ValueError(f"'{text[:40]}' is longer than ten years; write 3650d at most")
    return seconds


def rate(value: object) -> float:
    """Events per second from `40/s`, `600/m`, `3600/h`."""
    match = _RATE.fullmatch(str(value).strip())
    if not match:
        raise ValueError(f"'{value}' is not a rate; write events per time: 40/s, 600/m")
    return float(match.group(1)) / _SECONDS[match.group(2)]


def share(value: object) -> Fraction:
    """An exact fraction from `4%` or `0.5%`; over 100 % is an error."""
    match = _SHARE.fullmatch(str(value).strip())
    if not match:
        raise ValueError(f"'{value}' is not a share; write a percentage: 4%, 0.5%")
    fraction = Fraction(match.group(1)) / 100
    if fraction > 1:
        raise ValueError(f"'{value}' is more than the whole; a share is at most 100%")
    return fraction


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


Duration = Annotated[
    float, BeforeValidator(duration), _schema(r"^(\d+(\.\d+)?\s*(us|ms|s|m|h|d))+$", "200ms")
]
Rate = Annotated[float, BeforeValidator(rate), _schema(r"^\d+(\.\d+)?\s*/\s*(s|m|h)$", "40/s")]
Share = Annotated[Fraction, BeforeValidator(share), _schema(r"^\d+(\.\d+)?\s*%$", "4%")]
