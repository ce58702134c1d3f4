"""The fault `hang`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.actions import Hang
from simulator.faults.catalogue import BY_NAME, build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage


def test_what_it_declares() -> None:
    """Nothing is decided, no money moves, and the caller cannot know."""
    fault = build("hang", {"for": "5s"})

    assert (fault.stage, fault.effect, fault.seen) == (Stage.BEFORE, Effect.NONE, Seen.INFO)
    assert (fault.keyed_by, fault.operations) == (Per.EXCHANGE, ANY)


def test_what_it_performs(undrawn: Draw) -> None:
    """It waits in silence as long as `for` says."""
    assert build("hang", {"for": "5s"}).act(undrawn) == Hang(5.0)


def test_scalar() -> None:
    """A bare duration is `for`."""
    assert build("hang", "1m30s") == build("hang", {"for": "90s"})


def test_schema_shows_the_word_of_the_scenario() -> None:
    """Editors offer `for`, the keyword that Python cannot use as a name."""
    assert list(BY_NAME["hang"].model_json_schema()["properties"]) == ["for"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "for\\n  Field required"),
        ("5", "not a duration"),
        ({"for": "5s", "after": "1s"}, "after\\n  Extra inputs"),
        ({"seconds": "5s"}, "seconds\\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("hang", value)
