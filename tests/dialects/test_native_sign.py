"""Signatures, checked by the reference library of Standard Webhooks."""

from __future__ import annotations

import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from simulator.dialects.native.sign import secret_key, sign
from simulator.errors import UsageError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"id": "evt_1", "name": "\xc3\xbc"}'


def _now() -> int:
    return int(time.time())  # noqa: TID251 - the reference library compares with the real clock


def test_the_reference_library_accepts_it() -> None:
    """Header names, base64 and the signed text are those of the specification."""
    assert Webhook(SECRET).verify(BODY, sign(SECRET, "evt_1", _now(), BODY)) == {
        "id": "evt_1",
        "name": "ü",
    }


@pytest.mark.parametrize(
    ("event", "shift", "body"),
    [("evt_2", 0, BODY), ("evt_1", 1, BODY), ("evt_1", 0, BODY.replace(b"evt_1", b"evt_9"))],
)
def test_id_time_and_body_are_all_signed(event: str, shift: int, body: bytes) -> None:
    """Changing any of the three breaks the signature."""
    now = _now()
    headers = sign(SECRET, "evt_1", now, BODY)
    headers |= {"webhook-id": event, "webhook-timestamp": str(now + shift)}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers)


def test_a_known_signature() -> None:
    """The worked example of the Standard Webhooks libraries' own tests."""
    headers = sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
def test_a_malformed_secret_is_refused_and_not_quoted(secret: str) -> None:
    """Secrets do not get into messages."""
    with pytest.raises(UsageError, match="whsec_<base64>") as raised:
        secret_key(secret)
    assert "MfKQ" not in str(raised.value)
