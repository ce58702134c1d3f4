"""A one-time code is sent, and does not arrive, or does not work."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import Challenge
from simulator.profiles.method import Proof
from simulator.units import Duration

Way = Literal["sms", "voice", "email"]
_WAY: Final = {"enum": list(get_args(Way))}
#: Trouble that sticks to the payer's number; other trouble is drawn anew for each message.
_OF_NUMBER: Final = frozenset({"wrong_number", "virtual_number"})


class Otp(Fault):
    """The payer is asked for a one-time code, and this is how the code fares on its way and back.

    `delivery` is what becomes of messages `by` these ways (all, if none is named): `never` (the
    handset is off, a filter ate it, the SMS gateway is down), `late` (`after` a time that may be
    longer than the code lives), `wrong_number` (it reaches somebody else: the number is not the one
    that the bank has), `virtual_number` (such numbers get no codes, and nothing is sent). A payer
    who has another way, a call or an e-mail, can still pay; one who has not gives up. `code` is
    what the right code meets: `refused`, or `expired` at once. The payer has `expires`.

    At the operation `authenticate`, it strikes the one message that is asked for then, or the one
    code that is typed then.
    """

    name = "otp"
    operations = CHARGES | {"authenticate"}
    per = Per.ATTEMPT
    scalar = "delivery"
    proves = True

    delivery: Literal["ok", "never", "late", "wrong_number", "virtual_number"] = "ok"
    by: Annotated[
        tuple[Way, ...],
        BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
        WithJsonSchema({"anyOf": [_WAY, {"type": "array", "items": _WAY}]}),
    ] = ()
    code: Literal["ok", "refused", "expired"] = "ok"
    after: Duration | None = None
    expires: Annotated[Duration, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.after is not None and self.delivery != "late":
            raise ValueError("`after` goes with delivery: late only")
        if self.by and self.delivery == "ok":
            raise ValueError("`by` says which messages meet the trouble; delivery: ok is none")
        if self.delivery in _OF_NUMBER and "email" in self.by:
            raise ValueError(f"{self.delivery} is about a phone number; e-mail has none")
        return self

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

    @property
    def keyed_by(self) -> Per:
        """The payer for trouble with a number, the attempt for all else."""
        return Per.PAYER if self.delivery in _OF_NUMBER else self.per

    def act(self, draw: Draw) -> Action:
        """The order to ask for a code."""
        return Challenge(
            Proof.OTP,
            self.delivery,
            by=self.by,
            code=self.code,
            after=self.after,
            expires=self.expires,
        )
