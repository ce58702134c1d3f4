"""The payer's page does not work."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from simulator.faults import actions
from simulator.faults.actions import Action
from simulator.faults.fault import Draw, Effect, Fault, Per, Seen, Stage
from simulator.gateway.directives import Mar
from simulator.units import Duration

_HANGS_S: Final = 30.0


class Page(Fault):
    """A page of the gateway fails in the payer's browser; looking at a page moves no money.

    The page hangs and never comes; it comes blank, or says "Error 403"; its button does nothing; it
    says that the session is over, or that the browser is not supported. The shop learns nothing of
    it: to the shop the payer has gone silent. What the payer did before stands, so that after a
    payment went through the result may be what does not show; a payer who then pays again at
    another page is charged twice unless the order is looked at first. Each try is drawn anew, so
    that reloading, or another browser, can help.
    """

    name = "page"
    operations = frozenset({"page"})
    per = Per.EXCHANGE
    scalar = "how"

    how: Literal["hangs", "blank", "error_403", "dead_button", "expired", "unsupported_browser"]
    seconds: Annotated[Duration | None, Field(alias="for")] = None

    @model_validator(mode="after")
    def _only_hanging_lasts(self) -> Self:
        if self.seconds is not None and self.how != "hangs":
            raise ValueError("'for' is how long a page hangs; the others take no time")
        return self

    @property
    def stage(self) -> Stage:
        """In place of the page, or in what is shown."""
        return Stage.BEFORE if self.how in {"hangs", "error_403"} else Stage.DECIDE

    @property
    def effect(self) -> Effect:
        """Looking at a page moves no money."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """Nothing that would tell how the payment stands."""
        return Seen.INFO

    def act(self, draw: Draw) -> Action:
        """Silence, a bare 403, or a flaw of what is shown."""
        match self.how:
            case "hangs":
                return actions.Hang(_HANGS_S if self.seconds is None else self.seconds)
            case "error_403":
                return actions.Answer(403, "html")
            case flaw:
                return Mar(flaw)
