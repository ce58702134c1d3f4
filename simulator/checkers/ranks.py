"""Percentiles: exact, over all values, by nearest rank."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_RANK = re.compile(r"p(\d{1,2}(?:\.\d+)?)")


def rank(value: object) -> Fraction:
    """The fraction in `p50`, `p99`, `p99.9`; ValueError for any other text."""
    match = _RANK.fullmatch(str(value).strip())
    fraction = Fraction(match.group(1)) / 100 if match else Fraction(0)
    if not fraction:
        raise ValueError(f"'{value}' is not a percentile; write p50, p95, p99 or p99.9")
    return fraction


def name(fraction: Fraction) -> str:
    """`p99.9` of 999/1000."""
    return f"p{float(fraction * 100):g}"


def samples(fraction: Fraction) -> int:
    """How many values a percentile rests on at least: ten stand beyond it."""
    return ceil(10 / (1 - fraction))


def nearest(ordered: Sequence[float], fraction: Fraction) -> float:
    """The smallest of these ascending values that a fraction of them does not exceed."""
    return ordered[max(0, ceil(len(ordered) * fraction) - 1)]


Rank = Annotated[
    Fraction,
    BeforeValidator(rank),
    PlainSerializer(name),
    WithJsonSchema({"type": "string", "pattern": r"^p\d{1,2}(\.\d+)?$", "examples": ["p99"]}),
]
