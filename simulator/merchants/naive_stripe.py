"""The shop that everyone has written once, with Stripe's own library.

The library does more than the shop knows: it sends a request that got no answer, or a 5xx, up to
three times by itself, each time under the same idempotency key. So a lost answer alone does not
charge anybody twice here. What remains is what the shop does when the library gives up:

1. **Any exception is a failure**, and the next try is a new PaymentIntent, under a new key. A
   `CardError` says that nothing was taken; an `APIError` or `APIConnectionError` says nothing, and
   the first intent may have been paid, or will be. Then the payer pays twice.
2. **Nobody retrieves the intent** whose outcome was not told, and nobody cancels it. It has no name
   here: it was made and confirmed in one call, and the answer with its name is what got lost.
3. **After the last try the order is called failed**, and a webhook that knows better is not heard.
4. **Webhooks are believed unread.** `stripe.Webhook.construct_event` is a line that was left out,
   for the signature never matched while the shop was being tested.
5. **No second account, no refunds of what came twice, no answer to disputes, no look at the balance
   transactions.** Orders live in memory.

What to do instead is in the `careful_stripe` folder beside this file.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import aiohttp

from simulator.merchants import naive
from simulator.merchants.naive import Order, Settings

if TYPE_CHECKING:
    from aiohttp import web


class Shop(naive.Shop):
    """The same shop, but for how it charges and what webhooks look like."""

    def __init__(self, settings: Settings, session: aiohttp.ClientSession) -> None:
        super().__init__(settings, session)
        import stripe  # noqa: PLC0415 - it is an extra

        stripe.enable_telemetry = False
        self._stripe = stripe
        self._client = stripe.StripeClient(
            settings.api_key,
            base_addresses={"api": settings.gateway},
            http_client=stripe.AIOHTTPClient(timeout=settings.timeout, session=session),
        )

    async def _try(self, order: Order) -> bool:
        """One try, with an intent of its own; whether the matter is decided."""
        wish: Any = {
            "amount": order.amount,
            "currency": order.currency.lower(),
            "confirm": True,
            "metadata": {"order_id": order.id},
            "payment_method_data": _method(order.method),
            "return_url": f"http://127.0.0.1:{self._settings.port}/orders/{order.id}",
        }
        try:
            intent = await self._client.v1.payment_intents.create_async(wish)
        except self._stripe.CardError as error:
            order.status, order.message = "failed", error.user_message or "Declined."
            return True
        except (self._stripe.StripeError, aiohttp.ClientError, TimeoutError):
            return False
        if intent.status == "succeeded":
            order.status, order.message = "paid", "Thank you!"
            order.payments.append(intent.id)
        action = intent.next_action
        if action is not None and action.redirect_to_url is not None:
            order.next_action = {"url": action.redirect_to_url.url}
        return intent.status in {"succeeded", "processing", "requires_action"}

    def hear(self, event: Mapping[str, Any]) -> None:
        """Believe a webhook."""
        intent = event.get("data", {}).get("object", {})
        order = self.orders.get(intent.get("metadata", {}).get("order_id"))
        paid = event.get("type") == "payment_intent.succeeded"
        if order and paid and order.status == "pending":
            order.status, order.message = "paid", "Thank you!"
            order.payments.append(intent["id"])


def _method(method: Mapping[str, Any]) -> dict[str, Any]:
    if method["type"] == "card":
        return {"type": "card", "card": {"token": method["token"]}}
    token = method.get("token")
    return {"type": method["type"], **({"wallet": {"token": token}} if token else {})}


def make_app(settings: Settings) -> web.Application:
    """The whole shop, ready to be run."""
    return naive.Routes(settings, Shop).app()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the shop until it is told to stop; 0, or 2 if the environment is not right."""
    if find_spec("stripe") is None:
        sys.stderr.write(
            "naive-stripe needs Stripe's library, and this Python has none; install the extra: "
            "pip install 'paydrill[stripe]'\n"
        )
        return 2
    return naive.run("naive-stripe", make_app, argv)


if __name__ == "__main__":
    sys.exit(main())
