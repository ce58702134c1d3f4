"""What an answer of the gateway is worth."""

from __future__ import annotations

import asyncio
import json

import pytest

from simulator.merchants.careful.channel import Kind, new_session
from simulator.merchants.careful.config import Settings
from simulator.merchants.careful.gateway import (
    NativeChannel,
    classify,
    read_listing,
    read_payment,
)
from simulator.merchants.careful.records import Order
from tests.merchants.careful.scripted import decline, payment

PAYMENT = json.dumps(payment("ord-1")).encode()
HTML = b"<html><h1>502</h1></html>"


@pytest.mark.parametrize(
    ("status", "raw", "kind"),
    [
        (201, PAYMENT, Kind.TOLD),
        (200, PAYMENT, Kind.TOLD),
        (201, PAYMENT[:40], Kind.UNKNOWN),
        (201, b"", Kind.UNKNOWN),
        (201, b'{"ok": true}', Kind.UNKNOWN),
        (302, b"", Kind.UNKNOWN),
        (400, b"{}", Kind.REJECTED),
        (401, HTML, Kind.DENIED),
        (402, HTML, Kind.UNKNOWN),
        (403, HTML, Kind.DENIED),
        (404, b"", Kind.REJECTED),
        (408, b"", Kind.UNKNOWN),
        (409, b'{"error": {"code": "key_in_flight"}}', Kind.BUSY),
        (409, b'{"error": {"code": "order_closed"}}', Kind.REJECTED),
        (422, b"", Kind.REJECTED),
        (429, b"", Kind.DENIED),
        (500, PAYMENT, Kind.UNKNOWN),
        (502, HTML, Kind.UNKNOWN),
        (503, HTML, Kind.DENIED),
        (504, b"{}", Kind.UNKNOWN),
    ],
)
def test_an_answer_is_one_of_six_kinds(status: int, raw: bytes, kind: Kind) -> None:
    """Only a whole and readable answer tells something."""
    assert classify(status, raw, None, read_payment).kind is kind


def test_a_decline_brings_its_payment_and_the_words_for_the_payer() -> None:
    """The payer is told what the gateway advises to tell."""
    status, body = decline("ord-1")
    reply = classify(status, json.dumps(body).encode(), None, read_payment)
    assert reply.kind is Kind.TOLD
    assert reply.payments[0].status == "failed"
    assert reply.message == "Your card was declined."


def test_a_decline_that_does_not_know_where_the_money_is_tells_nothing() -> None:
    """A 402 that asks for a query is in doubt like a timeout."""
    status, body = decline("ord-1", retry="query")
    raw = json.dumps(body).encode()
    assert classify(status, raw, None, read_payment).kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("header", "seconds"), [("2", 2.0), ("0.5", 0.5), (None, 0.0), ("Wed, 1 Jan", 0.0), ("-1", 0.0)]
)
def test_retry_after_is_read_in_seconds(header: str | None, seconds: float) -> None:
    """A date, or nonsense, counts as none; the shop's own pause holds then."""
    assert classify(429, b"", header, read_payment).retry_after == seconds


def test_trouble_of_the_gateway_counts_against_the_channel_and_a_decline_does_not() -> None:
    """The breaker must not open because cards are empty."""
    status, body = decline("ord-1")
    assert classify(status, json.dumps(body).encode(), None, read_payment).answered
    assert not classify(503, b"", None, read_payment).answered
    assert not classify(500, b"", None, read_payment).answered


def test_a_listing_brings_all_payments() -> None:
    """A duplicate stands beside the payment that was answered."""
    data = [payment("ord-1"), payment("ord-1", name="pay_2")]
    reply = classify(200, json.dumps({"data": data}).encode(), None, read_listing)
    assert [each.id for each in reply.payments] == ["pay_1", "pay_2"]


async def test_a_query_that_breaks_is_sent_once() -> None:
    """The client library would ask again at once, without the shop's knowledge."""
    heard: list[bytes] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    settings = Settings(channels=(("primary", url),), api_key="sk_test_1", webhook_secret="whsec_")
    async with server, new_session(2) as session:
        reply = await NativeChannel("primary", url, settings, session).look(
            Order("ord-1", 500, "EUR", {})
        )
    assert reply.kind is Kind.UNKNOWN
    assert len(heard) == 1
