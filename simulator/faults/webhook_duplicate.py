"""A webhook comes more than once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulator.faults.actions import Action, RepeatWebhook
from simulator.faults.fault import WEBHOOKS, Draw, Effect, Fault, Per, Seen, Stage


class WebhookDuplicate(Fault):
    """The same event, with the same id, is sent `times` times more.

    Every gateway promises delivery at least once, and none promises only once. A merchant that does
    not remember the ids of events ships twice, books twice, or refunds twice.
    """

    name = "webhook_duplicate"
    operations = WEBHOOKS
    per = Per.EXCHANGE
    scalar = "times"

    times: Annotated[int, Field(ge=1, le=100)] = 1

    @property
    def stage(self) -> Stage:
        """The delivery of the event."""
        return Stage.WEBHOOK

    @property
    def effect(self) -> Effect:
        """A notification moves no money."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """The truth, repeated."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """How many copies to send beside the first."""
        return RepeatWebhook(self.times)
