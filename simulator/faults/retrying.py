"""The payment does not get through, and the gateway goes on sending it by itself."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import Resend
from simulator.units import Duration

_Cause = Literal["network", "merchant", "app", "account"]
_End = Literal["captured", "failed", "never"]

#: Where the merchant's own system is the trouble, the merchant decides how it ends.
_BY_MERCHANT: Final = "merchant"


class Retrying(Fault):
    """The charge meets trouble, and the gateway sends it again by itself: "abnormal, retrying".

    A wallet whose network, app or account is in trouble says neither yes nor no. The gateway tries
    again on its own, a bounded number of times under one key, and says so: status `retrying` in
    answers, queries and events. A shop that takes this for a failure and lets the payer pay again
    charges twice; one that takes it for success may deliver for nothing. It has to wait, ask, and
    cancel before it tries anything else.

    `tries` are sent at most, the first after `every`, each gap `growth` times the one before. With
    `ends: captured` the last one gets through, with `failed` none does, and with `never` it goes on
    and on until the payer's time is over, and fails then. `cause` says what is the trouble, and
    what the payment fails with. Where it is the `merchant`, the payment goes through as soon as the
    merchant acknowledges a `payment.retrying` event, and fails if no try finds that done.
    """

    name = "retrying"
    operations = CHARGES
    per = Per.ATTEMPT
    scalar = "tries"

    tries: Annotated[int, Field(ge=1, le=20)] | None = None
    every: Annotated[Duration, Field(gt=0)] | None = None
    growth: Annotated[float, Field(ge=1, le=10)] | None = None
    ends: _End = "captured"
    cause: _Cause = "network"

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """The money moves later, or never."""
        return Effect.LATER if self.ends == "captured" else Effect.NONE

    @property
    def seen(self) -> Seen:
        """The truth, but no outcome: nobody knows yet how it ends."""
        return Seen.INFO

    def act(self, draw: Draw) -> Action:
        """The order to begin it."""
        ends: str | None = "captured" if self.ends == "captured" else "failed"
        if ends == "captured" and self.cause == _BY_MERCHANT:
            ends = None
        return Resend(
            self.cause, ends, self.tries, self.every, self.growth, lasting=self.ends == "never"
        )
