"""More comes than the gateway can bear."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.faults.actions import Action, Queue
from simulator.faults.fault import ANY, Draw, Effect, Fault, Per, Seen, Stage
from simulator.profiles.rules import Capacity
from simulator.units import Duration, Rate


class Saturation(Fault):
    """The gateway serves so many requests a second; the others stand in line, or are turned away.

    This is what a sale does to a real gateway: at first nothing, then it gets slow for everybody,
    then it refuses. Below `tps` nobody notices anything. Above it, requests wait their turn, first
    come, first served; up to `queue` of them, and nobody longer than `slowest`. Whoever finds the
    line full is refused with `then`, before anything is decided: no money moves, and the same key
    may be tried again. After the peak the line drains at `tps`.

    `burst` requests may come at once without waiting (a tenth of a second's worth by default).
    While `concurrency` requests are under way, those that wait and those that other faults hold up
    among them, further ones are refused. `retry_after` is told to whoever is refused. A shop that
    sends refused requests again at once keeps the line full: that is how a peak becomes an outage.

    Every channel of every account has a line of its own for each such rule. It depends on nothing
    but when requests come; chance has no part in it, and an answer that only had to wait, or that
    did not even have to do that, is right.
    """

    name = "saturation"
    operations = ANY
    per = Per.EXCHANGE
    scalar = "tps"

    tps: Annotated[Rate, Field(gt=0)]
    queue: Annotated[int, Field(ge=0)] = 100
    slowest: Annotated[Duration, Field(gt=0)] = 5.0
    burst: Annotated[int, Field(ge=1)] | None = None
    concurrency: Annotated[int, Field(ge=1)] | None = None
    then: Literal[429, 503] = 503
    retry_after: Annotated[Duration, Field(gt=0)] | None = None

    @property
    def stage(self) -> Stage:
        """Before anything is decided."""
        return Stage.BEFORE

    @property
    def effect(self) -> Effect:
        """Whoever is refused is not charged."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """A plain refusal, at worst."""
        return Seen.FAIL

    def act(self, draw: Draw) -> Action:
        """The order to stand in line."""
        return Queue(
            Capacity(
                rate=self.tps,
                queue=self.queue,
                slowest=self.slowest,
                then=self.then,
                retry_after=self.retry_after,
                burst=self.burst,
                concurrency=self.concurrency,
            )
        )
