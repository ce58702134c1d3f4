"""Another amount is taken than was asked."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import TakeOther
from simulator.units import Share


def _another(share: Fraction) -> Fraction:
    if not 0 < share < 1:
        raise ValueError("a share of the amount is more than 0% and less than 100%")
    return share


class AmountMismatch(Fault):
    """The gateway charges another amount than the order's, as if that had been asked.

    A marketing discount that was switched on by mistake did this to Alipay for five minutes on 16
    January 2025: every payment was 20 % off. Status `captured`, no error, and both `amount` and
    `amount_captured` say what was taken, which is not what the shop asked for. A shop that looks at
    the status alone serves for less than its price; a careful one holds the order and gives the
    money back, or lets people decide. `share` is the part of the asked amount that is charged.
    """

    name = "amount_mismatch"
    operations = CHARGES
    per = Per.ATTEMPT
    scalar = "share"

    share: Annotated[Share, AfterValidator(_another)] = Fraction(4, 5)

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """The payer is charged once, another amount."""
        return Effect.ONCE

    @property
    def seen(self) -> Seen:
        """The answer tells the amount that was taken."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The order to take another amount."""
        return TakeOther(self.share)
