"""The fault `slow`."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.faults.actions import Delay
from simulator.faults.catalogue import build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage


def _delay(value: object, u: float) -> float:
    action = build("slow", value).act(lambda purpose: u)
    assert isinstance(action, Delay)
    return action.seconds


@pytest.mark.parametrize(
    ("at", "stage"),
    [({}, Stage.BEFORE), ({"at": "before"}, Stage.BEFORE), ({"at": "after"}, Stage.AFTER)],
)
def test_what_it_declares(at: dict[str, str], stage: Stage) -> None:
    """It waits before or after the money moves; the operation happens once and is answered."""
    fault = build("slow", {"fixed": "1s", **at})

    assert (fault.stage, fault.effect, fault.seen) == (stage, Effect.ONCE, Seen.OK)
    assert (fault.keyed_by, fault.operations) == (Per.EXCHANGE, ANY)


def test_fixed_leaves_nothing_to_chance(undrawn: Draw) -> None:
    """A fixed wait is what it says, bare or by name."""
    assert build("slow", {"fixed": "1.5s"}).act(undrawn) == Delay(1.5)
    assert build("slow", "1.5s").act(undrawn) == Delay(1.5)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ({"uniform": {"from": "100ms", "to": "300ms"}}, 0.2),
        ({"lognormal": {"median": "200ms", "p99": "3s"}}, 0.2),
        ({"exponential": {"mean": "1s"}}, log(2)),
    ],
)
def test_the_middle_of_each_distribution(median: Draw, value: object, seconds: float) -> None:
    """The draw 0.5 gives the median."""
    action = build("slow", value).act(median)

    assert isinstance(action, Delay)
    assert action.seconds == pytest.approx(seconds)


def test_uniform_stays_between_its_ends() -> None:
    """From the shortest to the longest, in a straight line."""
    spread = {"uniform": {"from": "100ms", "to": "300ms"}}

    assert [_delay(spread, u) for u in (0.25, 0.75)] == pytest.approx([0.15, 0.25])
    assert _delay({"uniform": {"from": "1s", "to": "1s"}}, 0.9) == pytest.approx(1.0)


@pytest.mark.parametrize(("u", "means"), [(1 - exp(-1), 1.0), (0.99, log(100)), (0.5, log(2))])
def test_exponential_by_its_mean(u: float, means: float) -> None:
    """63 % of the waits are shorter than the mean, and one in a hundred is 4.6 times as long."""
    assert _delay({"exponential": {"mean": "2s"}}, u) == pytest.approx(2.0 * means)


def test_lognormal_by_its_tail() -> None:
    """One wait in a hundred is as long as `p99` or longer."""
    assert _delay({"lognormal": {"median": "200ms", "p99": "3s"}}, 0.99) == pytest.approx(3.0)


SPREADS = (
    {"lognormal": {"median": "200ms", "p99": "3s"}},
    {"uniform": {"from": "500ms", "to": "1500ms"}},
    {"exponential": {"mean": "1s"}},
)


@given(
    u=st.floats(min_value=0.0, max_value=1.0, exclude_min=True, exclude_max=True),
    spread=st.sampled_from(SPREADS),
)
def test_max_cuts_the_tail(u: float, spread: dict[str, object]) -> None:
    """No draw waits longer than `max`, and shorter ones are left alone."""
    assert _delay({**spread, "max": "1s"}, u) == min(_delay(spread, u), 1.0)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "give exactly one of fixed, uniform, lognormal, exponential"),
        ({"fixed": "1s", "exponential": {"mean": "1s"}}, "give exactly one of"),
        ({"fixed": "1"}, "not a duration"),
        ({"fixed": "1s", "at": "during"}, "'before' or 'after'"),
        ({"fixed": "1s", "max": "2s"}, "'max' cuts off draws; a fixed time has none"),
        ({"uniform": {"from": "1s", "to": "3s"}, "max": "1s"}, "'max' is shorter than the median"),
        ({"exponential": {"mean": "3s"}, "max": "2s"}, "'max' is shorter than the median"),
        ({"exponential": {"mean": "0s"}}, "greater than 0"),
        ({"uniform": {"from": "3s", "to": "1s"}}, "'to' is shorter than 'from'"),
        ({"uniform": {"from_": "1s", "to": "3s"}}, r"uniform.from\n  Field required"),
        ({"lognormal": {"median": "3s", "p99": "200ms"}}, "not longer than 'p99'"),
        ({"lognormal": {"median": "0s", "p99": "1s"}}, "'median' must be longer than 0"),
        ({"lognormal": {"median": "1s"}}, r"lognormal.p99\n  Field required"),
        ({"exponential": {"median": "1s"}}, r"exponential.mean\n  Field required"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("slow", value)
