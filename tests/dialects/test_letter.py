"""What a forger sends, in the words of a dialect."""

from __future__ import annotations

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from simulator.dialects.letter import guessed_secret
from simulator.dialects.native.letters import NativeLetter
from simulator.gateway.model import Event, Method, Payment, Status
from simulator.gateway.things import Happening
from simulator.ids import IdSource

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PAYMENT = Payment(
    id="pay_1",
    order="ord_1",
    channel="primary",
    status=Status.FAILED,
    amount=1999,
    currency="USD",
    method=Method(type="card"),
)
EVENT = Event("evt_1", "payment.failed", "primary", "ord_1", "pay_1")


def test_the_claim_is_a_capture_of_the_same_order_by_another_payment() -> None:
    """Amount and order are right, so that only the signature gives it away."""
    lie = NativeLetter().lie(Happening(EVENT, PAYMENT, None, 0.0), IdSource("x"))
    assert lie is not None
    assert lie.payment is not None
    assert (lie.event.type, lie.event.order) == ("payment.captured", PAYMENT.order)
    assert lie.event.payment == lie.payment.id != PAYMENT.id
    assert (lie.payment.status, lie.payment.amount_captured) == (Status.CAPTURED, PAYMENT.amount)
    assert lie.payment.shown is Status.CAPTURED


def test_about_no_payment_there_is_nothing_to_lie() -> None:
    """A new customer is no order that could be called paid."""
    assert NativeLetter().lie(Happening(EVENT, None, None, 0.0), IdSource("x")) is None


def test_the_guessed_secret_has_the_right_shape_and_the_wrong_key() -> None:
    """The receiver sees a well-formed signature that does not verify."""
    headers = NativeLetter().sign(guessed_secret(EVENT), EVENT.id, 1_700_000_000, b"{}")
    assert headers["webhook-signature"].startswith("v1,")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(b"{}", headers)
