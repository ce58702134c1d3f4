"""Payers who have to prove who pays, at both reference merchants and a real gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from simulator.assembly import Settings as GatewaySettings
from simulator.assembly import serving
from simulator.merchants import naive
from simulator.merchants.careful.app import make_app
from tests.merchants.kit import merchant
from tests.merchants.shops import settings
from tests.merchants.site import Site
from tests.merchants.timings import QUICK


def careful(site: Site, challenge: float = 5.0) -> web.Application:
    """The careful shop; a payer has `challenge` seconds."""
    return make_app(settings(site, replace(QUICK, challenge=challenge)))


def careless(site: Site) -> web.Application:
    """The naive shop."""
    return naive.make_app(naive.Settings(site.primary, site.key))


class Street:
    """A shop, its gateway, and somebody who goes back and forth."""

    def __init__(self, shop: str, site: Site, session: aiohttp.ClientSession) -> None:
        self._shop = shop
        self._site = site
        self._session = session

    async def order(self, token: str) -> dict[str, Any]:
        """Place the order with this card."""
        method = {"type": "card", "token": token}
        body = {"order_id": "o1", "amount": 1000, "currency": "EUR", "method": method}
        return await self._send("POST", f"{self._shop}/orders", body)

    async def pay(self, token: str) -> dict[str, Any]:
        """Try once more."""
        body = {"method": {"type": "card", "token": token}}
        return await self._send("POST", f"{self._shop}/orders/o1/pay", body)

    async def act(self, page: str, action: str) -> None:
        """Do something at the page."""
        await self._send("POST", page, {"action": action})

    async def until(self, status: str) -> dict[str, Any]:
        """Ask the shop until it says so."""
        async with asyncio.timeout(8):
            for _ in range(400):
                answer = await self._send("GET", f"{self._shop}/orders/o1")
                if answer["status"] == status:
                    return answer
                await asyncio.sleep(0.02)
        raise AssertionError(f"the order never became {status}")

    async def payments(self) -> list[str]:
        """The statuses of all payments of the order."""
        headers = {"Authorization": f"Bearer {self._site.key}"}
        url = f"{self._site.primary}/v1/payments?order_id=o1"
        async with self._session.get(url, headers=headers) as response:
            return [each["status"] for each in (await response.json())["data"]]

    async def _send(self, verb: str, url: str, body: object = None) -> dict[str, Any]:
        async with self._session.request(verb, url, json=body) as response:
            answer: dict[str, Any] = await response.json()
            return answer


@asynccontextmanager
async def street(make: Callable[[Site], web.Application]) -> AsyncIterator[Street]:
    """The shop at a gateway of its own, which sends it webhooks."""
    served = GatewaySettings(port=0, backup_port=0, control_port=0)
    async with serving(served) as gateway, aiohttp.ClientSession() as session:
        site = Site(gateway.primary, gateway.backup, gateway.secret)
        async with merchant(make(site)) as shop:
            gateway.gateway.tenant("drill").aim(f"{shop}/webhooks", gateway.secret)
            yield Street(shop, site, session)


@pytest.mark.parametrize("make", [careful, careless])
async def test_the_page_reaches_the_payer_and_the_money_the_shop(
    make: Callable[[Site], web.Application],
) -> None:
    """Pending with the gateway's page; approved there, the order is paid, and no page is left."""
    async with street(make) as it:
        told = await it.order("tok_3ds_challenge_DE_1")
        assert told["status"] == "pending"
        assert told["next_action"]["type"] == "three_ds"
        await it.act(told["next_action"]["url"], "approve")
        assert (await it.until("paid"))["next_action"] is None
        assert await it.payments() == ["captured"]


async def test_a_payer_who_does_not_pass_is_told_no_and_may_try_again() -> None:
    """The order fails, says why, and is paid by the next card."""
    async with street(careful) as it:
        told = await it.order("tok_3ds_challenge_DE_1")
        await it.act(told["next_action"]["url"], "reject")
        assert "confirmation" in (await it.until("failed"))["message"]
        assert (await it.pay("tok_visa_DE_2"))["status"] == "paid"
        assert await it.payments() == ["failed", "captured"]


async def test_a_payer_who_never_comes_is_not_waited_for() -> None:
    """After its patience the shop cancels, which closes the page; then it says no."""
    async with street(lambda site: careful(site, challenge=0.6)) as it:
        told = await it.order("tok_otp_ok_DE_1")
        assert told["next_action"]["type"] == "otp"
        await it.until("failed")
        assert await it.payments() == ["canceled"]


async def test_an_issuer_that_wants_a_proof_gets_one_at_the_next_try() -> None:
    """The first try is declined for want of a proof; the next one asks for it."""
    async with street(careful) as it:
        assert (await it.order("tok_decline_authentication_required"))["status"] == "failed"
        told = await it.pay("tok_visa_DE_2")
        assert (told["status"], told["next_action"]["type"]) == ("pending", "three_ds")
        await it.act(told["next_action"]["url"], "approve")
        await it.until("paid")
