"""The payer asks the bank to take the money back."""

from __future__ import annotations

from typing import Literal

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import Befall
from simulator.gateway.model import Aftermath
from simulator.units import Duration


class Dispute(Fault):
    """A charge goes through, and its payer disputes it after a while.

    The bank withdraws the money at once, and the profile's fee with it. The shop may send evidence,
    once and in time (`POST /v1/disputes/{id}/evidence`), or accept; whoever refunds a disputed
    payment as well pays twice. The bank decides `decided_after` the opening, or after the evidence
    if that came, and `wins` says for whom: by default for the shop that sent some. Without
    `decided_after` the profile says how long it takes, which is days.
    """

    name = "dispute"
    operations = CHARGES | {"capture"}
    per = Per.ORDER
    scalar = "after"

    after: Duration
    reason: Literal[
        "product_not_received",
        "product_unacceptable",
        "fraudulent",
        "duplicate",
        "unrecognized",
        "credit_not_processed",
        "subscription_canceled",
        "general",
    ] = "product_not_received"
    decided_after: Duration | None = None
    wins: Literal["never", "with_evidence", "always"] = "with_evidence"

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """Taken as asked; what comes later is another movement."""
        return Effect.ONCE

    @property
    def seen(self) -> Seen:
        """The truth of the moment."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The order to take the money and have it disputed, in seconds of the account's clock."""
        fate = Aftermath("dispute", self.reason, self.decided_after, self.wins)
        return Befall(self.after, fate)
