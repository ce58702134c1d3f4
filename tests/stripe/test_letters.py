"""How events are worded and signed, and what a forger makes of them."""

from __future__ import annotations

import hmac
import json
from typing import Any

import pytest
import stripe
from msgspec.structs import replace

from simulator.dialects.stripe.letters import StripeLetter, event_view, moment_of
from simulator.dialects.stripe.sign import sign
from simulator.gateway.model import Event, Method, Payment, Refund, RefundStatus, Status
from simulator.gateway.ports import Snapshot
from simulator.gateway.things import About, Happening, Resource
from simulator.ids import IdSource
from simulator.journal.entry import Commit
from simulator.stores.memory import MemoryStore

WALL = 1_700_000_000.0
INTENT = Resource(
    id="pi_1",
    kind="payment_intent",
    channel="primary",
    order="ord_1",
    payment="pay_1",
    fields={"canceled_at": 5, "metadata": {"order_id": "ord_1"}},
    updated=WALL + 1,
)
CHARGE = Resource(id="ch_1", kind="charge", channel="primary", fields={"metadata": {}})
REFUND = Refund(
    id="re_1",
    payment="pay_1",
    order="ord_1",
    channel="primary",
    status=RefundStatus.SUCCEEDED,
    amount=5,
    currency="USD",
    updated=WALL + 9,
)


def payment(made_for: str | None = "pi_1") -> Payment:
    """One that failed."""
    return Payment(
        id="pay_1",
        order="ord_1",
        channel="primary",
        status=Status.FAILED,
        amount=1999,
        currency="USD",
        method=Method(type="card"),
        resource=made_for,
        failure="insufficient_funds",
        updated=WALL + 2,
    )


def happening(name: str, about: About | None, paid: Payment | None) -> Happening:
    """An event of this name."""
    event = Event("evt_1", "payment.failed", "primary", "ord_1", "pay_1", name=name)
    return Happening(event, paid, about, WALL + 0.5)


def letter() -> StripeLetter:
    """One that shows the names of what it is about."""
    store = MemoryStore()
    line = Commit(
        source="gateway",
        wall=WALL,
        mono=0.0,
        seq=1,
        channel="primary",
        operation="create",
        order="",
        things=(INTENT, CHARGE),
    )
    store.apply(line)

    def view(shown: Happening, snapshot: Snapshot) -> dict[str, Any]:
        return {"object": {"id": getattr(shown.about, "id", None), "channel": snapshot.channel}}

    return StripeLetter(view, store.channel)


def test_a_signature_is_that_of_stripe() -> None:
    """The whole secret is the key, and the time is signed with the body."""
    headers = sign("whsec_x", 1_700_000_000, b'{"a": 1}')
    digest = hmac.new(b"whsec_x", b'1700000000.{"a": 1}', "sha256").hexdigest()
    assert headers == {"stripe-signature": f"t=1700000000,v1={digest}"}
    header = headers["stripe-signature"]
    assert stripe.WebhookSignature.verify_header('{"a": 1}', header, "whsec_x")
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.WebhookSignature.verify_header('{"a": 1}', header, "whsec_x", 300)


def test_an_event_has_all_fields() -> None:
    """A request that nobody made is told by nulls; at least this webhook is to be delivered."""
    sent = json.loads(letter().body(happening("payment_intent.payment_failed", INTENT, payment())))
    assert sent["request"] == {"id": None, "idempotency_key": None}
    assert sent["data"] == {"object": {"id": "pi_1", "channel": "primary"}}
    assert (sent["id"], sent["object"], sent["type"], sent["livemode"]) == (
        "evt_1",
        "event",
        "payment_intent.payment_failed",
        False,
    )
    assert (sent["created"], sent["pending_webhooks"]) == (WALL + 2, 1)


def test_the_request_behind_it_is_named() -> None:
    """By the id that its answer had, and by its key."""
    told = happening("payment_intent.created", INTENT, None)
    told = replace(told, event=replace(told.event, exchange="ex_7", key="k"))
    assert event_view(told, {}, 0)["request"] == {"id": "req_7", "idempotency_key": "k"}


@pytest.mark.parametrize(
    ("about", "paid", "moment"),
    [
        (INTENT, payment(), WALL + 2),
        (INTENT, None, WALL + 1),
        (REFUND, payment(), WALL + 9),
        (CHARGE, None, WALL),
        (None, None, WALL),
    ],
)
def test_it_happened_when_the_last_thing_in_it_changed(
    about: About | None, paid: Payment | None, moment: float
) -> None:
    """By the account's clock; without that, when it was written down."""
    assert moment_of(happening("a.b", about, paid)) == moment


@pytest.mark.parametrize(
    ("name", "about", "made_for", "claimed"),
    [
        ("payment_intent.payment_failed", INTENT, "pi_1", "payment_intent.succeeded"),
        ("charge.failed", INTENT, "pi_1", "charge.succeeded"),
        ("refund.created", REFUND, "pi_1", "payment_intent.succeeded"),
        ("charge.failed", CHARGE, "ch_1", "charge.succeeded"),
        ("refund.created", REFUND, "ch_1", "charge.succeeded"),
        ("refund.created", REFUND, None, "charge.succeeded"),
    ],
)
def test_a_lie_is_about_the_intent_of_the_order(
    name: str, about: About, made_for: str | None, claimed: str
) -> None:
    """All is right but the payment, which nobody ever made."""
    lie = letter().lie(happening(name, about, payment(made_for)), IdSource("x"))
    assert lie is not None
    assert lie.payment is not None
    assert (lie.event.name, lie.event.type, lie.event.order) == (
        claimed,
        "payment.captured",
        "ord_1",
    )
    assert lie.event.payment == lie.payment.id != "pay_1"
    assert (lie.payment.amount_captured, lie.payment.failure) == (1999, None)
    assert lie.event.thing == (lie.about.id if lie.about else None) == made_for
    assert lie.event.id != "evt_1"


def test_a_lie_knows_nothing_of_a_cancel() -> None:
    """An intent that was canceled is claimed to be paid all the same."""
    lie = letter().lie(happening("payment_intent.canceled", INTENT, payment()), IdSource("x"))
    assert lie is not None
    assert isinstance(lie.about, Resource)
    assert lie.about.fields == {"canceled_at": None, "metadata": {"order_id": "ord_1"}}
    assert lie.about.payment == lie.event.payment
    told = happening("customer.created", CHARGE, None)
    assert letter().lie(told, IdSource("x")) is None
