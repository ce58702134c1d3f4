"""The connection is reset where the answer should be."""

from __future__ import annotations

from simulator.faults.actions import Action
from simulator.faults.actions import Reset as ResetConnection
from simulator.faults.fault import ANY, Draw, Effect, Fault, Per, Seen, Stage


class Reset(Fault):
    """The request is carried out, and the connection is reset (RST) in place of the answer.

    A load balancer that restarts, or a firewall that forgets a connection, does this. The error
    comes at once and sounds final, "connection reset by peer", so it is easily taken for a request
    that never arrived. A refused connection has sent nothing; one that was reset has.
    """

    name = "reset"
    operations = ANY
    per = Per.EXCHANGE

    @property
    def stage(self) -> Stage:
        """The answer on its way."""
        return Stage.WIRE

    @property
    def effect(self) -> Effect:
        """The operation is performed as asked, once."""
        return Effect.ONCE

    @property
    def seen(self) -> Seen:
        """No answer: the caller cannot know."""
        return Seen.INFO

    def act(self, draw: Draw) -> Action:
        """The order to reset."""
        return ResetConnection()
