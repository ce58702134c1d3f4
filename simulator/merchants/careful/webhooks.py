"""Webhooks by the Standard Webhooks rules: who sent it, is it fresh, was it here before.

The signature is checked by hand to show how little there is to it: HMAC-SHA256 over
`{id}.{timestamp}.{body}`, compared in constant time, and a timestamp that is not old. Each of the
four lines in `verify` keeps one kind of liar out.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping

import msgspec

from simulator.merchants.careful.channel import PaymentBody
from simulator.merchants.careful.errors import BadSignature, ConfigError
from simulator.merchants.careful.requests import RequestNews


class RefundNews(msgspec.Struct):
    """The refund in an event."""

    id: str
    order_id: str
    payment: str
    status: str


class DisputeNews(msgspec.Struct):
    """The dispute in an event, which stands beside its payment."""

    id: str
    order_id: str
    payment: str
    status: str


class Data(msgspec.Struct):
    """What an event is about."""

    payment: PaymentBody | None = None
    refund: RefundNews | None = None
    dispute: DisputeNews | None = None
    request: RequestNews | None = None


class Event(msgspec.Struct):
    """A webhook event: a payment or a refund as it was when the event was born.

    `handle` is for one that names neither order nor channel: see records.Attempt.
    """

    id: str
    type: str
    channel: str
    data: Data
    handle: str = ""

    @property
    def order(self) -> str | None:
        """The order that it is about."""
        thing = self.data.payment or self.data.refund
        return thing.order_id if thing else None


class Verifier:
    """Tells the gateway's own webhooks from all others."""

    def __init__(self, secret: str, max_age: float) -> None:
        encoded = secret.removeprefix("whsec_")
        try:
            self._key = b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise ConfigError("PAYDRILL_WEBHOOK_SECRET must be whsec_<base64>") from None
        self._max_age = max_age

    def take(self, headers: Mapping[str, str], body: bytes, wall: float) -> Event | None:
        """The event, if our gateway sent it lately; None for a kind that this shop does not read.

        Raises BadSignature. `wall` is the time now.
        """
        self.verify(headers, body, wall)
        try:
            return read_event(body)
        except msgspec.MsgspecError:
            return None

    def verify(self, headers: Mapping[str, str], body: bytes, wall: float) -> None:
        """Raise BadSignature unless our gateway signed this body lately. `wall` is the time now."""
        name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not name or not stamp.isdecimal():
            raise BadSignature("webhook-id or webhook-timestamp is missing")
        if abs(wall - int(stamp)) > self._max_age:
            raise BadSignature("the signature is too old, or from the future")
        digest = hmac.digest(self._key, f"{name}.{stamp}.".encode() + body, "sha256")
        expected = b64encode(digest)
        for part in headers.get("webhook-signature", "").split():
            version, _, signature = part.partition(",")
            if version == "v1" and hmac.compare_digest(signature.encode(), expected):
                return
        raise BadSignature("no signature matches")


def read_event(body: bytes) -> Event:
    """The event in a body whose signature was verified; msgspec.MsgspecError if it is none."""
    return msgspec.json.decode(body, type=Event)
