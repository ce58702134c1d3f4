"""A webhook comes late."""

from __future__ import annotations

from simulator.faults.actions import Action, DelayWebhook
from simulator.faults.fault import Draw, WebhookFault
from simulator.units import Duration


class WebhookDelay(WebhookFault):
    """The notification is sent later than it should be.

    Queues fill up when a sale opens, and news of a capture can arrive after the merchant has asked,
    decided and moved on. A merchant that only waits for webhooks leaves the payer waiting too; one
    that queries must not act on the same news twice when it comes at last.
    """

    name = "webhook_delay"
    scalar = "by"

    by: Duration

    def act(self, draw: Draw) -> Action:
        """The delay, in seconds of the account's clock."""
        return DelayWebhook(self.by)
