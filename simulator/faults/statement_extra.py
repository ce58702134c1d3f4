"""The daily statement lists a charge that never was."""

from __future__ import annotations

from simulator.faults.actions import Action
from simulator.faults.fault import BookFault, Draw
from simulator.gateway.model import Booking


class StatementExtra(BookFault):
    """Beside a charge the statement lists a second one that nobody made.

    It looks like a duplicate of the order, with an id of its own that no query knows. Who refunds
    every row that has no counterpart tries to give back money that was never taken. Ask for the
    payment first: it is not there, and so there is nothing to give back.
    """

    name = "statement_extra"

    def act(self, draw: Draw) -> Action:
        """One row too many."""
        return Booking("extra")
