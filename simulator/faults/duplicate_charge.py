"""One request, two charges."""

from __future__ import annotations

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import ChargeTwice


class DuplicateCharge(Fault):
    """The gateway takes the money twice and answers as if all were well.

    Something behind the gateway retried. The second payment has its own id and webhook and is
    listed under the same order, so a merchant that reads its webhooks, or compares the books, can
    find it and give the money back. One that trusts the answer alone keeps it.
    """

    name = "duplicate_charge"
    operations = CHARGES
    per = Per.ATTEMPT

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """The payer is charged twice."""
        return Effect.TWICE

    @property
    def seen(self) -> Seen:
        """The answer tells of the first payment alone."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The order to charge twice."""
        return ChargeTwice()
