"""What the runner says while a drill goes on. It does not know who listens.

Every event has `at`, the monotonic time. A consumer is a function of one event; it must be quick.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.drills.verdict import Verdict


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What every event has."""

    at: float


class Preflight(Told, frozen=True, kw_only=True):
    """A step of the preflight was passed."""

    step: str
    detail: str = ""


class Started(Told, frozen=True, kw_only=True):
    """The first phase is set to begin at `started`; the phases end at `ends`."""

    started: float
    ends: float


class PhaseBegan(Told, frozen=True, kw_only=True):
    """A phase began."""

    name: str
    lasts: float


class Progress(Told, frozen=True, kw_only=True):
    """Where the drill stands, about once a second.

    Counts are totals since the start: `waiting` are shoppers who have come and not left;
    `rate` is arrivals per second since the last report.
    """

    phase: str
    elapsed: float
    arrivals: int = 0
    waiting: int = 0
    paid: int = 0
    failed: int = 0
    pending: int = 0
    errors: int = 0
    rate: float = 0.0
    hits: int = 0
    outages: tuple[str, ...] = ()


class FaultProved(Told, frozen=True, kw_only=True):
    """A rule, or an arm of its mix, hit for the first time."""

    rule: str
    arm: str | None = None


class MerchantStruck(Told, frozen=True, kw_only=True):
    """The drill ended the merchant with this signal, as its scenario says, for `down` seconds.

    Of several instances it was this one (from 1), or all.
    """

    signal: str
    down: float
    instance: int | None = None


class MerchantReturned(Told, frozen=True, kw_only=True):
    """The merchant, started again, answers; `took` seconds after it was ended."""

    took: float


class Aborted(Told, frozen=True, kw_only=True):
    """The drill stops early: no new shoppers, faults off, but the money is still judged."""

    reason: str


class Healed(Told, frozen=True, kw_only=True):
    """All faults are off and all channels up; `took` seconds. `problem` if that failed."""

    took: float
    problem: str | None = None


class Settling(Told, frozen=True, kw_only=True):
    """No new shoppers; waiting for `waits_for` to finish, at most until `until`."""

    waits_for: tuple[str, ...]
    until: float


class BookRead(Told, frozen=True, kw_only=True):
    """The merchant's order book was read."""

    orders: int
    problem: str | None = None


class Judged(Told, frozen=True, kw_only=True):
    """The verdict."""

    verdict: Verdict


class Finished(Told, frozen=True, kw_only=True):
    """Everything is written to `out`, and every process that the drill started has ended."""

    out: str
    exit_code: int


Event = (
    Preflight | Started | PhaseBegan | Progress | FaultProved | MerchantStruck | MerchantReturned
    | Aborted | Healed | Settling | BookRead | Judged | Finished
)  # fmt: skip

Emit = Callable[[Event], None]
