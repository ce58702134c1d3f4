"""A charge comes a day late into the daily statement."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulator.faults.actions import Action
from simulator.faults.fault import BookFault, Draw
from simulator.gateway.model import Booking


class SettlementDelayed(BookFault):
    """A charge stands in the statement of a later day than it was made.

    Settlement stopped while authorizations went on: so on 23 October 2020 in TARGET2, for ten
    hours.
    Until the row comes the charge looks as if it were missing. Whoever keeps the difference open
    and looks at the next day's statement sees it closed by itself.
    """

    name = "settlement_delayed"
    scalar = "days"

    days: Annotated[int, Field(ge=1, le=30)] = 1

    def act(self, draw: Draw) -> Action:
        """The row, so many days later."""
        return Booking("late", days=self.days)
