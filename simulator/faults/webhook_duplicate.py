"""A webhook comes more than once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulator.faults.actions import Action, RepeatWebhook
from simulator.faults.fault import Draw, WebhookFault


class WebhookDuplicate(WebhookFault):
    """The same event, with the same id, is sent `times` times more.

    Every gateway promises delivery at least once, and none promises only once. A merchant that does
    not remember the ids of events ships twice, books twice, or refunds twice.
    """

    name = "webhook_duplicate"
    scalar = "times"

    times: Annotated[int, Field(ge=1, le=100)] = 1

    def act(self, draw: Draw) -> Action:
        """How many copies to send beside the first."""
        return RepeatWebhook(self.times)
