"""The careful shop and a payer's wallet: a refund that is asked for there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from simulator.assembly import Settings, serving
from simulator.merchants.careful.app import make_app
from tests.merchants.kit import merchant
from tests.merchants.shops import settings
from tests.merchants.site import Site

ACCOUNT = "drill"


class Street:
    """A shop on a gateway, and the payer's side of both."""

    def __init__(self, shop: str, control: str, session: aiohttp.ClientSession) -> None:
        self._shop = shop
        self._control = f"{control}/accounts/{ACCOUNT}"
        self._session = session

    async def order(self, name: str) -> dict[str, Any]:
        """An order paid from a wallet, as the order book has it."""
        body = {
            "order_id": name,
            "amount": 500,
            "currency": "EUR",
            "method": {"type": "wallet", "token": f"wal_DE_{name}"},
            "payer": {"country": "DE"},
        }
        async with self._session.post(f"{self._shop}/orders", json=body) as response:
            assert (await response.json())["status"] == "paid"
        return await self.row(name)

    async def row(self, name: str) -> dict[str, Any]:
        """A row of the order book."""
        async with self._session.get(f"{self._shop}/orders") as response:
            rows = (await response.json())["orders"]
        return next(row for row in rows if row["order_id"] == name)

    async def ask(self, payment: str) -> None:
        """The payer asks for the money back."""
        body = {"payment": payment, "reason": "does not fit"}
        async with self._session.post(f"{self._control}/refund-requests", json=body) as response:
            assert response.status == 201, await response.text()

    async def answers(self, status: str) -> list[dict[str, Any]]:
        """The requests, once all have this status."""
        for _ in range(300):
            async with self._session.get(f"{self._control}/refund-requests") as response:
                found: list[dict[str, Any]] = (await response.json())["data"]
            if found and all(each["status"] == status for each in found):
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"not {status}: {found}")

    async def balance(self, name: str) -> int:
        """What the payer's wallet holds."""
        async with self._session.get(f"{self._control}/wallets/wal_DE_{name}") as response:
            return int((await response.json())["balances"]["EUR"])


@pytest.fixture(name="street")
async def _street(tmp_path: Path) -> AsyncIterator[Street]:
    where = Settings(port=0, backup_port=0, control_port=0, journal=tmp_path / "journal.jsonl")
    async with serving(where) as gateway:
        headers = {"Authorization": f"Bearer {gateway.token}"}
        site = Site(gateway.primary, gateway.backup, gateway.secret)
        async with (
            merchant(make_app(settings(site))) as shop,
            aiohttp.ClientSession(headers=headers) as session,
        ):
            hook = {"url": f"{shop}/webhooks", "secret": gateway.secret}
            async with session.put(
                f"{gateway.control}/accounts/{ACCOUNT}/webhook", json=hook
            ) as response:
                assert response.status == 200
            yield Street(shop, gateway.control, session)


async def test_a_return_goes_back_into_the_wallet_once(street: Street) -> None:
    """The shop's policy takes it; the book calls the order refunded."""
    row = await street.order("o1")
    before = await street.balance("o1")
    for _ in range(2):
        await street.ask(row["payment_ids"][0])
    (request,) = await street.answers("accepted")
    assert request["refund"] is not None
    assert await street.balance("o1") == before + 500
    for _ in range(100):
        if (await street.row("o1"))["status"] == "refunded":
            break
        await asyncio.sleep(0.02)
    assert (await street.row("o1"))["amount_refunded"] == 500


async def test_what_is_too_late_is_declined_with_a_reason(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payer reads why in the wallet, and the money stays."""
    monkeypatch.setattr("simulator.merchants.careful.requests.RETURNS", -1.0)
    row = await street.order("o2")
    before = await street.balance("o2")
    await street.ask(row["payment_ids"][0])
    (request,) = await street.answers("declined")
    assert request["answer"] == "Returns are taken within 14 days of the payment."
    assert await street.balance("o2") == before
    assert (await street.row("o2"))["status"] == "paid"
