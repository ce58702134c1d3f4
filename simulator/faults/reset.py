"""The connection is reset where the answer should be."""

from __future__ import annotations

from simulator.faults.actions import Action
from simulator.faults.actions import Reset as ResetConnection
from simulator.faults.fault import Draw, WireFault


class Reset(WireFault):
    """The request is carried out, and the connection is reset (RST) in place of the answer.

    A load balancer that restarts, or a firewall that forgets a connection, does this. The error
    comes at once and sounds final, "connection reset by peer", so it is easily taken for a request
    that never arrived. A refused connection has sent nothing; one that was reset has.
    """

    name = "reset"

    def act(self, draw: Draw) -> Action:
        """The order to reset."""
        return ResetConnection()
