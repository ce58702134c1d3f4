"""A channel is gone."""

from __future__ import annotations

from simulator.faults.actions import Action, Refuse
from simulator.faults.fault import ANY, Draw, Effect, Fault, Per, Seen, Stage


class Outage(Fault):
    """The channel's listener and live connections are closed, and new ones are refused.

    The plainest failure and the easiest to survive: a refused connection has sent nothing, so the
    other channel may be used at once. The requests that were under way when it began are another
    matter; theirs is a lost reply. It holds from the rule's start to its end and draws nothing.

    On a gateway that other accounts use too, the channel stays open for them, and the requests of
    this account are reset unread instead: nothing is charged either, but the merchant cannot know.
    """

    name = "outage"
    operations = ANY
    per = Per.EXCHANGE

    @property
    def stage(self) -> Stage:
        """The channel as a whole."""
        return Stage.CHANNEL

    @property
    def effect(self) -> Effect:
        """What was not sent moves nothing."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """A refused connection is a clear no."""
        return Seen.FAIL

    def act(self, draw: Draw) -> Action:
        """The order to refuse connections."""
        return Refuse()
