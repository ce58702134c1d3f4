"""Direct load on a gateway of this test, by real Locust."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aiohttp import web

FILE = Path(__file__).parents[2] / "loadtests" / "gateway.py"


class Gateway:
    """Takes payments: every fourth is declined, every fifth breaks."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, Any]] = []
        self.app = web.Application()
        self.app.router.add_post("/v1/payments", self._pay)

    async def _pay(self, request: web.Request) -> web.Response:
        body = await request.json()
        headers = request.headers
        self.seen.append((headers["Authorization"], headers["Idempotency-Key"], body))
        n = int(body["order_id"].rpartition("-")[2])
        status = 503 if n % 5 == 0 else 402 if n % 4 == 0 else 201
        return web.json_response({"object": "payment"}, status=status)


async def test_payments_go_straight_to_the_gateway(
    locusts: Any, serve: Any, tmp_path: Path
) -> None:
    """Each payment is sent once with key and idempotency key; declines are no failures."""
    gateway = Gateway()
    async with serve(gateway.app) as url:
        locust = await locusts.start(
            "--host", url, "--rate", "40/s", "--lasts", "1s", "--key", "sk_test_a1",
            "--run-name", "g", "--json-file", str(tmp_path / "stats"), file=FILE,
        )  # fmt: skip
        assert await locust.code() == 0, locust.said()
    assert {key for key, _, _ in gateway.seen} == {"Bearer sk_test_a1"}
    orders = [body["order_id"] for _, _, body in gateway.seen]
    assert orders == [idempotency for _, idempotency, _ in gateway.seen]
    assert sorted(orders) == sorted(f"g-{n}" for n in range(1, 41))
    stats = {row["name"]: row for row in json.loads((tmp_path / "stats.json").read_text())}
    assert set(stats) == {"/v1/payments", "/v1/payments, service time"}
    assert (stats["/v1/payments"]["num_requests"], stats["/v1/payments"]["num_failures"]) == (40, 8)


async def test_a_live_key_is_refused_unsent(locusts: Any, serve: Any) -> None:
    """A key that is not a test key ends the run before it begins."""
    gateway = Gateway()
    async with serve(gateway.app) as url:
        locust = await locusts.start("--host", url, "--key", "sk_live_a1", file=FILE)
        assert await locust.code() == 2
    assert "sk_test_<account>" in locust.said()
    assert gateway.seen == []
