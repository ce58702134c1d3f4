"""What the documentation of the native API says is what is understood."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import bodies
from simulator.dialects.native.endpoints import ENDPOINTS, WORDS
from simulator.dialects.native.parse import parse
from simulator.openapi import Endpoint

BODIES: dict[type[msgspec.Struct], dict[str, Any]] = {
    bodies.PaymentBody: {
        "order_id": "o1",
        "amount": 1,
        "currency": "USD",
        "method": {"type": "wallet"},
    },
    bodies.OrderBody: {"order_id": "o1"},
    bodies.RefundBody: {"payment": "pay_1"},
    bodies.CaptureBody: {},
    bodies.EmptyBody: {},
}


def asked(endpoint: Endpoint, body: object, **query: str) -> Request:
    """A request to an endpoint."""
    raw = b"" if endpoint.body is None else msgspec.json.encode(body)
    path = endpoint.path.replace("{id}", "pay_1")
    return Request(endpoint.method, path, query, raw, "application/json", None)


def right(endpoint: Endpoint) -> tuple[object, dict[str, str]]:
    """The least that an endpoint needs."""
    body = BODIES[endpoint.body] if isinstance(endpoint.body, type) else None
    return body, {"order_id": "o1"} if endpoint.query else {}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_every_endpoint_is_understood(endpoint: Endpoint) -> None:
    """With the body and the query that it documents."""
    body, query = right(endpoint)
    assert parse(asked(endpoint, body, **query))


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.body is not None], ids=str)
def test_only_documented_fields_are_understood(endpoint: Endpoint) -> None:
    """One more is a mistake: the body is read by the type that is documented."""
    body, query = right(endpoint)
    assert isinstance(body, dict)
    with pytest.raises(Misread, match="surplus: unknown field") as caught:
        parse(asked(endpoint, {**body, "surplus": 1}, **query))
    assert caught.value.trouble is Trouble.MALFORMED


def test_every_status_has_words() -> None:
    """For whoever reads the document."""
    statuses = {status for endpoint in ENDPOINTS for status in endpoint.answers}
    assert statuses == set(WORDS)
