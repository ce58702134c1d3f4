"""A payer at the pages of sessions, with a browser that runs nothing."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

import requests

from tests.stripe.kit import Shop

GOOD = "4242424242424242"
BROKE = "4000000000009995"
SECURE = "4000002760003184"
EMAIL = "payer@example.com"
SITE = "https://shop.example"
DONE = SITE + "/done?session={CHECKOUT_SESSION_ID}"
SHIRTS = {
    "price_data": {"currency": "usd", "unit_amount": 1500, "product_data": {"name": "T-shirt"}},
    "quantity": 2,
}


def opened(shop: Shop, **more: Any) -> Any:
    """A fresh session, of 30 dollars unless other line items are wanted."""
    wanted = {"mode": "payment", "line_items": [SHIRTS], "success_url": DONE, **more}
    return shop.client.v1.checkout.sessions.create(wanted)  # type: ignore[arg-type]


def now(shop: Shop, session: Any) -> Any:
    """The session as it is now."""
    return shop.client.v1.checkout.sessions.retrieve(session.id)


def told(shop: Shop) -> list[str]:
    """The names of all events, oldest first."""
    return [each.type for each in shop.client.v1.events.list({"limit": 100}).data][::-1]


class Payer:
    """Somebody at a page."""

    def __init__(self) -> None:
        self.http = requests.Session()
        self.http.headers.update({"Accept": "text/html", "Accept-Language": "en"})

    def look(self, url: str) -> requests.Response:
        """Load a page, and go nowhere else."""
        return self.http.get(url, allow_redirects=False, timeout=10)

    def post(self, page: requests.Response, url: str, **fields: str) -> str:
        """Send the form of a page, and go on to where that leads; returns where it ends."""
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        answer = self.http.post(url, data=hidden | fields, allow_redirects=False, timeout=10)
        while answer.status_code == 303:
            url = urljoin(url, answer.headers["Location"])
            if url.startswith(SITE):
                return url
            answer = self.look(url)
        return url

    def pay(self, session: Any, number: str = GOOD) -> str:
        """Fill in the card form and send it."""
        card = {"method": "card", "number": number, "expiry": "12/30", "cvc": "123"}
        page = self.look(session.url)
        email = {"email": EMAIL} if 'name="email"' in page.text else {}
        return self.post(page, session.url, **card, **email)
