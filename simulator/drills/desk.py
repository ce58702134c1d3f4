"""What every step of a drill has at hand: the plan, the time, the journal, and who listens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simulator.drills.control import ACCOUNT
from simulator.drills.events import Emit, Told
from simulator.drills.halt import Halt
from simulator.drills.pace import Pace
from simulator.drills.plan import Drill
from simulator.drills.ports import Gateway, Load, Shop
from simulator.journal.entry import Note, Phase
from simulator.journal.writer import Writer


class Moment(NamedTuple):
    """A moment on the wall clock and on the monotonic clock, in seconds."""

    wall: float
    mono: float


@dataclass(frozen=True, slots=True)
class Cast:
    """The three who take part, once they are ready."""

    gateway: Gateway
    shop: Shop
    load: Load


@dataclass(frozen=True, slots=True)
class Desk:
    """The controller's desk for one drill. `never` is an event that is never set, to rest upon."""

    drill: Drill
    pace: Pace
    emit: Emit
    halt: Halt
    journal: Writer
    never: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, kind: type[Told], **fields: Any) -> None:
        """Tell who listens, now."""
        self.emit(kind(at=self.pace.monotonic(), **fields))  # type: ignore[arg-type]

    def note(self, text: str, **data: object) -> None:
        """Keep something in the journal."""
        self.journal.commit(
            Note(
                source="client",
                wall=self.pace.wall(),
                mono=self.pace.monotonic(),
                account=ACCOUNT,
                text=text,
                data=data,
            )
        )

    def now(self) -> Moment:
        """This moment, on both clocks."""
        return Moment(self.pace.wall(), self.pace.monotonic())

    def end(self, judged: Moment | None = None) -> Phase:
        """The last line of the journal; its time is judge time, now if nothing else is said."""
        at = judged or self.now()
        return Phase(
            source="client",
            wall=at.wall,
            mono=at.mono,
            account=ACCOUNT,
            name="end",
        )
