"""Too many requests, says the gateway."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from simulator.faults.actions import Action, Answer
from simulator.faults.fault import ANY, Draw, Effect, Fault, Per, Seen, Stage
from simulator.units import Duration


def _whole_seconds(seconds: float) -> float:
    if seconds < 1 or seconds != int(seconds):
        raise ValueError("Retry-After counts whole seconds (RFC 9110, 10.2.3): 1s, 30s, 2m")
    return seconds


class RateLimited(Fault):
    """The gateway turns the request away with 429 and says when to come back.

    It happens on the busiest day, when everybody retries at once. Nothing was done, and the answer
    says so; all that is asked of a merchant is to wait as long as it was told. One that tries again
    at once makes the crowd bigger, and one that gives the order up loses a sale for nothing.
    """

    name = "rate_limited"
    operations = ANY
    per = Per.EXCHANGE
    scalar = "retry_after"

    retry_after: Annotated[Duration, AfterValidator(_whole_seconds)]

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
        """A clear no, for now."""
        return Seen.FAIL

    def act(self, draw: Draw) -> Action:
        """The answer 429, with the seconds to wait."""
        return Answer(429, retry_after=self.retry_after)
