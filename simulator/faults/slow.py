"""The gateway takes its time."""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import model_validator

from simulator.faults.actions import Action, Delay
from simulator.faults.distributions import Exponential, Lognormal, Uniform
from simulator.faults.fault import ANY, Draw, Effect, Fault, Per, Seen, Stage
from simulator.units import Duration

_MEDIAN: Final = 0.5


class Slow(Fault):
    """The answer comes late: a fixed time, or one drawn from a distribution.

    Slowness is what most outages begin with. `at: before` waits before the decision, so a caller
    that gives up early may yet be charged after it has gone; `at: after` waits when the money has
    moved, and the impatient caller has been charged already. Either way the operation is performed
    once, and whoever waits long enough hears the truth. `max` cuts off the longest draws.
    """

    name = "slow"
    operations = ANY
    per = Per.EXCHANGE
    scalar = "fixed"

    fixed: Duration | None = None
    uniform: Uniform | None = None
    lognormal: Lognormal | None = None
    exponential: Exponential | None = None
    at: Literal["before", "after"] = "before"
    max: Duration | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.fixed, self.uniform, self.lognormal, self.exponential)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("give exactly one of fixed, uniform, lognormal, exponential")
        if self.fixed is not None and self.max is not None:
            raise ValueError("'max' cuts off draws; a fixed time has none")
        spread = self.uniform or self.lognormal or self.exponential
        if spread is not None and self.max is not None and self.max < spread.at(_MEDIAN):
            raise ValueError("'max' is shorter than the median: it would cut off most draws")
        return self

    @property
    def stage(self) -> Stage:
        """Before the decision or after the commit, as `at` says."""
        return Stage(self.at)

    @property
    def effect(self) -> Effect:
        """The operation is performed as asked, once."""
        return Effect.ONCE

    @property
    def seen(self) -> Seen:
        """The true answer, in the end."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The wait, in seconds."""
        seconds = self._seconds(draw)
        return Delay(seconds if self.max is None else min(seconds, self.max))

    def _seconds(self, draw: Draw) -> float:
        spread = self.uniform or self.lognormal or self.exponential
        return (self.fixed or 0.0) if spread is None else spread.at(draw("delay"))
