"""Keyed draws: the same key, the same fate."""

from __future__ import annotations

from fractions import Fraction
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import draws

QUANTILES = st.floats(min_value=0.0, max_value=1.0, exclude_min=True, exclude_max=True)


def test_known_values() -> None:
    """Draws are pinned: a seed in an old report must mean the same for ever."""
    assert draws.draw(20261111, "answers-lost", "1\x00authorize\x001") == 12877215297044065422
    assert draws.draw(1, "slow", "ord_1") == 1795383841440365159


@given(seed=st.integers(), name=st.text(), key=st.text())
def test_a_draw_is_a_64_bit_number(seed: int, name: str, key: str) -> None:
    """Every draw lies in range, and asking again gives the same."""
    value = draws.draw(seed, name, key)

    assert 0 <= value < 1 << 64
    assert draws.draw(seed, name, key) == value


def test_the_order_of_asking_does_not_matter() -> None:
    """Whoever asks first, each key has its own fate."""
    keys = [f"order-{n}" for n in range(500)]
    fates = {key: draws.draw(7, "rule", key) for key in keys}
    shuffled = sorted(keys, key=lambda key: draws.draw(3, "shuffle", key))

    assert shuffled != keys
    assert {key: draws.draw(7, "rule", key) for key in shuffled} == fates


def test_seed_rule_and_key_all_count() -> None:
    """Changing any one of the three changes the draw; parts do not run into each other."""
    asked = [
        (1, "a", "b"),
        (2, "a", "b"),
        (1, "b", "b"),
        (1, "a", "a"),
        (1, "ab", ""),
        (1, "", "ab"),
    ]

    assert len({draws.draw(*each) for each in asked}) == len(asked)


@pytest.mark.parametrize("share", ["0.005", "0.04", "0.5", "0.97"])
def test_a_share_is_met(share: str) -> None:
    """Of many keys the wanted share falls below the threshold, within four standard deviations."""
    wanted, count = Fraction(share), 20_000
    below = draws.threshold(wanted)
    hits = sum(draws.draw(42, "rule", str(n)) < below for n in range(count))
    deviation = float(count * wanted * (1 - wanted)) ** 0.5

    assert abs(hits - float(count * wanted)) < 4 * deviation


@given(value=st.integers(min_value=0, max_value=(1 << 64) - 1))
def test_none_and_all(value: int) -> None:
    """No draw falls below a share of nothing, each below the whole."""
    assert not value < draws.threshold(Fraction(0))
    assert value < draws.threshold(Fraction(1))


@pytest.mark.parametrize("share", [Fraction(-1, 100), Fraction(101, 100)])
def test_a_share_beyond_the_whole(share: Fraction) -> None:
    """There is no threshold for less than nothing or more than all."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        draws.threshold(share)


@given(seed=st.integers(), key=st.text())
def test_unit_is_open(seed: int, key: str) -> None:
    """A unit draw is never 0 and never 1, where logarithms end."""
    assert 0.0 < draws.unit(seed, "rule", key) < 1.0


@pytest.mark.parametrize("value", [0, (1 << 64) - 1])
def test_unit_is_open_at_the_ends(monkeypatch: pytest.MonkeyPatch, value: int) -> None:
    """The lowest and the highest draw stay inside too."""
    monkeypatch.setattr(draws, "draw", lambda *key: value)

    assert 0.0 < draws.unit(1, "rule", "key") < 1.0
    assert draws.lognormal(draws.unit(1, "rule", "key"), 0.2, 3.0) > 0.0
    assert draws.exponential(draws.unit(1, "rule", "key"), 1.0) >= 0.0


def test_unit_is_even() -> None:
    """The mean of many unit draws is a half."""
    assert fmean(draws.unit(5, "rule", str(n)) for n in range(20_000)) == pytest.approx(
        0.5, abs=0.01
    )


@pytest.mark.parametrize(("u", "value"), [(0.5, 0.2), (0.99, 3.0)])
def test_lognormal_meets_its_figures(u: float, value: float) -> None:
    """The median and the 99th percentile are the ones asked for."""
    assert draws.lognormal(u, 0.2, 3.0) == pytest.approx(value)


def test_lognormal_of_equal_figures_is_fixed() -> None:
    """With a tail as long as the median, there is one value only."""
    assert {draws.lognormal(u, 0.2, 0.2) for u in (0.01, 0.5, 0.999)} == {0.2}


def test_exponential_meets_its_mean() -> None:
    """Evenly spread quantiles average to the mean."""
    values = [draws.exponential((n + 0.5) / 10_000, 3.0) for n in range(10_000)]

    assert fmean(values) == pytest.approx(3.0, rel=0.01)


@given(u=QUANTILES, low=st.floats(0, 100), width=st.floats(0, 100))
def test_uniform_stays_inside(u: float, low: float, width: float) -> None:
    """An even draw lies between its ends."""
    assert low <= draws.uniform(u, low, low + width) <= low + width


@given(u=QUANTILES, v=QUANTILES)
def test_longer_quantiles_wait_longer(u: float, v: float) -> None:
    """Each distribution grows with its quantile."""
    low, high = sorted((u, v))

    assert draws.lognormal(low, 0.2, 3.0) <= draws.lognormal(high, 0.2, 3.0)
    assert draws.exponential(low, 1.0) <= draws.exponential(high, 1.0)
