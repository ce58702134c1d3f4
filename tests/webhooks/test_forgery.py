"""What a forger sends."""

from __future__ import annotations

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from simulator.dialects.native.sign import sign
from simulator.gateway.model import Status
from simulator.ids import IdSource
from simulator.webhooks.forgery import claim, guessed_secret
from tests.webhooks.kit import SECRET, payment


def test_the_claim_is_a_capture_of_the_same_order_by_another_payment() -> None:
    """Amount and order are right, so that only the signature gives it away."""
    genuine = payment(status=Status.FAILED)
    event, lie = claim(genuine, IdSource("x"))
    assert (event.type, event.order) == ("payment.captured", genuine.order)
    assert event.payment == lie.id != genuine.id
    assert (lie.status, lie.amount_captured) == (Status.CAPTURED, genuine.amount)
    assert lie.shown is Status.CAPTURED


def test_the_guessed_secret_has_the_right_shape_and_the_wrong_key() -> None:
    """The receiver sees a well-formed signature that does not verify."""
    event, _ = claim(payment(), IdSource("x"))
    headers = sign(guessed_secret(event), event.id, 1_700_000_000, b"{}")
    assert headers["webhook-signature"].startswith("v1,")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(b"{}", headers)
