"""A hold that is over still shows at the payer's bank."""

from __future__ import annotations

from pydantic import Field

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import Linger
from simulator.units import Duration


class HoldLingers(Fault):
    """The payer's bank shows a pending debit for a payment that failed or was voided.

    A charge is approved and taken back in the same moment: the shop hears
    `reversed_after_approval`, truly nothing is held, and the payer's statement shows the amount as
    pending for a while. A cancelled authorization can linger likewise. Payers who see that think
    they have paid, or pay no more: they want to hear that the entry goes away by itself. What the
    payer's bank shows can be asked of the control API (`GET /accounts/{a}/payer-statement`).
    """

    name = "hold_lingers"
    operations = CHARGES | {"cancel"}
    per = Per.CARD
    scalar = "for"

    seconds: Duration = Field(alias="for")

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """Nothing is debited, whatever the statement shows."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """The caller is told the truth; it is the payer who is not."""
        return Seen.FAIL

    def act(self, draw: Draw) -> Action:
        """The order to let the hold show for so many seconds of the account's clock."""
        return Linger(self.seconds)
