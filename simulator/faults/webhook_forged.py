"""Somebody who is not the gateway sends a webhook."""

from __future__ import annotations

from simulator.faults.actions import Action, ForgeWebhook
from simulator.faults.fault import WEBHOOKS, Draw, Effect, Fault, Per, Seen, Stage


class WebhookForged(Fault):
    """A webhook with a bad signature claims a capture that never was.

    The address at which a shop takes webhooks is no secret. Whoever does not check the signature
    ships for free to anybody who can write JSON. The genuine event is sent beside it, unharmed.
    """

    name = "webhook_forged"
    operations = WEBHOOKS
    per = Per.EXCHANGE

    @property
    def stage(self) -> Stage:
        """The delivery of the event."""
        return Stage.WEBHOOK

    @property
    def effect(self) -> Effect:
        """A lie moves no money at the gateway."""
        return Effect.NONE

    @property
    def seen(self) -> Seen:
        """The signature tells the true event from the false one."""
        return Seen.OK

    def act(self, draw: Draw) -> Action:
        """The order to send a forgery too."""
        return ForgeWebhook()
