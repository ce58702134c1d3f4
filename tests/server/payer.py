"""A payer without a browser: at the page of an authentication, and at the inbox."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.server.kit import Answer, Desk


def card(token: str) -> dict[str, Any]:
    """The body of a payment by this card."""
    return {"method": {"type": "card", "token": token}}


class Payer:
    """Sends what the page of one payment takes; needs no key."""

    def __init__(self, it: Desk, made: Answer) -> None:
        self.gateway = it
        self.payment = made.body["id"]
        self.path = "/pay/" + made.body["next_action"]["url"].partition("/pay/")[2]

    async def look(self, **kw: Any) -> Answer:
        """The page."""
        return await self.gateway.call("GET", self.path, api_key="none", **kw)

    async def act(self, action: str, **fields: Any) -> Answer:
        """Do something there."""
        body = {"action": action, **fields}
        return await self.gateway.call("POST", self.path, body, api_key="none")

    async def codes(self) -> list[str]:
        """The codes that have arrived."""
        inbox = await self.gateway.control("GET", f"/accounts/shop/inbox?payment={self.payment}")
        return [message["code"] for message in inbox.body["data"]]

    async def status(self) -> str:
        """The status of the payment, as its merchant sees it."""
        answer = await self.gateway.call("GET", f"/v1/payments/{self.payment}")
        status: str = answer.body["status"]
        return status

    async def until(self, status: str) -> None:
        """Wait for the payment to be so; the gateway's clock does the rest."""
        async with asyncio.timeout(5):
            for _ in range(500):
                if await self.status() == status:
                    return
                await asyncio.sleep(0.01)
