"""What happens to the merchant in a phase: not a fault of the gateway, but the controller's doing.

A gateway that is only served does nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulator import units
from simulator.documents import Mistake
from simulator.documents.document import Path
from simulator.units import Duration

#: More processes of a shop would say no more, and two cores have to bear them.
MOST: Final = 8


def _count(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise ValueError(f"'{value}' is no number of instances; write one from 1 to {MOST}")
    return value


def _which(value: object) -> object:
    if value == "all":
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise ValueError(f"'{value}' is no instance; write its number, from 1, or all")
    return value


#: How many processes a merchant runs as.
Instances = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_count)]


class RestartMerchant(BaseModel):
    """The merchant's process ends and is started again, as after a crash or a deployment.

    `kill` ends it in the middle of whatever it does (SIGKILL); `term` asks it to end (SIGTERM), and
    what is left of it after `down` is killed. So long after the signal the same command is started
    again, in the same place with the same settings; coming up takes the merchant's own time.

    Where the merchant runs as several `instances`, `instance` is the number of the one that ends,
    while the others go on, or `all`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    signal: Literal["kill", "term"] = "kill"
    down: Duration = Field(default=1.0, json_schema_extra={"default": "1s"})
    instance: Annotated[
        Annotated[int, Field(ge=1, le=MOST)] | Literal["all"], BeforeValidator(_which)
    ] = "all"

    @property
    def number(self) -> int | None:
        """Which instance, from 1; None for all."""
        return None if self.instance == "all" else self.instance


class Incident(BaseModel):
    """Something that happens `at` a moment, counted from the start of its phase.

    The drill has to have started the merchant itself: one given by its URL cannot be restarted.
    Checkers know no mercy because of it; who was away has to put things right when back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Duration
    restart_merchant: RestartMerchant


def mistakes(phase: dict[str, Any], instances: object = None) -> Iterator[Mistake]:
    """What must hold between the events of one phase, given as a plain mapping.

    Each has to be over before the phase is, and before the next begins; and where the scenario
    says how many `instances` there are, it has to be one of them.
    """
    yield from _nobody(phase.get("events"), instances)
    lasts = _seconds(phase.get("lasts"))
    back = 0.0
    for begins, ends, path in sorted(_spans(phase.get("events"))):
        if lasts is not None and ends > lasts:
            said = f"the merchant would still be down when the phase is over, after {lasts:g} s"
            yield Mistake(path, said)
        if begins < back:
            yield Mistake(path, "the merchant is still down then, from an earlier event")
        back = max(back, ends)


def _nobody(events: object, instances: object) -> Iterator[Mistake]:
    """Instances that there are not."""
    for index, raw in enumerate(events if isinstance(events, list) else []):
        restart = raw.get("restart_merchant") if isinstance(raw, dict) else None
        which = restart.get("instance") if isinstance(restart, dict) else None
        if isinstance(which, int) and isinstance(instances, int) and which > instances > 0:
            there = "one instance" if instances == 1 else f"{instances} instances"
            said = f"there is no instance {which} of the merchant: it runs as {there}"
            yield Mistake(("events", index, "restart_merchant", "instance"), said)


def _spans(events: object) -> Iterator[tuple[float, float, Path]]:
    """From when to when the merchant is down by each event, as far as that can be read."""
    for index, raw in enumerate(events if isinstance(events, list) else []):
        event = raw if isinstance(raw, dict) else {}
        restart = event.get("restart_merchant")
        at = _seconds(event.get("at"))
        given = restart.get("down", "1s") if isinstance(restart, dict) else "1s"
        down = _seconds(given)
        if at is not None and down is not None:
            yield at, at + down, ("events", index, "at")


def _seconds(raw: object) -> float | None:
    """None for what is no duration: the models report that."""
    try:
        return None if raw is None else units.duration(raw)
    except ValueError:
        return None
