"""People look at the payment before it is charged."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway import directives
from simulator.units import Duration, Share


class Review(Fault):
    """The gateway's risk people take the payment for odd and look at it: `processing` until then.

    Neither a refusal nor a success: nothing is debited yet, and something may be, long after the
    payer has gone. A shop that takes `processing` for failure and lets the payer pay elsewhere
    charges twice when the review ends well; one that takes it for success gives the goods away when
    it does not. It has to wait for the webhook, ask now and then, or cancel before it offers
    another way.

    The review ends by itself after `lasts`, well for the share `approves` (a fate of its own for
    each card of an order), else with `risk_blocked`. It ends sooner through the control API, and
    well once the payer has submitted documents.
    """

    name = "review"
    operations = CHARGES
    per = Per.CARD
    scalar = "lasts"

    lasts: Annotated[Duration, Field(gt=0)] = 10.0
    approves: Share = Fraction(1)

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """What is approved is debited later."""
        return Effect.LATER if self.approves else Effect.NONE

    @property
    def seen(self) -> Seen:
        """The truth, but no outcome: nobody knows yet how it ends."""
        return Seen.INFO

    def act(self, draw: Draw) -> Action:
        """The order to hand the payment over to people."""
        if self.approves in (0, 1):
            return directives.Review(self.lasts, bool(self.approves))
        return directives.Review(self.lasts, draw("approves") < self.approves)
