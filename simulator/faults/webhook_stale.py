"""A webhook that was signed long ago."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulator.faults.actions import Action, AgeWebhook
from simulator.faults.fault import Draw, WebhookFault
from simulator.units import Duration


class WebhookStale(WebhookFault):
    """An event comes with a right signature whose timestamp is old.

    So does one that somebody recorded and sends again. Standard Webhooks asks receivers to refuse
    timestamps that are more than a few minutes off; one that does not can be told the same news a
    year later. Whatever is answered to it does not acknowledge the event: the gateway tries again
    by its schedule, and unless that try is struck too, it is signed afresh.
    """

    name = "webhook_stale"
    scalar = "age"

    age: Annotated[Duration, Field(gt=0)] = Field(
        default=600.0, json_schema_extra={"default": "10m"}
    )

    def act(self, draw: Draw) -> Action:
        """How old the timestamp is to be, in seconds."""
        return AgeWebhook(self.age)
