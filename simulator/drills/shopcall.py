"""One request of the drill's own to the shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import msgspec
from yarl import URL

from simulator.drills.asking import Request
from simulator.errors import DrillInvalid

_BODY_MAX: Final = 64 * 1024 * 1024


class NoAnswer(DrillInvalid):
    """The shop gave no answer that can be used, for the reason in the message.

    `status` is that of an answer that was no 2xx.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Called(msgspec.Struct, frozen=True):
    """What was asked, in words, and the body of the answer."""

    what: str
    body: bytes


async def call(
    session: aiohttp.ClientSession,
    shop: str,
    request: Request,
    values: Mapping[str, Any],
    seconds: float,
) -> Called:
    """Ask the shop, and wait so many seconds; NoAnswer unless it answers with a 2xx."""
    filled = request.fill(values)
    kind = {"Content-Type": "application/json"} if filled.body else {}
    try:
        async with session.request(
            filled.method,
            URL(shop + filled.target, encoded=True),
            headers={**kind, **filled.headers},
            data=filled.body or None,
            timeout=aiohttp.ClientTimeout(total=seconds),
        ) as reply:
            body = await _whole(reply.content)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NoAnswer(f"{filled.line} gave no answer: {error or 'timeout'}") from error
    if not 200 <= reply.status < 300:
        raise NoAnswer(f"{filled.line} answered {reply.status}", reply.status)
    return Called(filled.line, body)


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """The body to its end, or to the limit: a single read gives only what has arrived."""
    body = bytearray()
    while len(body) < _BODY_MAX and (more := await content.read(_BODY_MAX - len(body))):
        body += more
    return bytes(body)
