"""The gateway's native API: plain JSON, one request for each thing that the shop wants.

What an answer is worth (see the table in channel.py):

- told: 2xx, or 402 for a decline, with a body that can be read;
- rejected: 400, 404, 409, 413, 415, 422 and their like; busy: 409 for a key that is under way;
- denied: 401, 403, 429, 503; unsent: the connection was refused;
- unknown: a timeout, a reset, 500, 502, 504, a broken body, a decline that does not say that
  nothing was charged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

import aiohttp
import msgspec

from simulator.merchants.careful import rows
from simulator.merchants.careful.breaker import Breaker
from simulator.merchants.careful.channel import (
    Kind,
    PaymentBody,
    RefundBody,
    Reply,
    seconds,
)
from simulator.merchants.careful.config import Settings
from simulator.merchants.careful.notices import Notice
from simulator.merchants.careful.records import Attempt, Order, Refund

log = logging.getLogger("careful.gateway")


class NoticeBody(msgspec.Struct):
    """The field of a notification that this shop reads."""

    status: str


class ErrorBody(msgspec.Struct):
    """The inside of an error's body."""

    code: str | None = None
    failure: str | None = None
    message: str | None = None
    retry: str | None = None
    money: str | None = None
    payment: PaymentBody | None = None


class _Error(msgspec.Struct):
    error: ErrorBody


class _Listing(msgspec.Struct):
    data: list[PaymentBody]


_Reading = Callable[[bytes], Reply]
_DENIALS: Final = frozenset({401, 403, 429, 503})
_UNCLEAR: Final = frozenset({408, 425, 499})
_UNKNOWN: Final = Reply(Kind.UNKNOWN, answered=False)
_UNSENT: Final = Reply(Kind.UNSENT, answered=False)


class NativeChannel:
    """One channel of the gateway, spoken to in its native API; satisfies channel.Channel."""

    def __init__(
        self, name: str, url: str, settings: Settings, session: aiohttp.ClientSession
    ) -> None:
        self.name = name
        self.breaker = Breaker(settings.breaker)
        self.quiet_until = 0.0
        self._url = url
        self._session = session
        self._headers = {"Authorization": f"Bearer {settings.api_key}"}

    async def charge(
        self, order: Order, attempt: Attempt, card: Mapping[str, object] | None
    ) -> Reply:
        """Take the money, or learn what became of the attempt when it is sent again."""
        method = dict(attempt.method)
        if card is not None:
            method["card"] = card
        body = {
            "order_id": order.id,
            "amount": order.amount,
            "currency": order.currency,
            "confirm": True,
            "capture": "automatic",
            "method": method,
            "payer": order.payer or None,
            "product": order.product,
            "authentication": "required" if order.must_prove(attempt) else None,
        }
        filled = {name: value for name, value in body.items() if value is not None}
        return await self._exchange("POST", "/v1/payments", read_payment, filled, attempt.key)

    async def look(self, order: Order) -> Reply:
        """All payments of the order on this channel."""
        path = f"/v1/payments?order_id={quote(order.id, safe='')}"
        return await self._exchange("GET", path, read_listing)

    async def close(self, order: Order) -> Reply:
        """Cancel the order here: payments under way are voided, later charges refused."""
        body = {"order_id": order.id}
        return await self._exchange("POST", "/v1/payments/cancel", read_listing, body)

    async def give_back(self, order: Order, refund: Refund) -> Reply:  # noqa: ARG002 - the refund says it all
        """Refund a payment; the reference and the key make it happen once however often sent."""
        body: dict[str, object] = {
            "payment": refund.payment,
            "amount": refund.amount,
            "reference": refund.reference,
            "route": refund.route,
        }
        if refund.request is not None:
            body["request"] = refund.request
        return await self._exchange("POST", "/v1/refunds", read_refund, body, refund.reference)

    async def ask_refund(self, refund: str) -> Reply:
        """What became of a refund that was accepted."""
        return await self._exchange("GET", f"/v1/refunds/{quote(refund, safe='')}", read_refund)

    async def tell(self, order: str, notice: Notice, way: str) -> Reply:
        """Send the payer a message; the key makes it one however often it is sent."""
        body = {
            "order_id": order,
            "via": way,
            "message": notice.message,
            "language": notice.language,
            "reason": notice.reason,
            "next_step": notice.step,
        }
        key = f"{order}-{notice.topic}-{way}"
        return await self._exchange("POST", "/v1/notifications", read_notice, body, key)

    async def answer(self, dispute: str, evidence: Mapping[str, str] | None) -> Reply:
        """Send evidence for a dispute, or accept it if there is none."""
        path = f"/v1/disputes/{quote(dispute, safe='')}/{'evidence' if evidence else 'accept'}"
        return await self._exchange("POST", path, read_nothing, evidence or {}, f"answer-{dispute}")

    async def decline(self, request: str, reason: str) -> Reply:
        """Say no to a payer who asks for money back, and why."""
        path = f"/v1/refund-requests/{quote(request, safe='')}/decline"
        key = f"answer-{request}"
        return await self._exchange("POST", path, read_nothing, {"reason": reason}, key)

    async def statement(self, day: str) -> Reply:
        """The statement of a day, read to its end."""
        return await self._exchange("GET", f"/v1/statements/{day}", read_statement)

    async def find(self, name: str) -> Reply:
        """One payment, by its id."""
        return await self._exchange("GET", f"/v1/payments/{quote(name, safe='')}", read_payment)

    async def _exchange(
        self,
        verb: str,
        path: str,
        read: _Reading,
        body: Mapping[str, object] | None = None,
        key: str | None = None,
    ) -> Reply:
        headers = dict(self._headers)
        if key is not None:
            headers["Idempotency-Key"] = key
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else msgspec.json.encode(body)
        try:
            async with self._session.request(
                verb,
                self._url + path,
                data=data,
                headers=headers,
                allow_redirects=False,
            ) as response:
                raw = await response.read()
                return classify(response.status, raw, response.headers.get("Retry-After"), read)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return _UNSENT
        except (TimeoutError, aiohttp.ClientError, OSError):
            return _UNKNOWN


def classify(status: int, raw: bytes, retry_after: str | None, read: _Reading) -> Reply:
    """What an HTTP answer is worth; `read` takes the body of a success."""
    try:
        if 200 <= status < 300:
            return read(raw)
        if status == 402:
            return _read_decline(raw)
    except msgspec.MsgspecError:
        return _UNKNOWN
    if status in _DENIALS:
        return Reply(Kind.DENIED, retry_after=seconds(retry_after), answered=status in {401, 403})
    if not 400 <= status < 500 or status in _UNCLEAR:
        return _UNKNOWN
    error = _error_in(raw)
    kind = Kind.BUSY if error.code == "key_in_flight" else Kind.REJECTED
    return Reply(kind, message=error.message, code=error.code)


def read_payment(raw: bytes) -> Reply:
    """The reply that holds one payment."""
    return Reply(Kind.TOLD, (msgspec.json.decode(raw, type=PaymentBody),))


def read_listing(raw: bytes) -> Reply:
    """The reply that holds the payments of an order."""
    return Reply(Kind.TOLD, tuple(msgspec.json.decode(raw, type=_Listing).data))


def read_refund(raw: bytes) -> Reply:
    """The reply that holds one refund."""
    return Reply(Kind.TOLD, refund=msgspec.json.decode(raw, type=RefundBody))


def read_notice(raw: bytes) -> Reply:
    """The reply that says whether a message was delivered."""
    told = msgspec.json.decode(raw, type=NoticeBody)
    return Reply(Kind.TOLD, delivered=told.status == "sent")


def read_nothing(raw: bytes) -> Reply:
    """The reply to what the gateway only has to take."""
    msgspec.json.decode(raw)
    return Reply(Kind.TOLD)


def read_statement(raw: bytes) -> Reply:
    """The reply that is a statement; one that is cut off or does not add up is as good as none."""
    try:
        return Reply(Kind.TOLD, statement=tuple(rows.read(raw.decode())))
    except (UnicodeDecodeError, rows.TornStatement) as error:
        log.warning("a statement cannot be used: %s", error)
        return _UNKNOWN


def _read_decline(raw: bytes) -> Reply:
    error = msgspec.json.decode(raw, type=_Error).error
    if error.payment is None or error.money == "unknown" or error.retry == "query":
        return _UNKNOWN  # it does not say that the payer was not charged
    return Reply(Kind.TOLD, (error.payment,), message=error.message, code=error.code)


def _error_in(raw: bytes) -> ErrorBody:
    try:
        return msgspec.json.decode(raw, type=_Error).error
    except msgspec.MsgspecError:
        return ErrorBody()
