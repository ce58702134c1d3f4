"""What the documentation of the native API says is what is understood."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import authentication, bodies, checkouts
from simulator.dialects.native.disputes import EvidenceBody
from simulator.dialects.native.documents import DocumentBody
from simulator.dialects.native.endpoints import ENDPOINTS, WORDS
from simulator.dialects.native.notifications import NotificationBody
from simulator.dialects.native.parse import parse
from simulator.dialects.native.refundrequests import DeclineBody
from simulator.gateway.commands import Command
from simulator.openapi import Endpoint

BODIES: dict[type[msgspec.Struct], dict[str, Any]] = {
    bodies.PaymentBody: {
        "order_id": "o1",
        "amount": 1,
        "currency": "USD",
        "method": {"type": "wallet"},
    },
    bodies.OrderBody: {"order_id": "o1"},
    checkouts.CheckoutBody: {"order_id": "o1", "amount": 1, "currency": "USD"},
    bodies.RefundBody: {"payment": "pay_1"},
    bodies.CaptureBody: {},
    bodies.EmptyBody: {},
    EvidenceBody: {"notes": "delivered"},
    NotificationBody: {"order_id": "o1", "via": "sms", "message": "Please wait."},
    DocumentBody: {"kind": "identity"},
    DeclineBody: {"reason": "delivered"},
    authentication.ActionBody: {"action": "approve"},
}


def asked(endpoint: Endpoint, body: object, **query: str) -> Request:
    """A request to an endpoint."""
    raw = b"" if endpoint.body is None else msgspec.json.encode(body)
    path = endpoint.path.replace("{id}", "pay_1").replace("{day}", "2026-11-11")
    path = path.replace("{account}", "shop").replace("{authentication}", "auth_1")
    return Request(endpoint.method, path, query, raw, "application/json", None)


def understood(request: Request) -> Command:
    """The command in a request, of the API or of a payer's page."""
    parts = request.path.split("/")[1:]
    return authentication.parse(request, parts[2:]) if parts[0] == "pay" else parse(request)


def right(endpoint: Endpoint) -> tuple[object, dict[str, str]]:
    """The least that an endpoint needs."""
    body = BODIES[endpoint.body] if isinstance(endpoint.body, type) else None
    needed = msgspec.structs.fields(endpoint.query) if endpoint.query else ()
    return body, {field.encode_name: "o1" for field in needed if field.required}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_every_endpoint_is_understood(endpoint: Endpoint) -> None:
    """With the body and the query that it documents."""
    body, query = right(endpoint)
    assert understood(asked(endpoint, body, **query))


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.body is not None], ids=str)
def test_only_documented_fields_are_understood(endpoint: Endpoint) -> None:
    """One more is a mistake: the body is read by the type that is documented."""
    body, query = right(endpoint)
    assert isinstance(body, dict)
    with pytest.raises(Misread, match="surplus: unknown field") as caught:
        understood(asked(endpoint, {**body, "surplus": 1}, **query))
    assert caught.value.trouble is Trouble.MALFORMED


def test_every_status_has_words() -> None:
    """For whoever reads the document."""
    statuses = {status for endpoint in ENDPOINTS for status in endpoint.answers}
    assert statuses == set(WORDS)
