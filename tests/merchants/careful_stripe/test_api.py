"""What answers and exceptions of Stripe's library are worth, by the library itself on a socket."""

from __future__ import annotations

import asyncio
import socket

import pytest

from simulator.merchants.careful.channel import Kind, Reply, new_session
from simulator.merchants.careful_stripe.api import ask, ask_all, new_client
from simulator.merchants.careful_stripe.objects import Charge, Intent
from tests.merchants.careful_stripe.scripted import (
    SILENCE,
    Said,
    charge,
    error,
    intent,
    listed,
    scripted,
)

HTML = b"<html>502</html>"
DECLINED = intent(
    "requires_payment_method",
    latest_charge="ch_1",
    last_payment_error={
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "insufficient_funds",
        "message": "Not enough.",
    },
)


async def _confirm(said: Said) -> Intent | Reply:
    async with scripted(said) as bench:
        api = new_client(bench.stripe.url, "sk_test_1", bench.session).v1
        return await ask(api.payment_intents.confirm_async("pi_1"), Intent)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ((200, HTML), Kind.UNKNOWN),
        ((200, b'{"id": "pi_1"'), Kind.UNKNOWN),
        ((200, {"object": "payment_intent", "id": "pi_1"}), Kind.UNKNOWN),
        (error(400, type="invalid_request_error", code="parameter_unknown"), Kind.REJECTED),
        (error(400, type="idempotency_error"), Kind.REJECTED),
        (error(400, type="invalid_request_error", code="rate_limit"), Kind.DENIED),
        (error(401, type="invalid_request_error"), Kind.DENIED),
        (error(402, type="card_error", code="card_declined"), Kind.UNKNOWN),
        ((402, HTML), Kind.UNKNOWN),
        (error(402, type="card_error", payment_intent=DECLINED), Kind.TOLD),
        (error(403, type="invalid_request_error"), Kind.DENIED),
        ((403, HTML), Kind.DENIED),
        (error(404, type="invalid_request_error", code="resource_missing"), Kind.REJECTED),
        (error(409, type="idempotency_error", code="idempotency_key_in_use"), Kind.BUSY),
        (error(409, type="invalid_request_error", code="lock_timeout"), Kind.BUSY),
        (error(429, type="invalid_request_error", code="rate_limit"), Kind.DENIED),
        (error(500, type="api_error"), Kind.UNKNOWN),
        ((502, HTML), Kind.UNKNOWN),
        (error(503, type="api_error"), Kind.DENIED),
        ((503, HTML), Kind.DENIED),
        (error(503, type="api_error", payment_intent=DECLINED), Kind.TOLD),
        (error(504, type="api_error"), Kind.UNKNOWN),
        (SILENCE, Kind.UNKNOWN),
    ],
)
async def test_every_exception_is_one_of_six_kinds(said: Said, kind: Kind) -> None:
    """Only an answer that holds the intent tells what became of it."""
    reply = await _confirm(said)
    assert isinstance(reply, Reply)
    assert reply.kind is kind


async def test_an_intent_that_cannot_be_confirmed_any_more_tells_what_it_is() -> None:
    """`payment_intent_unexpected_state` holds the intent: it was paid meanwhile, say."""
    said = error(400, code="payment_intent_unexpected_state", payment_intent=intent())
    reply = await _confirm(said)
    assert isinstance(reply, Reply)
    assert [(each.id, each.status) for each in reply.payments] == [("pi_1", "captured")]


async def test_a_decline_brings_its_reason_and_the_words_for_the_payer() -> None:
    """The reason in the catalogue's words, the message as Stripe wrote it."""
    reply = await _confirm(error(402, type="card_error", payment_intent=DECLINED))
    assert isinstance(reply, Reply)
    (payment,) = reply.payments
    assert (payment.status, payment.failure) == ("failed", "insufficient_funds")
    assert reply.message == "Not enough."
    assert reply.answered


async def test_retry_after_is_heard_and_trouble_counts_against_the_channel() -> None:
    """A 429 with a Retry-After; a page of HTML has lost its headers in the library."""
    reply = await _confirm(error(429, type="invalid_request_error"))
    assert isinstance(reply, Reply)
    assert (reply.retry_after, reply.answered) == (3.0, False)
    assert await _confirm((429, HTML)) == Reply(Kind.DENIED, answered=False)


async def test_a_refused_connection_means_that_nothing_left() -> None:
    """Nobody listens there."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with new_session(2) as session:
            api = new_client(url, "sk_test_1", session).v1
            reply = await ask(api.payment_intents.retrieve_async("pi_1"), Intent)
    assert isinstance(reply, Reply)
    assert reply.kind is Kind.UNSENT


async def test_an_answer_that_breaks_off_is_no_answer() -> None:
    """The library lets aiohttp's own exception through here."""

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"
        writer.write(head + b'{"id": "pi_1"')
        writer.close()

    server = await asyncio.start_server(half, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, new_session(2) as session:
        api = new_client(url, "sk_test_1", session).v1
        reply = await ask(api.payment_intents.retrieve_async("pi_1"), Intent)
    assert isinstance(reply, Reply)
    assert reply.kind is Kind.UNKNOWN


async def test_the_library_does_not_send_again_by_itself() -> None:
    """How often is the shop's business, and a reader of the journal must see each try."""
    async with scripted(error(500, type="api_error")) as bench:
        api = new_client(bench.stripe.url, "sk_test_1", bench.session).v1
        await ask(api.payment_intents.confirm_async("pi_1"), Intent)
        assert len(bench.stripe.asked) == 1


async def test_a_list_is_read_to_its_last_page() -> None:
    """Or not at all: a page that cannot be had makes the whole unknown."""
    first = {"object": "list", "data": [charge("ch_2")], "has_more": True, "url": "/v1/charges"}
    async with scripted((200, first), listed(charge("ch_1"))) as bench:
        api = new_client(bench.stripe.url, "sk_test_1", bench.session).v1
        found = await ask_all(api.charges.list_async(), Charge)
        assert not isinstance(found, Reply)
        assert [each.id for each in found] == ["ch_2", "ch_1"]
        assert bench.stripe.asked[1].params["starting_after"] == "ch_2"
    async with scripted((200, first), (502, HTML)) as bench:
        api = new_client(bench.stripe.url, "sk_test_1", bench.session).v1
        torn = await ask_all(api.charges.list_async(), Charge)
        assert isinstance(torn, Reply)
