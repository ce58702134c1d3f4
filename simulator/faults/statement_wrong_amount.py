"""The daily statement shows another amount than was charged."""

from __future__ import annotations

from simulator.faults.actions import Action
from simulator.faults.fault import BookFault, Draw
from simulator.gateway.model import Booking


class StatementWrongAmount(BookFault):
    """A charge stands in the statement with an amount that is wrong by `by` minor units.

    The payment itself is right, and queries say so. Neither the difference nor the payment is to be
    given back for that: it belongs on a list for people, who take it up with the gateway.
    """

    name = "statement_wrong_amount"
    scalar = "by"

    by: int = -100

    def act(self, draw: Draw) -> Action:
        """The row with another amount."""
        return Booking("wrong_amount", by=self.by or -100)
