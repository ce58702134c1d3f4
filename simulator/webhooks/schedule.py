"""When an event that was not acknowledged is sent again."""

from __future__ import annotations

from typing import Final

import msgspec


class Schedule(msgspec.Struct, frozen=True):
    """The gaps between the tries of one event, in seconds; `len(gaps) + 1` tries in all.

    They are counted on the account's clock.
    """

    name: str
    gaps: tuple[float, ...]

    @property
    def tries(self) -> int:
        """How often an event is sent at most."""
        return len(self.gaps) + 1

    def gap_after(self, attempt: int) -> float | None:
        """Seconds from the end of try number `attempt` (from 1) to the next; None: give up."""
        return self.gaps[attempt - 1] if attempt < self.tries else None


#: For drills: doubles from one second, capped at a minute, twelve tries in about six minutes.
SHORT: Final = Schedule("short", (1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60))

#: What Standard Webhooks 1.0 asks of senders: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
REAL: Final = Schedule("real", (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))

#: For endpoints that merchants make as they do at Stripe, which says that it sends for up to three
#: days in live mode, with gaps that grow exponentially, and three times over a few hours in a
#: sandbox (docs.stripe.com/webhooks). It does not publish the gaps. Ours are chosen so that tries
#: come 5 min, 30 min, 2 h, 6 h and 12 h after the first, then every 12 h until three days are over.
STRIPE: Final = Schedule(
    "stripe", (300, 1_500, 5_400, 14_400, 21_600, 43_200, 43_200, 43_200, 43_200, 43_200)
)

SCHEDULES: Final = {schedule.name: schedule for schedule in (SHORT, REAL, STRIPE)}
