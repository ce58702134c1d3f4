"""The answer comes in drops."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from simulator.faults import actions
from simulator.faults.actions import Action
from simulator.faults.fault import Draw, Seen, WireFault
from simulator.units import Duration

_CHUNKS: Final = 10


class Drip(WireFault):
    """The head of the answer comes at once and its body piece by piece.

    Every piece arrives before a socket's read timeout ends, so only a limit on the whole exchange
    ends the wait. A caller that has read the status and then gives up knows that there is an
    answer, and not what it says. `chunks` (10 if nothing is said) or `bytes` says how large the
    pieces are, `every` how long it waits before each of them, or `lasts` how long all of it takes.
    """

    name = "drip"
    scalar = "lasts"

    chunks: Annotated[int, Field(ge=2, le=10_000)] | None = None
    size: Annotated[int, Field(ge=1)] | None = Field(default=None, alias="bytes")
    every: Annotated[Duration, Field(gt=0)] | None = None
    lasts: Annotated[Duration, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.chunks is not None and self.size is not None:
            raise ValueError("'chunks' and 'bytes' exclude each other")
        if (self.every is None) == (self.lasts is None):
            raise ValueError("give exactly one of every, lasts")
        return self

    @property
    def seen(self) -> Seen:
        """The true answer, for whoever waits for the end of it."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """How to cut the answer up."""
        return actions.Drip(self.chunks or _CHUNKS, self.size, self.every, self.lasts or 0.0)
