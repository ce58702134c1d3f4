"""Who may tell the shop about its money."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from simulator.merchants.careful.errors import BadSignature, ConfigError
from simulator.merchants.careful.webhooks import Verifier, read_event

SECRET = "whsec_" + b64encode(b"0123456789abcdef0123456789abcdef").decode()
OTHER = "whsec_" + b64encode(b"another secret of the same length").decode()
BODY = (
    b'{"id":"evt_1","type":"payment.captured","created":"2026-01-01T00:00:00Z",'
    b'"channel":"primary","data":{"payment":{"id":"pay_1","order_id":"ord-1",'
    b'"status":"captured","amount":500,"amount_captured":500,"currency":"EUR"}}}'
)
NOW = 1_800_000_000.0


def signed(secret: str = SECRET, body: bytes = BODY, at: float = NOW) -> dict[str, str]:
    """Headers made by the library that Standard Webhooks publishes."""
    moment = datetime.fromtimestamp(at, UTC)
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(at)),
        "webhook-signature": Webhook(secret).sign("evt_1", moment, body.decode()),
    }


def verify(headers: dict[str, str], body: bytes = BODY) -> None:
    """Verify with a tolerance of five minutes."""
    Verifier(SECRET, 300.0).verify(headers, body, NOW)


def test_a_genuine_webhook_is_believed() -> None:
    """What the published library signs, the shop accepts."""
    verify(signed())


def test_one_good_signature_of_several_is_enough() -> None:
    """While secrets are exchanged a webhook carries signatures of both."""
    headers = signed()
    headers["webhook-signature"] = f"v1,bm8= v2,eHg= {headers['webhook-signature']}"
    verify(headers)


@pytest.mark.parametrize("age", [-301, 301])
def test_an_old_or_future_signature_is_not(age: int) -> None:
    """A recorded webhook cannot be played again later."""
    with pytest.raises(BadSignature, match="too old"):
        verify(signed(at=NOW - age))


def test_another_secret_is_not() -> None:
    """Whoever does not have the secret cannot sign."""
    with pytest.raises(BadSignature, match="no signature"):
        verify(signed(secret=OTHER))


def test_a_changed_body_is_not() -> None:
    """Not a byte may change."""
    with pytest.raises(BadSignature, match="no signature"):
        verify(signed(), BODY.replace(b"500", b"501"))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(name: str) -> None:
    """Nothing is believed by default."""
    headers = signed()
    del headers[name]
    with pytest.raises(BadSignature):
        verify(headers)


def test_a_timestamp_that_is_no_number_is_refused() -> None:
    """Whatever an attacker writes is answered, not crashed on."""
    with pytest.raises(BadSignature):
        verify(signed() | {"webhook-timestamp": "٣"})


def test_a_bad_secret_is_a_mistake_of_the_configuration() -> None:
    """It is found at the start and never quoted."""
    with pytest.raises(ConfigError, match="PAYDRILL_WEBHOOK_SECRET") as raised:
        Verifier("whsec_not base64!", 300.0)
    assert "not base64!" not in str(raised.value)


def test_an_event_names_its_order() -> None:
    """A payment's event and a refund's both lead to the order."""
    assert read_event(BODY).order == "ord-1"
    refund = b'{"id":"re_1","order_id":"ord-2","payment":"pay_2","status":"succeeded"}'
    body = b'{"id":"e","type":"refund.succeeded","channel":"backup","data":{"refund":%b}}' % refund
    assert read_event(body).order == "ord-2"
