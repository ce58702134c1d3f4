"""Stripe's webhooks: which are believed, which are read, and as what."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from simulator.merchants.careful.errors import BadSignature
from simulator.merchants.careful.webhooks import Event
from simulator.merchants.careful_stripe.webhooks import StripeVerifier
from tests.merchants.careful_stripe.scripted import charge, intent

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD = 1_700_000_000


def _body(kind: str, thing: dict[str, Any]) -> str:
    event = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": thing}}
    return json.dumps(event)


def _take(body: str, secret: str = SECRET, stamp: int | None = None) -> Event | None:
    header = stripe.WebhookSignature.generate_signature_header(body, secret, stamp)
    verifier = StripeVerifier(SECRET, 300.0)
    return verifier.take({"Stripe-Signature": header}, body.encode(), 0.0)


def test_an_intent_is_a_payment_of_the_order_in_its_metadata() -> None:
    """The channel stands there, too: both accounts send to one address."""
    event = _take(_body("payment_intent.succeeded", intent()))
    assert event is not None
    assert event.data.payment is not None
    assert (event.id, event.order, event.channel, event.handle) == (
        "evt_1",
        "o-1",
        "primary",
        "pi_1",
    )
    assert (event.data.payment.status, event.data.payment.amount_captured) == ("captured", 500)


def test_a_refund_names_its_payment() -> None:
    """Also one that was made without a word: then it is that of its intent."""
    refund = {
        "id": "re_1",
        "object": "refund",
        "amount": 500,
        "status": "failed",
        "charge": "ch_1",
        "payment_intent": "pi_1",
        "metadata": {"order_id": "o-1", "channel": "backup", "payment": "ch_2"},
    }
    event = _take(_body("refund.failed", refund))
    assert event is not None
    assert event.data.refund is not None
    assert (event.order, event.channel) == ("o-1", "backup")
    assert (event.data.refund.payment, event.data.refund.status) == ("ch_2", "failed")
    bare = _take(_body("refund.updated", {**refund, "metadata": {}}))
    assert bare is not None
    assert bare.data.refund is not None
    assert (bare.data.refund.payment, bare.order, bare.handle) == ("ch_1", "", "pi_1")


@pytest.mark.parametrize(
    ("status", "known"),
    [("needs_response", "opened"), ("under_review", "under_review"), ("lost", "lost")],
)
def test_a_dispute_is_known_by_its_intent(status: str, known: str) -> None:
    """It has no metadata of ours."""
    thing = {
        "id": "dp_1",
        "object": "dispute",
        "status": status,
        "amount": 5,
        "charge": "ch_1",
        "payment_intent": "pi_1",
    }
    event = _take(_body("charge.dispute.updated", thing))
    assert event is not None
    assert event.data.dispute is not None
    assert (event.data.dispute.id, event.data.dispute.status, event.handle) == (
        "dp_1",
        known,
        "pi_1",
    )


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("payment_intent.created", intent("requires_payment_method")),
        ("payment_intent.canceled", {"id": "pi_1", "object": "payment_intent"}),
        ("charge.succeeded", charge()),
        ("charge.dispute.created", {"id": "dp_1", "status": "warning_needs_response", "amount": 5}),
        ("customer.created", {"id": "cus_1", "object": "customer"}),
    ],
)
def test_what_says_nothing_of_money_is_left_unread(kind: str, thing: dict[str, Any]) -> None:
    """It is acknowledged all the same, or it would come again."""
    assert _take(_body(kind, thing)) is None


@pytest.mark.parametrize(("secret", "stamp"), [("whsec_other", None), (SECRET, OLD)])
def test_who_did_not_sign_it_lately_is_not_believed(secret: str, stamp: int | None) -> None:
    """A forgery, and a right signature from long ago."""
    with pytest.raises(BadSignature):
        _take(_body("payment_intent.succeeded", intent()), secret, stamp)


def test_without_a_signature_nothing_is_believed() -> None:
    """Whatever it says."""
    body = _body("payment_intent.succeeded", intent()).encode()
    with pytest.raises(BadSignature):
        StripeVerifier(SECRET, 300.0).take({}, body, 0.0)
    assert StripeVerifier(SECRET, 300.0).take({}, b"what?", 0.0) is None
