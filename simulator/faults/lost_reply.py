"""The request is carried out and the answer never arrives."""

from __future__ import annotations

from simulator.faults.actions import Action, Lose
from simulator.faults.fault import ANY, Draw, Effect, Fault, Per, Seen, Stage
from simulator.units import Duration


class LostReply(Fault):
    """The charge stands, but the connection closes without an answer.

    The bug that costs real shops money begins here: the payer is charged, the shop saw a timeout,
    and a retry with a new key, or on the other channel, charges a second time. A retry with the
    same key gets the stored answer, if that one is not lost too.
    """

    name = "lost_reply"
    operations = ANY
    per = Per.EXCHANGE
    scalar = "after"

    after: Duration

    @property
    def stage(self) -> Stage:
        """After the commit."""
        return Stage.AFTER

    @property
    def effect(self) -> Effect:
        """The operation is performed as asked, once."""
        return Effect.ONCE

    @property
    def seen(self) -> Seen:
        """Silence: the caller cannot know."""
        return Seen.INFO

    def act(self, draw: Draw) -> Action:
        """The silence before the connection closes, in seconds."""
        return Lose(self.after)
