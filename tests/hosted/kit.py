"""A payer with a browser that runs nothing: forms, redirects, and what the page says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec

from simulator.gateway.authentication.codes import code_of
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.model import Status
from tests.server.kit import Desk, desk

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "en-GB,en;q=0.9"}
GOOD = "4242 4242 4242 4242"
BROKE = "4000000000009995"
SECURE = "4000002760003184"
BACK = "https://shop.example/orders/o1"


class View(msgspec.Struct):
    """What a browser got, and where it is."""

    status: int
    path: str
    html: str
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """What the payer reads."""
        body = self.html.partition("<body")[2].partition(">")[2]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def title(self) -> str:
        """The one heading of the page."""
        found = re.findall(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)
        assert len(found) == 1
        return unescape(re.sub(r"<[^>]+>", "", found[0])).strip()

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the first form."""
        form = self.html.partition("<form")[2].partition("</form>")[0]
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


class Payer:
    """Somebody at the pages of the account `shop`."""

    def __init__(self, here: Desk, session: aiohttp.ClientSession) -> None:
        self.desk = here
        self._session = session

    async def checkout(self, **fields: Any) -> str:
        """The path of a fresh page."""
        body = {"order_id": "o1", "amount": 18500, "currency": "USD", "return_url": BACK} | fields
        answer = await self.desk.call("POST", "/v1/checkouts", body)
        assert answer.status == 201, answer.body
        return urlsplit(answer.body["url"]).path

    async def look(self, path: str, **headers: str) -> View:
        """Load a page, and follow where it leads."""
        return await self._send("GET", path, None, headers)

    async def send(self, path: str, form: Mapping[str, str], **headers: str) -> View:
        """Post a form, and follow where that leads."""
        return await self._send("POST", path, form, headers)

    async def pay(self, path: str, number: str = GOOD, **fields: str) -> View:
        """Fill in the card form as it stands, and send it."""
        page = await self.look(path)
        card = {"method": "card", "number": number, "expiry": "12/30", "cvc": "123"}
        return await self.send(path, page.hidden | card | fields)

    async def json(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """As a program: no HTML."""
        url = self.desk.serving.primary + path
        async with self._session.request(method, url, json=body) as response:
            return response.status, await response.json()

    def taken(self, order: str = "o1") -> int:
        """How many payments took money."""
        state = self.desk.gateway.accounts.account("shop").store.channel("primary")
        return sum(each.status is Status.CAPTURED for each in state.payments_of(order))

    def code(self, path: str) -> str:
        """The newest code, as the payer reads it in the message."""
        name = path.partition("?")[0].rpartition("/")[2]
        thing = self.desk.gateway.accounts.account("shop").store.things[name]
        assert isinstance(thing, Authentication)
        assert thing.last is not None
        return code_of(thing, thing.last)

    async def _send(
        self, method: str, path: str, form: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> View:
        sent = BROWSER | {name.replace("_", "-"): value for name, value in headers.items()}
        url = self.desk.serving.primary + path
        async with self._session.request(method, url, data=form, headers=sent) as response:
            html = await response.text()
            place = urlsplit(str(response.url))
            where = place.path + (f"?{place.query}" if place.query else "")
            return View(response.status, where, html, dict(response.headers))


@asynccontextmanager
async def payer(folder: Path, scenario: str | None = None) -> AsyncIterator[Payer]:
    """A payer of a gateway that plays these rules."""
    timeout = aiohttp.ClientTimeout(total=20)
    async with desk(folder, scenario) as here, aiohttp.ClientSession(timeout=timeout) as session:
        yield Payer(here, session)
