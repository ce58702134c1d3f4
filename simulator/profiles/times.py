"""Times of a profile: hours in which something is off, and the periods over which limits count.

All are computed from a wall time in seconds that the caller gives: no clock is read here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import msgspec

_DAY: float = 86_400.0


class Period(StrEnum):
    """Over what a limit counts."""

    PAYMENT = "payment"  # each payment by itself
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


def period_start(period: Period, wall: float, utc_offset: float = 0.0) -> float:
    """The wall time at which the calendar day, month or year of `wall` began.

    `utc_offset` are the seconds by which the gateway's own midnight is ahead of UTC. A single
    payment has no period; it begins now.
    """
    if period is Period.PAYMENT:
        return wall
    if period is Period.DAY:
        return (wall + utc_offset) // _DAY * _DAY - utc_offset
    local = datetime.fromtimestamp(wall + utc_offset, UTC)
    month = 1 if period is Period.YEAR else local.month
    return datetime(local.year, month, 1, tzinfo=UTC).timestamp() - utc_offset


def period_end(period: Period, wall: float, utc_offset: float = 0.0) -> float:
    """The wall time at which the next calendar day, month or year after `wall` begins.

    A single payment has no period; it ends now.
    """
    if period is Period.PAYMENT:
        return wall
    longest = {Period.DAY: 1, Period.MONTH: 31, Period.YEAR: 366}[period]
    begun = period_start(period, wall, utc_offset)
    # Noon of the day after the longest period lies in the next one, which begins where that began.
    return period_start(period, begun + (longest + 0.5) * _DAY, utc_offset)


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which a method or the whole gateway is off, of one of three kinds.

    Every week: on `days` (Monday is 0; empty means each day) from `begins` to `ends`, seconds of
    the gateway's own day; an end before the beginning is on the next day. Once: from `since` until
    `until`, wall seconds, either of which may be open. Relative: `after` seconds from the start of
    the scenario, for `lasts` seconds (None: until its end); `starting` turns it into the second
    kind, and until then it never holds. `countries` are those of the payers whom it concerns; empty
    means everybody.
    """

    days: frozenset[int] = frozenset()
    begins: float | None = None
    ends: float | None = None
    since: float | None = None
    until: float | None = None
    after: float | None = None
    lasts: float | None = None
    countries: frozenset[str] = frozenset()

    def starting(self, wall: float) -> Window:
        """The same window in a scenario that starts at this wall time."""
        if self.after is None:
            return self
        since = wall + self.after
        until = None if self.lasts is None else since + self.lasts
        return Window(since=since, until=until, countries=self.countries)

    def holds(self, wall: float, utc_offset: float = 0.0) -> bool:
        """Whether it is that time now."""
        if self.after is not None:
            return False
        if self.begins is None or self.ends is None:
            begun = self.since is None or wall >= self.since
            return begun and (self.until is None or wall < self.until)
        return any(begins <= wall < ends for begins, ends in self._near(wall, utc_offset))

    def over_at(self, wall: float, utc_offset: float = 0.0) -> float | None:
        """The wall time at which a window that holds now ends; None if it never does."""
        if self.begins is None or self.ends is None:
            return self.until
        ends = [ends for begins, ends in self._near(wall, utc_offset) if begins <= wall < ends]
        return max(ends, default=None)

    def _near(self, wall: float, utc_offset: float) -> list[tuple[float, float]]:
        """Yesterday's and today's occurrence, where these are days of the window."""
        begins, ends = self.begins or 0.0, self.ends or 0.0
        lasts = ends - begins if ends > begins else ends - begins + _DAY
        today = int((wall + utc_offset) // _DAY)
        # 1970-01-01 was a Thursday, day 3 of the week that begins with Monday.
        days = [day for day in (today - 1, today) if not self.days or (day + 3) % 7 in self.days]
        starts = [day * _DAY + begins - utc_offset for day in days]
        return [(start, start + lasts) for start in starts]
