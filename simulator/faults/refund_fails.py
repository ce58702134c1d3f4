"""A refund is accepted, and fails later."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from simulator.errors import UsageError
from simulator.failures import catalogue
from simulator.faults.actions import Action
from simulator.faults.fault import Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import FailRefund
from simulator.gateway.model import RefundStatus
from simulator.units import Duration


def _known(name: str) -> str:
    try:
        return catalogue.failure(name).name
    except UsageError as unknown:
        raise ValueError(str(unknown)) from unknown


_NAMES: Final = tuple(failure.name for failure in catalogue.FAILURES)


class RefundFails(Fault):
    """A refund is accepted and comes back after a while: the money is the merchant's again.

    The card was closed meanwhile, or the wallet is frozen. A shop that ticks the refund off when it
    was accepted keeps the payer's money for good, and only the news of the failure, a query or the
    daily statement tells it. The same way fails again, for it sticks to the card: the money must go
    back by another (`route: bank_transfer`), under another reference, and the payer must hear of
    it. `told: succeeded` is the cruel kind: the refund was called done before it failed.
    """

    name = "refund_fails"
    operations = frozenset({"refund"})
    per = Per.CARD
    scalar = "after"

    after: Duration
    reason: Annotated[
        str, AfterValidator(_known), Field(json_schema_extra={"enum": list(_NAMES)})
    ] = "account_closed"
    told: Literal["pending", "succeeded"] = "pending"

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """In the end nothing has moved."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """Accepted, or even done: that it fails comes out later."""
        return Seen.OK if self.told == "succeeded" else Seen.INFO

    def act(self, draw: Draw) -> Action:
        """The order to accept the refund and let it fail, in seconds of the account's clock."""
        return FailRefund(self.after, self.reason, RefundStatus(self.told))
