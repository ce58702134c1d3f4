"""Somebody who is not the gateway sends a webhook."""

from __future__ import annotations

from simulator.faults.actions import Action, ForgeWebhook
from simulator.faults.fault import Draw, WebhookFault


class WebhookForged(WebhookFault):
    """A webhook with a bad signature claims a capture that never was.

    The address at which a shop takes webhooks is no secret. Whoever does not check the signature
    ships for free to anybody who can write JSON. The genuine event is sent beside it, unharmed.
    """

    name = "webhook_forged"

    def act(self, draw: Draw) -> Action:
        """The order to send a forgery too."""
        return ForgeWebhook()
