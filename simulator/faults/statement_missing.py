"""A charge does not stand in the daily statement."""

from __future__ import annotations

from simulator.faults.actions import Action
from simulator.faults.fault import BookFault, Draw
from simulator.gateway.model import Booking


class StatementMissing(BookFault):
    """A charge that was made is missing from the statement of its day, for good.

    The payer was charged and the order fulfilled, only the gateway's own books lack it. A shop that
    believes the statement more than the payment refunds what was rightly paid; a careful one asks
    for the payment, sees it captured, and leaves the difference to people.
    """

    name = "statement_missing"

    def act(self, draw: Draw) -> Action:
        """The row is left out."""
        return Booking("missing")
