"""A webhook comes late."""

from __future__ import annotations

from simulator.faults.actions import Action, DelayWebhook
from simulator.faults.fault import WEBHOOKS, Draw, Effect, Fault, Per, Seen, Stage
from simulator.units import Duration


class WebhookDelay(Fault):
    """The notification is sent later than it should be.

    Queues fill up when a sale opens, and news of a capture can arrive after the merchant has asked,
    decided and moved on. A merchant that only waits for webhooks leaves the payer waiting too; one
    that queries must not act on the same news twice when it comes at last.
    """

    name = "webhook_delay"
    operations = WEBHOOKS
    per = Per.EXCHANGE
    scalar = "by"

    by: Duration

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
        """The truth, in the end."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The delay, in seconds of the account's clock."""
        return DelayWebhook(self.by)
