"""Percentiles are exact, and rest on enough values."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.checkers import ranks

VALUES = st.lists(st.one_of(st.floats(0, 1e6), st.just(inf)), min_size=1, max_size=300)
RANKS = st.integers(1, 999).map(lambda thousandths: Fraction(thousandths, 1000))


@pytest.mark.parametrize(
    ("text", "fraction", "samples"),
    [
        ("p50", Fraction(1, 2), 20),
        ("p95", Fraction(19, 20), 200),
        ("p99", Fraction(99, 100), 1000),
        ("p99.9", Fraction(999, 1000), 10_000),
    ],
)
def test_a_percentile_is_read_and_written(text: str, fraction: Fraction, samples: int) -> None:
    """Ten values must stand beyond it."""
    assert ranks.rank(text) == fraction
    assert ranks.name(fraction) == text
    assert ranks.samples(fraction) == samples


@pytest.mark.parametrize("text", ["99", "p", "p0", "p100", "p-5", "P99", "99%"])
def test_what_is_no_percentile_is_refused(text: str) -> None:
    """With what was meant."""
    with pytest.raises(ValueError, match="is not a percentile; write p50, p95"):
        ranks.rank(text)


@given(VALUES, RANKS)
def test_the_nearest_rank(values: list[float], fraction: Fraction) -> None:
    """It is one of the values; at least the fraction do not exceed it, and fewer stay below it."""
    ordered = sorted(values)
    found = ranks.nearest(ordered, fraction)
    assert sum(value <= found for value in ordered) >= fraction * len(ordered)
    assert sum(value < found for value in ordered) < fraction * len(ordered)


def test_no_rounding_moves_the_rank() -> None:
    """The 999th of a thousand, although 0.999 is no exact float."""
    assert ranks.nearest([float(n) for n in range(1, 1001)], ranks.rank("p99.9")) == 999.0
