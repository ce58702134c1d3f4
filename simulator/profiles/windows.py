"""Windows of time as people write them, in one of three ways.

`{days: [sat, sun], from: 02:00, to: 04:00}` is every week, on the gateway's own clock;
`{since: 2026-01-15T00:00:00+08:00, until: …}` is once, and either end may be left out;
`{after: 5s, lasts: 10s}` counts from the start of the scenario.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from simulator.profiles.times import Window
from simulator.units import Country, Duration

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOUR: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_OFFSET: Final = re.compile(r"([+-])(0\d|1[0-4]):([0-5]\d)")
_KINDS: Final = (("from", "to"), ("since", "until"), ("after", "lasts"))


def _hour(value: object) -> float:
    match = _HOUR.fullmatch(str(value))
    if match is None:
        raise ValueError(f"'{value}' is not a time of day; write 02:00 or 23:30")
    return 86_400.0 if match[1] is None else int(match[1]) * 3600.0 + int(match[2]) * 60.0


def _moment(value: object) -> float:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(
            f"'{value}' is not a moment; write date, time and zone: 2026-01-15T00:00:00+08:00"
        )
    return moment.timestamp()


def _offset(value: object) -> float:
    match = _OFFSET.fullmatch(str(value))
    if match is None:
        raise ValueError(f"'{value}' is not an offset from UTC; write +08:00 or -05:30")
    seconds = int(match[2]) * 3600.0 + int(match[3]) * 60.0
    return -seconds if match[1] == "-" else seconds


def _text(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


Hour = Annotated[float, BeforeValidator(_hour), _text(r"^\d\d:\d\d$", "02:00")]
Moment = Annotated[
    float, BeforeValidator(_moment), _text(r"^\d{4}-\d\d-\d\dT", "2026-01-15T00:00:00+08:00")
]
Offset = Annotated[float, BeforeValidator(_offset), _text(r"^[+-]\d\d:\d\d$", "+08:00")]


class WindowDocument(BaseModel):
    """A window as it is written: one of the three kinds."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Window")

    days: frozenset[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = frozenset()
    begins: Hour | None = Field(default=None, alias="from")
    ends: Hour | None = Field(default=None, alias="to")
    since: Moment | None = None
    until: Moment | None = None
    after: Duration | None = None
    lasts: Annotated[Duration, Field(gt=0)] | None = None
    countries: frozenset[Country] = frozenset()

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = {
            "from" if name == "begins" else "to" if name == "ends" else name
            for name in self.model_fields_set
        }
        kinds = [kind for kind in _KINDS if given & set(kind)]
        if len(kinds) != 1:
            raise ValueError(
                "a window is one of {from, to} each day or week, {since, until} once, or "
                "{after, lasts} from the start of the scenario"
            )
        needed = {"from": {"from", "to"}, "since": set[str](), "after": {"after"}}[kinds[0][0]]
        if missing := sorted(needed - given):
            raise ValueError(f"missing key '{missing[0]}'")
        if "days" in given and kinds[0][0] != "from":
            raise ValueError("'days' goes with 'from' and 'to' only")
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueError("'until' is not after 'since': the window never holds")
        return self

    def value(self) -> Window:
        """The window itself."""
        fields: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("begins", "ends", "since", "until", "after", "lasts", "countries")
        }
        return Window(days=frozenset(DAYS.index(day) for day in self.days), **fields)


def _made(given: WindowDocument) -> Any:
    return given.value()


OneWindow = Annotated[WindowDocument, AfterValidator(_made)]
"""A window in a document; what is read of it is a `times.Window`."""
