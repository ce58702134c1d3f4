"""Which dialect a request is in. Both lie under `/v1/`, and share two names there."""

from __future__ import annotations

from typing import Final

from aiohttp.web_request import BaseRequest

_VERSION: Final = "v1"
#: Of this nothing is here, and the Stripe dialect says so.
_SECOND: Final = "v2"
#: What only Stripe's API has, by the first step behind /v1/.
_ONLY_STRIPE: Final = frozenset(
    {
        "account",
        "balance",
        "balance_transactions",
        "charges",
        "checkout",
        "customers",
        "events",
        "payment_intents",
        "payment_methods",
        "prices",
        "products",
        "radar",
        "setup_intents",
        "test_helpers",
        "tokens",
        "webhook_endpoints",
    }
)
_FORM: Final = "application/x-www-form-urlencoded"


def speaks_stripe(http: BaseRequest) -> bool:
    """Whether a request is one of Stripe's API.

    Its SDKs say so in their headers. Whoever asks by hand is known by what is asked for, by the
    form or the basic authentication that Stripe's own examples use.
    """
    headers = http.headers
    if "Stripe-Version" in headers or "X-Stripe-Client-User-Agent" in headers:
        return True
    steps = http.path.split("/", 3)
    if len(steps) > 2 and (
        steps[1] == _SECOND or (steps[1] == _VERSION and steps[2] in _ONLY_STRIPE)
    ):
        return True
    is_form = headers.get("Content-Type", "").startswith(_FORM)
    return is_form or headers.get("Authorization", "").startswith("Basic ")
