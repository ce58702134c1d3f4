"""The bridge to Node says what Stripe's library for Node says."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from simulator.clock import SystemClock
from tests.stripe.node.bridge import Call, run_node
from tests.stripe.packages import needs

pytestmark = needs(node=True)
_SECRET = "whsec_of_a_test"


def _page(request: web.Request) -> dict[str, object]:
    """Two pages with one customer on each."""
    first = "starting_after" not in request.query
    thing = {"id": "cus_1" if first else "cus_2", "object": "customer"}
    return {"object": "list", "data": [thing], "has_more": first, "url": "/v1/customers"}


async def _declined(request: web.Request) -> web.Response:
    form = await request.post()
    error = {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "insufficient_funds",
        "message": f"no {form['amount']} {form['currency']} on {form['payment_method_data[type]']}",
        "payment_intent": {"id": "pi_1", "object": "payment_intent"},
    }
    return web.json_response({"error": error}, status=402, headers={"Request-Id": "req_1"})


async def _customers(request: web.Request) -> web.Response:
    return web.json_response(_page(request))


@pytest_asyncio.fixture(name="base_url")
async def _base_url() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/v1/payment_intents", _declined)
    app.router.add_get("/v1/customers", _customers)
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


async def test_answers_and_errors_come_back(base_url: str) -> None:
    """A list through its pages, and an error with all its fields."""
    intent = {"amount": 5, "currency": "usd", "payment_method_data": {"type": "card"}}
    listed, declined = await asyncio.to_thread(
        run_node,
        base_url,
        Call("customers.list", ({"limit": 1},), all=10),
        Call("paymentIntents.create", (intent,)),
    )
    assert [each["id"] for each in listed.answer] == ["cus_1", "cus_2"]
    assert declined.answer is None
    assert declined.raised is not None
    assert declined.raised["type"] == "StripeCardError"
    assert declined.raised["rawType"] == "card_error"
    assert declined.raised["decline_code"] == "insufficient_funds"
    assert declined.raised["message"] == "no 5 usd on card"
    assert declined.raised["payment_intent"]["id"] == "pi_1"
    assert declined.raised["statusCode"] == 402
    assert declined.raised["requestId"] == "req_1"


async def test_webhooks_are_verified(base_url: str) -> None:
    """A signature is accepted for what it signs, and for nothing else."""
    payload = json.dumps({"id": "evt_1", "object": "event", "type": "charge.succeeded"})
    now = int(SystemClock().wall())
    signed = f"{now}.{payload}".encode()
    header = f"t={now},v1={hmac.new(_SECRET.encode(), signed, hashlib.sha256).hexdigest()}"
    good, forged = await asyncio.to_thread(
        run_node,
        base_url,
        Call("webhooks.constructEvent", (payload, header, _SECRET)),
        Call("webhooks.constructEvent", (f"{payload} ", header, _SECRET)),
    )
    assert good.answer["id"] == "evt_1"
    assert forged.raised is not None
    assert forged.raised["type"] == "StripeSignatureVerificationError"


async def test_a_mistake_of_the_caller_is_no_answer(base_url: str) -> None:
    """A method that does not exist ends the run with what Node says of it."""
    with pytest.raises(RuntimeError, match="TypeError"):
        await asyncio.to_thread(run_node, base_url, Call("customers.conjure"))
