"""The bank, the wallet or a risk rule says no."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from simulator.errors import UsageError
from simulator.failures import catalogue
from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway import directives
from simulator.units import Duration


def _decided(name: str) -> str:
    try:
        failure = catalogue.failure(name)
    except UsageError as unknown:
        raise ValueError(str(unknown)) from unknown
    if not failure.declines:
        raise ValueError(
            f"'{name}' is no decline: it is not decided on, it happens on the way or afterwards; "
            "use a fault such as lost_reply, hang, error or late_success"
        )
    return name


_NAMES: Final = tuple(failure.name for failure in catalogue.FAILURES if failure.declines)


class Decline(Fault):
    """The charge is refused with a failure of the catalogue, and no money moves.

    The commonest trouble of all: the card is empty, expired, lost, or the bank just says no. The
    answer is clear, so all depends on what the merchant makes of it: a hard decline must not be
    tried again, a soft one not at once, and the payer wants to hear a next step. A lack of funds, a
    wrong code or a risk block sticks to the card, so that a blind retry is declined again; soft
    trouble at the issuer or the gateway is drawn anew at each attempt. With `retry_after` the
    answer says how long to wait, as gateways do after too many tries; whoever comes sooner breaks
    the retry rules.
    """

    name = "decline"
    operations = CHARGES
    per = Per.CARD
    scalar = "failure"

    failure: Annotated[
        str, AfterValidator(_decided), Field(json_schema_extra={"enum": list(_NAMES)})
    ]
    retry_after: Annotated[Duration, Field(gt=0)] | None = None

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """Nothing is debited."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """The caller is told no."""
        return Seen.FAIL

    @property
    def keyed_by(self) -> Per:
        """The attempt for trouble that passes, the card for what sticks to it."""
        return Per.ATTEMPT if catalogue.failure(self.failure).passes else self.per

    def act(self, draw: Draw) -> Action:
        """The order to decline."""
        return directives.Decline(self.failure, wait=self.retry_after)
