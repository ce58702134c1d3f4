"""The fault `drip`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.faults.actions import Drip
from simulator.faults.catalogue import build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """The operation is performed once, and the true answer comes in the end."""
    fault = build("drip", {"lasts": "5s"})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.WIRE, Effect.ONCE, Seen.OK)
    assert (fault.keyed_by, fault.acts_on) == (Per.EXCHANGE, ANY)


@pytest.mark.parametrize(
    ("value", "drip"),
    [
        ("5s", Drip(10, None, None, 5.0)),
        ({"chunks": 4, "lasts": "5s"}, Drip(4, None, None, 5.0)),
        ({"chunks": 4, "every": "1s"}, Drip(4, None, 1.0, 0.0)),
        ({"bytes": 16, "every": "100ms"}, Drip(10, 16, 0.1, 0.0)),
        ({"bytes": 16, "lasts": "2s"}, Drip(10, 16, None, 2.0)),
    ],
)
def test_what_it_performs(undrawn: Draw, value: object, drip: Drip) -> None:
    """Pieces by number or size, and time by piece or in all."""
    assert build("drip", value).act(undrawn) == drip


@pytest.mark.parametrize(
    ("drip", "length", "steps"),
    [
        (Drip(10, None, None, 5.0), 400, (40, 0.5)),
        (Drip(4, None, 0.2, 0.0), 401, (101, 0.2)),
        (Drip(10, 16, None, 2.0), 64, (16, 0.5)),
        (Drip(10, 16, 0.1, 0.0), 10, (16, 0.1)),
        (Drip(10, None, None, 5.0), 3, (1, 5 / 3)),
        (Drip(10, None, None, 5.0), 0, (1, 5.0)),
    ],
)
def test_how_a_body_is_cut(drip: Drip, length: int, steps: tuple[int, float]) -> None:
    """The size of a piece and the seconds before it."""
    size, gap = drip.steps(length)

    assert (size, gap) == (steps[0], pytest.approx(steps[1]))


@given(length=st.integers(1, 5_000), chunks=st.integers(2, 100), lasts=st.floats(0.1, 60.0))
def test_lasts_is_kept_whatever_the_body(length: int, chunks: int, lasts: float) -> None:
    """No more pieces than asked for, and their gaps add up to the whole time."""
    size, gap = Drip(chunks, None, None, lasts).steps(length)
    pieces = len(range(0, length, size))

    assert pieces <= chunks
    assert pieces * gap == pytest.approx(lasts)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "give exactly one of every, lasts"),
        ({"every": "1s", "lasts": "5s"}, "give exactly one of every, lasts"),
        ({"chunks": 3, "bytes": 3, "lasts": "5s"}, "'chunks' and 'bytes' exclude each other"),
        ({"chunks": 1, "lasts": "5s"}, "greater than or equal to 2"),
        ({"bytes": 0, "lasts": "5s"}, "greater than or equal to 1"),
        ({"every": "0s"}, "greater than 0"),
        ({"lasts": "5"}, "not a duration"),
        ({"lasts": "5s", "size": 3}, "size\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("drip", value)
