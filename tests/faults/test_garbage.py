"""The fault `garbage`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.actions import Garbage
from simulator.faults.catalogue import build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage


def _bytes(value: object, u: float) -> bytes:
    action = build("garbage", value).act(lambda purpose: u)
    assert isinstance(action, Garbage)
    return action.content


def test_what_it_declares() -> None:
    """The operation is performed once, and nothing that comes back can be read."""
    fault = build("garbage", {})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.WIRE, Effect.ONCE, Seen.INFO)
    assert (fault.keyed_by, fault.acts_on) == (Per.EXCHANGE, ANY)


@pytest.mark.parametrize(("value", "size"), [({}, 64), (7, 7), ({"bytes": 1000}, 1000)])
def test_what_it_performs(median: Draw, value: object, size: int) -> None:
    """So many bytes, none of them ASCII: no status line can stand in them."""
    action = build("garbage", value).act(median)

    assert isinstance(action, Garbage)
    assert len(action.content) == size
    assert min(action.content) >= 0x80


def test_the_bytes_are_drawn() -> None:
    """The same draw gives the same bytes, another one others."""
    assert _bytes({}, 0.25) == _bytes({}, 0.25)
    assert _bytes({}, 0.25) != _bytes({}, 0.75)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"bytes": 0}, "greater than or equal to 1"),
        ({"bytes": 70_000}, "less than or equal to 65536"),
        ("some", "valid integer"),
        ({"size": 3}, "size\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("garbage", value)
