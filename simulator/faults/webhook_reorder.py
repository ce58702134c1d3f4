"""Old news comes after new news."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulator.faults.actions import Action, HoldWebhook
from simulator.faults.fault import Draw, WebhookFault
from simulator.units import Duration


class WebhookReorder(WebhookFault):
    """An event is held back until a later event of the same order has been taken in.

    No gateway promises an order, and a retried delivery is enough to break it: the first card was
    declined, the second one paid, and the news of the decline arrives last. A merchant that lets
    the latest webhook decide cancels an order that is paid. If no later event comes, the held one
    is sent after `at_most`, in order, and that is no hit. One event of an order is held at a time.
    """

    name = "webhook_reorder"
    scalar = "at_most"

    at_most: Annotated[Duration, Field(gt=0)] = Field(
        default=10.0, json_schema_extra={"default": "10s"}
    )

    def act(self, draw: Draw) -> Action:
        """How long to hold it back at most, in seconds of the account's clock."""
        return HoldWebhook(self.at_most)
