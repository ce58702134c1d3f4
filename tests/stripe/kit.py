"""A gateway in a thread of its own, and Stripe's own library as its client, on a real socket.

Every JSON answer that passes is held against Stripe's published document.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import stripe

from simulator.assembly import Serving, Settings, serving
from tests.stripe import spec

#: The code for what Stripe has and this gateway has not: Stripe itself needs none.
_OURS = "parameter_unsupported"
#: A publishable key is shown less than the document has.
_PUBLIC = "pk_test_"
_LACKS = " lacks "


class Checked(stripe.RequestsClient):
    """Stripe's HTTP client; notes what came back, and what is wrong with its shape."""

    def __init__(self) -> None:
        super().__init__(timeout=20)
        self.complaints: list[str] = []
        self.headers: Mapping[str, str] = {}
        self.bodies: list[dict[str, Any]] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Ask, and look at what comes back."""
        content, status, received = super().request(method, url, headers, post_data)
        self.headers = received
        if received.get("Content-Type", "").startswith("application/json"):
            body = json.loads(content)
            self.bodies.append(body)
            path = urlsplit(url).path
            found = spec.complaints(method.upper(), path, status, body)
            public = _PUBLIC in (headers or {}).get("Authorization", "")
            self.complaints += [
                f"{method} {path} {status}: {each}"
                for each in found
                if _OURS not in each and not (public and _LACKS in each)
            ]
        return content, status, received


@dataclass
class Shop:
    """One account of the gateway, as a merchant sees it who uses Stripe's library."""

    gateway: Serving
    account: str
    http: Checked = field(default_factory=Checked)
    retries: int = 0

    @property
    def key(self) -> str:
        """The secret key."""
        return f"sk_test_{self.account}"

    @property
    def client(self) -> stripe.StripeClient:
        """Stripe's client, which knows only the key and the address."""
        return stripe.StripeClient(
            self.key,
            base_addresses={"api": self.gateway.primary},
            http_client=self.http,
            max_network_retries=self.retries,
        )

    def control(self, method: str, path: str, **options: Any) -> Any:
        """Ask the control API about this account; returns the JSON of the answer."""
        answer = requests.request(
            method,
            f"{self.gateway.control}/accounts/{self.account}{path}",
            headers={"Authorization": f"Bearer {self.gateway.token}"},
            timeout=10,
            **options,
        )
        assert answer.ok, f"{answer.status_code}: {answer.text}"
        return answer.json() if answer.content else None

    def play(self, rules: str) -> None:
        """Put a scenario of these rules (YAML, in flow style, one a line)."""
        lines = "\n".join(f"  - {rule}" for rule in rules.strip().splitlines())
        text = f"scenario: 1\nname: in-a-test\nrules:\n{lines}\n"
        self.control("PUT", "/scenario", data=text.encode())

    def advance(self, by: str) -> None:
        """Move the account's clock forward."""
        self.control("POST", "/clock/advance", json={"by": by})

    def post(self, path: str, body: str = "", **headers: str) -> requests.Response:
        """Post a form by hand, without the library."""
        return requests.post(
            self.gateway.primary + path,
            data=body.encode(),
            headers={
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/x-www-form-urlencoded",
                **headers,
            },
            timeout=20,
        )


@contextmanager
def running(settings: Settings | None = None) -> Iterator[Serving]:
    """A gateway in a thread, for as long as the context lasts."""
    made = settings or Settings(port=0, backup_port=0, control_port=0)
    ready: list[Serving] = []
    up, over = threading.Event(), threading.Event()

    async def serve() -> None:
        try:
            async with serving(made) as gateway:
                ready.append(gateway)
                up.set()
                await asyncio.to_thread(over.wait)
        finally:
            up.set()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="gateway")
    thread.start()
    try:
        up.wait()
        yield ready[0]
    finally:
        over.set()
        thread.join()
