"""The fault `review`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.catalogue import build
from simulator.faults.fault import CHARGES, Draw, Effect, Per, Seen, Stage
from simulator.gateway.directives import Review


def test_what_it_declares() -> None:
    """The money may move later; what is drawn sticks to a card of an order."""
    fault = build("review", "20s")

    assert (fault.stage, fault.effect, fault.seen) == (Stage.DECIDE, Effect.LATER, Seen.INFO)
    assert (fault.keyed_by, fault.acts_on) == (Per.CARD, CHARGES)
    assert fault == build("review", {"lasts": "20s", "approves": "100%"})


def test_one_that_never_approves_moves_no_money() -> None:
    """Then it is a refusal that comes late."""
    assert build("review", {"approves": "0%"}).effect is Effect.NONE


@pytest.mark.parametrize(("share", "approves"), [("100%", True), ("0%", False)])
def test_sure_ends_are_not_drawn(undrawn: Draw, share: str, approves: bool) -> None:
    """Nothing is left to chance where there is none."""
    assert build("review", {"approves": share}).act(undrawn) == Review(10.0, approves)


@pytest.mark.parametrize(("share", "approves"), [("51%", True), ("50%", False), ("49%", False)])
def test_the_end_is_drawn(median: Draw, share: str, approves: bool) -> None:
    """A draw below the share is approved."""
    assert build("review", {"lasts": "1s", "approves": share}).act(median) == Review(1.0, approves)


@pytest.mark.parametrize("value", ["0s", {"approves": "101%"}, {"lasts": "5"}])
def test_what_makes_no_sense(value: object) -> None:
    """A review takes time, and shares end at the whole."""
    with pytest.raises(ValidationError):
        build("review", value)
