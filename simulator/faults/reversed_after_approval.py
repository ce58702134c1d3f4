"""The issuer takes back what it had approved."""

from __future__ import annotations

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import Befall
from simulator.gateway.model import Aftermath
from simulator.units import Duration


class ReversedAfterApproval(Fault):
    """A charge is approved, and its issuer takes the money back after a while.

    The answer was a true yes, so the shop has fulfilled the order by then, and what is reversed is
    its loss. What it can do is to notice (`payment.reversed`, `amount_reversed`), to tell the payer
    why the statement shows a payment that comes and goes, and not to charge again by itself.
    """

    name = "reversed_after_approval"
    operations = CHARGES | {"capture"}
    per = Per.CARD
    scalar = "after"

    after: Duration

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """Taken as asked; what comes later is another movement."""
        return Effect.ONCE

    @property
    def seen(self) -> Seen:
        """The truth of the moment."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The order to take the money and lose it later, in seconds of the account's clock."""
        return Befall(self.after, Aftermath("reversal"))
