"""The careful shop, put together from parts that speak to Stripe."""

from __future__ import annotations

import stripe
from aiohttp import web

from simulator.merchants.careful.app import Parts
from simulator.merchants.careful.app import make_app as make_shop
from simulator.merchants.careful.config import Settings
from simulator.merchants.careful_stripe.channel import StripeChannel
from simulator.merchants.careful_stripe.policy import StripePolicy
from simulator.merchants.careful_stripe.webhooks import StripeVerifier


def make_app(settings: Settings) -> web.Application:
    """The whole shop, ready to be run."""
    # It tells Stripe how fast Stripe is, and keeps a file in the home directory for that.
    stripe.enable_telemetry = False
    parts = Parts(policy=StripePolicy, channel=StripeChannel, verifier=StripeVerifier)
    return make_shop(settings, parts)
