"""A merchant's endpoint, a client session, and a dispatcher that runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from simulator.webhooks.target import Target
from tests.webhooks.kit import SECRET, Desk, Shop


@pytest.fixture(name="shop")
async def _shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


@pytest.fixture(name="other")
async def _other() -> AsyncIterator[Shop]:
    """A second endpoint of the same merchant."""
    async with open_shop() as shop:
        yield shop


@asynccontextmanager
async def open_shop() -> AsyncIterator[Shop]:
    """A merchant that listens."""
    shop = Shop()
    server = web.Server(shop.answer)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    shop.url = f"http://{host}:{port}/webhooks"
    yield shop
    shop.hold.set()
    await runner.cleanup()


@pytest.fixture(name="session")
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(name="desk")
async def _desk(
    session: aiohttp.ClientSession, shop: Shop, request: pytest.FixtureRequest
) -> AsyncIterator[Desk]:
    desk = Desk(session, timeout=getattr(request, "param", 5.0))
    desk.dispatcher.point(Target(shop.url, SECRET))
    owner = asyncio.get_running_loop().create_task(desk.dispatcher.run())
    yield desk
    desk.dispatcher.close()
    await owner
