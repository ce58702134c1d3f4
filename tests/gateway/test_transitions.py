"""The table by which payments move."""

from __future__ import annotations

import pytest

from simulator.errors import InvariantViolation
from simulator.gateway.model import TERMINAL, Status
from simulator.gateway.transitions import TRANSITIONS, may, move
from tests.gateway.test_ledger import PAID


def test_every_status_has_a_row() -> None:
    """No status can be reached that the table does not know."""
    assert set(TRANSITIONS) == set(Status)


def test_nothing_leaves_an_end() -> None:
    """Terminal statuses are those without a way out."""
    assert {status for status in Status if not TRANSITIONS[status]} == TERMINAL


def test_an_illegal_step_raises_and_changes_nothing() -> None:
    """A captured payment cannot fail any more."""
    with pytest.raises(InvariantViolation, match="may not go from captured to failed"):
        move(PAID, Status.FAILED)
    assert PAID.status is Status.CAPTURED
    assert not may(Status.CAPTURED, Status.FAILED)
