"""Signatures of the native dialect's webhooks: Standard Webhooks 1.0, symmetric (`v1`)."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode

from simulator.errors import UsageError

_PREFIX = "whsec_"


def sign(secret: str, event: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of one try.

    Args:
        secret: `whsec_` and base64.
        event: the event's id, the same at every try.
        timestamp: wall time of this try, whole seconds since 1970 by the real clock; receivers
            compare it with theirs.
        body: the exact bytes that are sent.

    Returns:
        `webhook-id`, `webhook-timestamp` and `webhook-signature`: `v1,` and base64 of the
        HMAC-SHA256 of `{id}.{timestamp}.{body}`.

    Raises:
        UsageError: the secret is malformed.
    """
    signed = b"%b.%d.%b" % (event.encode(), timestamp, body)
    digest = hmac.digest(secret_key(secret), signed, "sha256")
    return {
        "webhook-id": event,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


def secret_key(secret: str) -> bytes:
    """The bytes behind `whsec_<base64>`; UsageError, without quoting it, if it is malformed."""
    encoded = secret.removeprefix(_PREFIX)
    try:
        key = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key or encoded == secret:
        raise UsageError(f"a webhook secret is written {_PREFIX}<base64>, and this one is not")
    return key
