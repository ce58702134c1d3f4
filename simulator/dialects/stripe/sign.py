"""Signatures of Stripe's webhooks (docs.stripe.com/webhooks#verify-manually)."""

from __future__ import annotations

import hmac
from typing import Final

HEADER: Final = "stripe-signature"


def sign(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The header of one try.

    Args:
        secret: of the endpoint; all of it is the key, `whsec_` as well.
        timestamp: wall time of this try, whole seconds since 1970 by the real clock; receivers
            compare it with theirs.
        body: the exact bytes that are sent.

    Returns:
        `Stripe-Signature`: the time as `t`, and as `v1` the HMAC-SHA256 of `{t}.{body}` in
        hexadecimal digits.
    """
    signed = b"%d.%b" % (timestamp, body)
    digest = hmac.digest(secret.encode(), signed, "sha256").hex()
    return {HEADER: f"t={timestamp},v1={digest}"}
