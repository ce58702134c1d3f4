"""Draws for faults: one that is fixed, one that must not be used."""

from __future__ import annotations

import pytest

from simulator.faults.fault import Draw


@pytest.fixture(name="median")
def _median() -> Draw:
    """A draw that always gives the middle."""
    return lambda purpose: 0.5


@pytest.fixture(name="undrawn")
def _undrawn() -> Draw:
    """A draw that nobody may ask: the fault leaves nothing to chance."""

    def refuse(purpose: str) -> float:
        raise AssertionError(f"drew for {purpose}")

    return refuse
