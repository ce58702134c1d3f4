"""Distributions of time, as scenarios write them. All lengths are seconds once read."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulator import draws
from simulator.units import Duration


class _Spread(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Uniform(_Spread):
    """Every length between two is as likely as any other."""

    from_: Duration = Field(alias="from")
    to: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.to < self.from_:
            raise ValueError("'to' is shorter than 'from'")
        return self

    def at(self, u: float) -> float:
        """Seconds at quantile `u`."""
        return draws.uniform(u, self.from_, self.to)


class Lognormal(_Spread):
    """Mostly short with a long tail, as real services are; by its median and 99th percentile."""

    median: Duration
    p99: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not 0 < self.median <= self.p99:
            raise ValueError("'median' must be longer than 0 and not longer than 'p99'")
        return self

    def at(self, u: float) -> float:
        """Seconds at quantile `u`."""
        return draws.lognormal(u, self.median, self.p99)


class Exponential(_Spread):
    """Waiting for something that may happen at any moment; by its mean."""

    mean: Annotated[Duration, Field(gt=0)]

    def at(self, u: float) -> float:
        """Seconds at quantile `u`."""
        return draws.exponential(u, self.mean)
