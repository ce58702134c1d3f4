"""Where the rules of the shop are others with Stripe."""

from __future__ import annotations

from simulator.merchants.careful.policy import Policy
from simulator.merchants.careful.records import Payment


class StripePolicy(Policy):
    """The same rules, but for how often is asked about an intent that is `processing`."""

    def is_slow(self, payment: Payment) -> bool:  # noqa: ARG002 - all of them are
        """An intent says only that it is under way, for seconds or for days; then webhooks tell."""
        return True
