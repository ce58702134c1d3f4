"""What happens to the merchant in a phase: not a fault of the gateway, but the controller's doing.

A gateway that is only served does nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator import units
from simulator.documents import Mistake
from simulator.documents.document import Path
from simulator.units import Duration


class RestartMerchant(BaseModel):
    """The merchant's process ends and is started again, as after a crash or a deployment.

    `kill` ends it in the middle of whatever it does (SIGKILL); `term` asks it to end (SIGTERM), and
    what is left of it after `down` is killed. So long after the signal the same command is started
    again, in the same place with the same settings; coming up takes the merchant's own time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    signal: Literal["kill", "term"] = "kill"
    down: Duration = Field(default=1.0, json_schema_extra={"default": "1s"})


class Incident(BaseModel):
    """Something that happens `at` a moment, counted from the start of its phase.

    The drill has to have started the merchant itself: one given by its URL cannot be restarted.
    Checkers know no mercy because of it; who was away has to put things right when back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Duration
    restart_merchant: RestartMerchant


def mistakes(phase: dict[str, Any]) -> Iterator[Mistake]:
    """What must hold between the events of one phase, given as a plain mapping.

    Each has to be over before the phase is, and before the next begins.
    """
    lasts = _seconds(phase.get("lasts"))
    back = 0.0
    for begins, ends, path in sorted(_spans(phase.get("events"))):
        if lasts is not None and ends > lasts:
            said = f"the merchant would still be down when the phase is over, after {lasts:g} s"
            yield Mistake(path, said)
        if begins < back:
            yield Mistake(path, "the merchant is still down then, from an earlier event")
        back = max(back, ends)


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
