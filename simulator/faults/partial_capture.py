"""Less is taken than was asked."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import TakePart
from simulator.units import Share

_HALF: Final = Fraction(1, 2)


def _part(share: Fraction | None) -> Fraction | None:
    if share is not None and not 0 < share < 1:
        raise ValueError("a part is more than 0% and less than 100%")
    return share


class PartialCapture(Fault):
    """A sale, or a capture, takes only part of the money, and the answer says so.

    A prepaid card runs short, or an acquirer captures in steps: the status is `captured`, and only
    `amount_captured` tells that it is less than was asked. What was held beyond it goes back to the
    payer. A merchant that reads the status alone serves for less than its price; a careful one asks
    for the rest, or gives the part back. It takes `share` of what was asked, or at most `amount`
    minor units; what cannot be divided is taken whole, and is no hit. An authorization without a
    capture takes nothing and is left alone.
    """

    name = "partial_capture"
    operations = CHARGES | {"capture"}
    per = Per.ATTEMPT
    scalar = "share"

    share: Annotated[Share | None, AfterValidator(_part)] = None
    amount: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.share is not None and self.amount is not None:
            raise ValueError("'share' and 'amount' exclude each other")
        return self

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """The payer is charged once, and less than was asked."""
        return Effect.ONCE

    @property
    def seen(self) -> Seen:
        """The answer tells the amount that was taken."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The order to take a part."""
        return TakePart(self.share or _HALF, self.amount)
