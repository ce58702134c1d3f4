"""The request is taken and nothing ever comes back; nothing was done."""

from __future__ import annotations

from pydantic import Field

from simulator.faults import actions
from simulator.faults.actions import Action
from simulator.faults.fault import ANY, Draw, Effect, Fault, Per, Seen, Stage
from simulator.units import Duration


class Hang(Fault):
    """The gateway accepts the request, does nothing, and closes the connection after a while.

    To the caller this is the same silence as `lost_reply`, but no money has moved. Whoever takes
    silence for success ships for free; whoever takes it for failure is right this time, and wrong
    the next. The idempotency key is free again at once, so a replay is decided anew.
    """

    name = "hang"
    operations = ANY
    per = Per.EXCHANGE
    scalar = "for"

    seconds: Duration = Field(alias="for")

    @property
    def stage(self) -> Stage:
        """Before anything is decided."""
        return Stage.BEFORE

    @property
    def effect(self) -> Effect:
        """The money stays where it is."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """Silence: the caller cannot know."""
        return Seen.INFO

    def act(self, draw: Draw) -> Action:
        """The silence, in seconds."""
        return actions.Hang(self.seconds)
