"""A merchant's webhook endpoint in a thread, which answers by script."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import stripe

from tests.stripe.kit import Shop


class Letter(NamedTuple):
    """One that came."""

    signature: str
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The event in it, unverified."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    def verified(self, secret: str) -> stripe.Event:
        """The event, as Stripe's library takes it from whoever knows the secret."""
        return stripe.Webhook.construct_event(self.body, self.signature, secret)


class Hooks:
    """Answers with the scripted statuses in turn, then 200."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.script: list[int] = []
        self._letters: queue.Queue[Letter] = queue.Queue()

    def take(self, letter: Letter) -> int:
        """The status that answers one."""
        status = self.script.pop(0) if self.script else 200
        self._letters.put(letter)
        return status

    def next(self) -> Letter:
        """The next that came; fails the test after five real seconds rather than hang."""
        return self._letters.get(timeout=5)

    def some(self, number: int) -> list[dict[str, Any]]:
        """So many events, unverified, in the order in which they happened."""
        found = [self.next().event for _ in range(number)]
        return sorted(found, key=lambda event: str(event["id"]))

    @property
    def silent(self) -> bool:
        """Whether nothing came that was not asked for."""
        return self._letters.empty()


@contextmanager
def listening() -> Iterator[Hooks]:
    """An endpoint on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            letter = Letter(self.headers.get("Stripe-Signature", ""), self.rfile.read(length))
            self.send_response(hooks.take(letter))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hooks = Hooks(f"http://127.0.0.1:{server.server_address[1]}/hooks")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hooks
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def settled(shop: Shop, number: int) -> list[dict[str, Any]]:
    """The deliveries of an account, once so many have ended."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        found: list[dict[str, Any]] = shop.control("GET", "/deliveries")["data"]
        if len(found) >= number:
            return found
    raise AssertionError(f"{len(found)} deliveries ended, not {number}")
