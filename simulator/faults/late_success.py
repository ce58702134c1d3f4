"""The money is taken, but later than the answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import SettleLater
from simulator.gateway.model import Status
from simulator.units import Duration

_TOLD: Final[Mapping[str, tuple[Status | None, Seen]]] = MappingProxyType(
    {
        "unknown": (None, Seen.INFO),
        "failed": (Status.FAILED, Seen.FAIL),
        "processing": (Status.PROCESSING, Seen.INFO),
    }
)


class LateSuccess(Fault):
    """The outcome is reported as unknown, failed or processing, and the money moves later.

    A bank that answers the gateway too late does this. A shop that has given the order up by then
    holds money for nothing: it must fulfil or refund, never both, never neither. `told: failed` is
    the cruellest, for the caller had every right to believe it; `told: processing` is the truth,
    but no outcome, so it counts as not known. Queries say what was told until the capture.

    A capture can be late in the same way: its hold stands meanwhile. A refund can be no more than
    pending, with `told: processing`, as many real ones are for days: the gateway owes it from the
    moment when it is accepted.
    """

    name = "late_success"
    operations = CHARGES | {"capture", "refund"}
    per = Per.ATTEMPT
    scalar = "after"

    after: Duration
    told: Literal["unknown", "failed", "processing"] = "unknown"

    @property
    def acts_on(self) -> frozenset[str]:
        """A refund that was accepted cannot be told as unknown or failed: nobody could undo it."""
        return self.operations if self.told == "processing" else self.operations - {"refund"}

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """The money moves, later."""
        return Effect.LATER

    @property
    def seen(self) -> Seen:
        """A false no if told failed; else nothing that settles the matter."""
        return _TOLD[self.told][1]

    def act(self, draw: Draw) -> Action:
        """The order to do it later, in seconds of the account's clock."""
        return SettleLater(self.after, _TOLD[self.told][0])
