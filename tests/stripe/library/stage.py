"""The stage of the library's scenarios, with a merchant of Stripe's on it."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final, cast

import msgspec
import stripe
from aiohttp import web

from simulator.journal.entry import Delivery
from tests.scenarios.stage import Stage
from tests.server.receiver import Receiver
from tests.stripe.library.client import Client
from tests.stripe.library.shapes import checked_event

#: What a shop wants to hear: one event for each thing that happens to its money.
NEWS: Final = [
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.refunded",
    "refund.failed",
    "refund.updated",
]


class Ears(Receiver):
    """A merchant's webhook endpoint that has Stripe's library look at every signature."""

    def __init__(self, got: list[str]) -> None:
        super().__init__(got)
        self.secrets: dict[str, str] = {}  # by channel
        self.complaints: list[str] = []  # of the shape of events
        self.trusted: list[tuple[str, bool]] = []

    async def _take(self, request: web.Request) -> web.Response:
        payload, header = await request.text(), request.headers["Stripe-Signature"]
        event = msgspec.json.decode(payload)
        self.complaints += checked_event(event)
        try:
            stripe.Webhook.construct_event(payload, header, self.secrets[request.query["channel"]])
            trusted = True
        except stripe.SignatureVerificationError:
            trusted = False
        self.trusted.append((event["id"], trusted))
        self._got.append(event["id"])
        return web.Response(status=204 if self.accept else 500)


class StripeStage(Stage):
    """The same deeds, through Stripe's API; news comes to endpoints that it made."""

    it: Client
    client: ClassVar[type[Client]] = Client
    receiver: ClassVar[type[Receiver]] = Ears
    waiting: ClassVar[str] = "processing"

    async def open(self, receiver: Receiver) -> None:
        """Make an endpoint on each channel, and let the scenario begin."""
        self.ears = cast("Ears", receiver)
        for channel in ("primary", "backup"):
            url = f"http://127.0.0.1:{receiver.port}/hooks?channel={channel}"
            form = {"url": url, "enabled_events": NEWS}
            made = await self.stripe("POST", "/v1/webhook_endpoints", form, channel=channel)
            self.ears.secrets[channel] = made["secret"]
        await self.restart()

    async def stripe(self, method: str, path: str, form: Any = None, **kw: Any) -> dict[str, Any]:
        """An answer of Stripe's API as it is; it must not be an error."""
        answer = await self.it.stripe(method, path, form, **kw)
        assert answer.status == 200, answer
        return answer.body

    def retrying(self, payment: dict[str, Any], cause: str, tries: int) -> None:
        """Why, and how often it was tried, is not told: only that it goes on."""
        assert payment["status"] == self.waiting, payment

    async def check_news(self) -> None:
        """Stripe's library believed what was genuine and fresh, and nothing else."""
        for _ in range(100):  # what has arrived just now may not be written down yet
            sent = [line for line in self.it.lines() if isinstance(line, Delivery) and line.sent]
            told = {(line.event, line.genuine and not line.stale) for line in sent}
            if told == set(self.ears.trusted):
                break
            await asyncio.sleep(0.01)
        assert told == set(self.ears.trusted)
        assert self.ears.complaints == []
