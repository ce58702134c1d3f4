"""Notices: taken, sent on, and lost where a fault says so."""

from __future__ import annotations

import pytest

from simulator.gateway.commands import Notify
from simulator.gateway.directives import Undeliver
from simulator.gateway.outcomes import ThingOutcome
from simulator.gateway.things import Notice
from tests.gateway.table import Desk

TOLD = Notify(order="o", via="sms", message="Please wait.", reason="lock_timeout")


@pytest.mark.parametrize(
    ("via", "delivered", "unheeded"),
    [(None, True, False), ("sms", False, False), ("email", True, True)],
)
def test_a_way_that_is_closed(via: str | None, delivered: bool, unheeded: bool) -> None:
    """Only the way that the fault names is; nothing is kept but the journal's line."""
    desk = Desk()
    decision = desk.do(TOLD, Undeliver(via) if via else None)
    assert isinstance(decision.outcome, ThingOutcome)
    notice = decision.outcome.thing
    assert isinstance(notice, Notice)
    assert (notice.delivered, decision.unheeded) == (delivered, unheeded)
    assert decision.things == (notice,)
    assert desk.store.things == {}
