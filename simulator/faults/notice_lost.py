"""A notice to the payer does not arrive."""

from __future__ import annotations

from typing import Literal

from simulator.faults.actions import Action
from simulator.faults.fault import Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import Undeliver


class NoticeLost(Fault):
    """Messages to payers by one way are not delivered, and the answer says so.

    An SMS provider is down exactly when codes do not arrive either, so the payers who most need to
    hear what to do next hear nothing by SMS. The answer's status is `undelivered`; who reads it
    tells the payer by another way.
    """

    name = "notice_lost"
    operations = frozenset({"notify"})
    per = Per.EXCHANGE
    scalar = "via"

    via: Literal["sms", "email", "in_app", "phone"] = "sms"

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """A message moves no money."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """The answer says that it was not delivered."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The order not to deliver it."""
        return Undeliver(self.via)
