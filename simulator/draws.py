"""Keyed draws: chance that depends on who asks, never on the order of asking.

`draw(seed, rule, key)` is a pure function, so a failing drill can be run again: the same order
meets the same fate on any number of workers. Values are 64-bit integers, compared with integer
thresholds, so that no rounding decides over money.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b
from math import exp, log
from statistics import NormalDist

_SPAN = 1 << 64
_NORMAL = NormalDist()
_Z99 = _NORMAL.inv_cdf(0.99)


def draw(seed: int, name: str, key: str) -> int:
    """An even draw from 0 to 2**64 - 1 for this seed, this rule name and this key."""
    text = f"{seed}\x00{name}\x00{key}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def threshold(share: Fraction) -> int:
    """The number below which a draw falls with probability `share` (0 to 1, else ValueError)."""
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, not {share}")
    return share.numerator * _SPAN // share.denominator


def unit(seed: int, name: str, key: str) -> float:
    """An even draw in the open interval (0, 1), for delays; never for decisions over money."""
    return ((draw(seed, name, key) >> 12) + 0.5) / (1 << 52)


def lognormal(u: float, median: float, p99: float) -> float:
    """The lognormal value at quantile `u`, from its median and 99th percentile (same unit).

    sigma = ln(p99 / median) / z(0.99), the parameters by which MockServer describes a delay.
    """
    sigma = log(p99 / median) / _Z99
    return median * exp(sigma * _NORMAL.inv_cdf(u))


def exponential(u: float, mean: float) -> float:
    """The exponential value at quantile `u` for a given mean."""
    return -mean * log(1.0 - u)


def uniform(u: float, low: float, high: float) -> float:
    """The even value at quantile `u` between `low` and `high`."""
    return low + (high - low) * u
