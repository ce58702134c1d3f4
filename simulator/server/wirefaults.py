"""Wire faults: the decision was made, the answer is ready, and this is what becomes of it."""

from __future__ import annotations

from aiohttp import web

from simulator.clock import Clock
from simulator.dialects.dialect import Reply
from simulator.errors import InvariantViolation
from simulator.faults.actions import Action, Drip, Garbage, Reset, Truncate
from simulator.server import wire
from simulator.server.passage import Passage


async def perform(
    action: Action, passage: Passage, reply: Reply, clock: Clock
) -> tuple[web.StreamResponse, str]:
    """Do to an answer what the action says; how much of it was sent: whole, partial or none."""
    http = passage.http
    match action:
        case Reset():
            return wire.reset(http), "none"
        case Truncate() as cut:
            return wire.truncate(http, reply, cut.left(len(reply.body))), "partial"
        case Garbage(content):
            return wire.spew(http, content), "none"
        case Drip() as drops:
            size, gap = drops.steps(len(reply.body))
            began = clock.monotonic()
            whole = await wire.drip(http, reply, size, gap)
            passage.waited += clock.monotonic() - began
            return (wire.written(http), "whole") if whole else (wire.close(http), "partial")
        case other:
            raise InvariantViolation(f"{other} cannot be done to an answer")
