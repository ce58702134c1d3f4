"""A rule of a scenario: what goes wrong, for whom, when and how often."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Final

import msgspec
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, PositiveInt, WithJsonSchema

from simulator.faults.catalogue import BY_NAME
from simulator.faults.fault import Fault, Per
from simulator.scenario.choice import choose
from simulator.scenario.when import When
from simulator.units import Duration, Share

#: From the finest to the coarsest: every fate of its own, up to one fate for all that a payer does.
FINENESS: Final = (Per.EXCHANGE, Per.ATTEMPT, Per.CARD, Per.ORDER, Per.PAYER)

Name = Annotated[str, Field(min_length=1, max_length=80)]
OneFault = Annotated[
    Fault,
    PlainValidator(lambda value: choose(value, BY_NAME, "fault")),
    WithJsonSchema({"$comment": "fault"}),
]


class Arm(BaseModel):
    """One of the fates of a mix, with its share of all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: Share
    fault: OneFault
    name: Name | None = None
    per: Per | None = None


class Rule(BaseModel):
    """One fault, or a mix of them, with its conditions. Times are seconds.

    `at` counts from the start of the rule's phase, or of the scenario for a rule outside phases;
    the rule holds for `for`, at most until its phase ends. `first` and `every` count the attempts
    of an order. `per` says whose fate is drawn; each fault knows what is usual for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name | None = None
    at: Duration = 0.0
    lasts: Annotated[Duration, Field(gt=0)] | None = Field(default=None, alias="for")
    when: When = When()
    share: Share | None = None
    mix: Annotated[tuple[Arm, ...], Field(min_length=1)] | None = None
    first: PositiveInt | None = None
    every: PositiveInt | None = None
    fault: OneFault | None = None
    per: Per | None = None

    @property
    def arms(self) -> tuple[Shot, ...]:
        """All that the rule may do, each with its share; one without a name is the rule's own."""
        if self.fault is not None:
            return (Shot(None, Fraction(1) if self.share is None else self.share, self.fault),)
        shots: list[Shot] = []
        for arm in self.mix or ():
            taken = {shot.arm for shot in shots}
            shots.append(Shot(unused(arm.name or arm.fault.name, taken), arm.share, arm.fault))
        return tuple(shots)

    @property
    def keyed_by(self) -> Per:
        """Whose fate one roll decides.

        A mix rolls once, so all its arms share one key: the rule's own `per`, else the finest of
        its arms', for a coarser key would give one fate to what reality lets fail apart.
        """
        if self.per is not None:
            return self.per
        if self.fault is not None:
            return self.fault.keyed_by
        usual = {arm.per or arm.fault.keyed_by for arm in self.mix or ()}
        return next(per for per in FINENESS if per in usual)


class Shot(msgspec.Struct, frozen=True):
    """One thing that a rule may do: the arm's name if it is one of a mix, its share, the fault."""

    arm: str | None
    share: Fraction
    fault: Fault


class LiveFault(BaseModel):
    """A fault put on by hand while a scenario plays; `ttl` is its time to live in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: OneFault
    when: When = When()
    share: Share | None = None
    first: PositiveInt | None = None
    every: PositiveInt | None = None
    per: Per | None = None
    name: Name | None = None
    ttl: Annotated[Duration, Field(gt=0)] | None = None

    def rule(self, name: str) -> Rule:
        """The rule that it is while it lives; `name` where it has none of its own."""
        return Rule.model_construct(
            name=self.name or name,
            fault=self.fault,
            when=self.when,
            share=self.share,
            first=self.first,
            every=self.every,
            per=self.per,
        )


def unused(name: str, taken: set[str] | set[str | None]) -> str:
    """`name`, or `name-2`, `name-3` and so on if it is taken."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
