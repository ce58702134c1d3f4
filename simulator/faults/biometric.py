"""The payer is to approve with a fingerprint or a face."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import Challenge
from simulator.profiles.method import Proof
from simulator.units import Duration


class Biometric(Fault):
    """The payer is asked to approve on the own device, and this is how that goes.

    It `fails` for wet fingers and new glasses: after five failed checks the device takes no more
    of them. It is `unavailable` when the request never reaches the device. Whoever may fall back on
    a code (`fallback: otp`) can still pay; with `fallback: none` the payment fails. Nothing is
    debited before the payer has approved. The payer has `expires`.

    At the operation `authenticate`, it strikes the one approval that is given then.
    """

    name = "biometric"
    operations = CHARGES | {"authenticate"}
    per = Per.ATTEMPT
    scalar = "result"
    proves = True

    result: Literal["ok", "fails", "unavailable"] = "ok"
    fallback: Literal["otp", "none"] = "otp"
    expires: Annotated[Duration, Field(gt=0)] | None = None

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """Nothing is debited for as long as the payer has proved nothing."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """The caller is told what is asked for."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The order to ask for an approval."""
        return Challenge(
            Proof.BIOMETRIC,
            self.result,
            expires=self.expires,
            fallback=self.fallback == "otp",
        )
