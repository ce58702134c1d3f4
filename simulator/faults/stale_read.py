"""A query is answered from the past."""

from __future__ import annotations

from simulator.faults.actions import Action
from simulator.faults.fault import QUERIES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import Stale


class StaleRead(Fault):
    """A query shows the payment as it stood before its last change, or not at all.

    A read replica that lags does this. The answer is well formed and looks like any other, so a
    merchant that asks once after a timeout, hears "not found" and charges again, charges twice.
    """

    name = "stale_read"
    operations = QUERIES
    per = Per.EXCHANGE

    @property
    def stage(self) -> Stage:
        """In place of the decision what to show."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """A query moves no money."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """An answer like any other, only false."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The order to answer from the past."""
        return Stale()
