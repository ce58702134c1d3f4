"""The card's bank wants to know who pays, before it says whether it will."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from simulator.faults.actions import Action
from simulator.faults.fault import CHARGES, Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import Challenge
from simulator.profiles.method import Proof
from simulator.units import Duration

#: Results of which the payer notices nothing, and the charge goes on.
_SILENT: Final = frozenset({"frictionless", "attempted", "informational"})
#: Results that end the payment at once.
_NO: Final = frozenset({"failed", "rejected", "unavailable"})
#: Results that come to pass `after` some time.
_TIMED: Final = frozenset({"decoupled", "abandoned"})


class ThreeDs(Fault):
    """A card is asked to authenticate with 3-D Secure 2, and this is how it goes.

    `frictionless` is the bank that knows its customer and asks nothing, `challenge` the one that
    sends the payer to its own page; `attempted` a bank that takes no part, whose payments are
    covered all the same. `failed` and `rejected` are a plain no. The rest is what makes carts stay
    behind: a bank whose server is `unavailable`, a challenge that nobody ever answers (`timeout`),
    a payer who closes the page (`abandoned`), an approval in the bank's own app that comes `after`
    a while or never (`decoupled`). Nothing is debited before the payer has proved it; then the
    bank decides on the charge itself, and may still say no.

    At the operation `authenticate`, it strikes the payer who has just approved: the page says yes,
    and the bank says no, or nothing.
    """

    name = "three_ds"
    operations = CHARGES | {"authenticate"}
    per = Per.CARD
    scalar = "result"
    proves = True

    result: Literal[
        "frictionless", "challenge", "failed", "rejected", "attempted", "informational",
        "unavailable", "timeout", "abandoned", "decoupled",
    ] = "challenge"  # fmt: skip
    reason: Annotated[str, StringConstraints(pattern=r"^\d\d$")] | None = None
    after: Duration | None = None
    expires: Annotated[Duration, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.after is not None and self.result not in _TIMED:
            raise ValueError("`after` goes with decoupled and abandoned only")
        if self.expires is not None and self.result in _SILENT | _NO:
            raise ValueError(f"nobody waits where the result is {self.result}: no `expires`")
        return self

    @property
    def stage(self) -> Stage:
        """In place of the decision."""
        return Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """Nothing is debited for as long as the payer has proved nothing."""
        return Effect.ONCE if self.result in _SILENT else Effect.NONE

    @property
    def seen(self) -> Seen:
        """The caller is told what is asked for, or no."""
        return Seen.FAIL if self.result in _NO else Seen.OK

    def act(self, draw: Draw) -> Action:
        """The order to ask for 3-D Secure."""
        return Challenge(
            Proof.THREE_DS,
            self.result,
            reason=self.reason,
            after=self.after,
            expires=self.expires,
        )
