"""What comes back is no HTTP."""

from __future__ import annotations

from hashlib import shake_128
from typing import Annotated, Final

from pydantic import Field

from simulator.faults import actions
from simulator.faults.actions import Action
from simulator.faults.fault import Draw, WireFault

#: Set in every byte, so that none of them is ASCII and no client can read a status line in them.
_HIGH_BIT: Final = 0x80


class Garbage(WireFault):
    """The request is carried out, and bytes that are no HTTP come in place of the answer.

    A broken proxy, or somebody else's port, does this. The client raises something that its author
    has never seen before, and that is what is tried: an exception of an unknown kind is no reason
    to believe that nothing was charged. The bytes are drawn, and the same seed draws the same.
    """

    name = "garbage"
    scalar = "bytes"

    size: Annotated[int, Field(ge=1, le=65_536)] = Field(default=64, alias="bytes")

    def act(self, draw: Draw) -> Action:
        """The bytes to send."""
        drawn = shake_128(draw("garbage").hex().encode()).digest(self.size)
        return actions.Garbage(bytes(byte | _HIGH_BIT for byte in drawn))
