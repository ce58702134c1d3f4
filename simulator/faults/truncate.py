"""The answer breaks off."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator

from simulator.faults import actions
from simulator.faults.actions import Action
from simulator.faults.fault import Draw, WireFault
from simulator.units import Share

_HALF: Final = Fraction(1, 2)


def _less_than_all(share: Fraction | None) -> Fraction | None:
    if share is not None and share >= 1:
        raise ValueError("100% is the whole answer; cut some of it off")
    return share


class Truncate(WireFault):
    """The answer announces its length, breaks off in the middle, and the connection closes.

    The status line has arrived, and a part of the body that may even look like JSON: with some
    clients the exception comes only when the body is read. Whoever takes the status for the answer
    knows of a 201 and not of which payment; the request has been carried out, and the rest of the
    story must be asked for. `share` (half if nothing is said) or `bytes` of the body are sent, and
    at least one byte is missing.
    """

    name = "truncate"
    scalar = "share"

    share: Annotated[Share | None, AfterValidator(_less_than_all)] = None
    size: Annotated[int, Field(ge=0)] | None = Field(default=None, alias="bytes")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.share is not None and self.size is not None:
            raise ValueError("'share' and 'bytes' exclude each other")
        return self

    def act(self, draw: Draw) -> Action:
        """How much of the body to send."""
        return actions.Truncate(_HALF if self.share is None else self.share, self.size)
