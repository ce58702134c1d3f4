"""A webhook is not sent."""

from __future__ import annotations

from simulator.faults.actions import Action, DropWebhook
from simulator.faults.fault import Draw, Seen, WebhookFault


class WebhookDrop(WebhookFault):
    """One try to deliver an event is lost; the schedule tries again.

    Each try is drawn anew, so with a share of 100% nothing ever arrives, and below that it arrives
    late. A merchant that learns of captures from webhooks alone leaves payers charged and unserved;
    one that also queries does not notice.
    """

    name = "webhook_drop"

    @property
    def seen(self) -> Seen:
        """Nothing arrives, so nothing is learnt."""
        return Seen.INFO

    def act(self, draw: Draw) -> Action:
        """The order to send nothing this time."""
        return DropWebhook()
