"""A verdict: what a drill showed, as `verdict.json` has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

#: The exit code of each verdict.
EXIT_CODES: Final[Mapping[str, int]] = {
    "pass": 0,
    "fail": 1,
    "aborted": 3,
    "invalid": 4,
    "error": 5,
}


class Check(msgspec.Struct, frozen=True):
    """The answer of one checker. `valid` is null for unknown."""

    name: str
    valid: bool | None
    summary: str
    count: int
    examples: tuple[dict[str, Any], ...] = ()


class FaultHits(msgspec.Struct, frozen=True):
    """How often a rule, or one arm of its mix, was performed."""

    rule: str
    arm: str | None
    hits: int


class PhaseResult(msgspec.Struct, frozen=True, kw_only=True):
    """One phase. Times are seconds from the start; shoppers count by intended arrival.

    `declined` failed by a decline of the gateway, which is the gateway working; `failed` without
    one; `errors` got no answer, left no word or could not be sent. `technical` is the share of
    those who paid or were declined. Latencies are milliseconds from the intended arrival to the
    end of the visit. Null where nobody came. `rules` may act in this phase.
    """

    name: str
    begins: float
    ends: float
    arrivals: int = 0
    paid: int = 0
    declined: int = 0
    failed: int = 0
    pending: int = 0
    errors: int = 0
    technical: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    rules: tuple[str, ...] = ()


class MoneyRow(msgspec.Struct, frozen=True, kw_only=True):
    """The money of one currency at judge time, in its minor units.

    `net` is captured less refunded; `due` what fulfilled orders cost; `lost` what reversals and
    disputes took back, a loss and nobody's guilt; `overcharged` what orders hold above their price;
    `orphaned` what is held for orders that were never fulfilled or that the shop does not know;
    `unpaid` what fulfilled orders lack, live authorizations counted as paid.
    These four are null where there was no order book to tell what was fulfilled.
    """

    captured: int = 0
    refunded: int = 0
    net: int = 0
    due: int | None = 0
    lost: int = 0
    overcharged: int | None = 0
    orphaned: int | None = 0
    unpaid: int | None = 0


class GeneratorResult(msgspec.Struct, frozen=True):
    """How well the load generator kept its schedule. Null where it left no word."""

    lateness_p99_ms: float | None = None
    dropped: int = 0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The merged answer of all checkers of one drill. `reasons` say what made it so."""

    verdict: str
    seed: int
    scenario: str
    run: str
    checks: tuple[Check, ...]
    faults: tuple[FaultHits, ...]
    phases: tuple[PhaseResult, ...]
    money: dict[str, MoneyRow]
    generator: GeneratorResult
    reasons: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """What the process that performed the drill exits with."""
        return EXIT_CODES[self.verdict]

    def to_json(self) -> bytes:
        """The content of `verdict.json`."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"
