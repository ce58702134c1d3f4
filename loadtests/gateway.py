"""Payments straight to the gateway: `locust -f gateway.py --host http://127.0.0.1:4242 --rate 200`.

No shop stands between: this measures the gateway. See README.md beside this file.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Final

import msgspec
from locust import events
from openmodel import OpenModel, options_of
from scenes import Sample

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from locust.env import Environment
    from scenes import Guest, Scene

WITHIN: Final = 30.0  # seconds for an answer
_KEY: Final = re.compile(r"sk_test_[A-Za-z0-9_-]+")


class Charge:
    """Payment `n`, created and confirmed in one request, sent once."""

    def __init__(self, scene: Scene, n: int, intended: float, key: str) -> None:
        self._scene = scene
        self._intended = intended
        order = scene.plan.order(n)
        self._body = msgspec.json.encode(scene.cast.purchase(n).body(order))
        self._headers = f"Authorization: Bearer {key}\r\nIdempotency-Key: {order}\r\n"

    def run(self) -> None:
        """Send it. A decline (402) is the gateway working; anything else but 2xx is a failure."""
        clock = self._scene.clock
        sent = clock.monotonic()
        reply = self._scene.host.send(
            "POST /v1/payments", self._body, within=WITHIN, headers=self._headers
        )
        now = clock.monotonic()
        answered = reply.code is not None and (200 <= reply.code < 300 or reply.code == 402)
        error = None if answered else reply.error or f"status {reply.code}"
        for name, since in (
            ("/v1/payments", self._intended),
            ("/v1/payments, service time", sent),
        ):
            self._scene.report(Sample("POST", name, now - since, len(reply.body), error))


class Payments(OpenModel):
    """Brings payments to a gateway."""

    def guest(self, scene: Scene, n: int, intended: float) -> Guest:
        """Payment `n`."""
        return Charge(scene, n, intended, options_of(self.environment).key)


@events.init_command_line_parser.add_listener
def _declare(parser: ArgumentParser, **_: Any) -> None:
    parser.add_argument("--key", default="sk_test_load", help="the account's key, sk_test_...")


@events.init.add_listener
def _check_key(environment: Environment, **_: Any) -> None:
    """Refuse a key that is not a test key before it is sent anywhere."""
    if not _KEY.fullmatch(options_of(environment).key):
        sys.stderr.write("--key: only test keys are used here; write sk_test_<account>\n")
        raise SystemExit(2)
