"""One call of Stripe's library, and what its answer or its exception is worth.

The library tells by classes what went wrong, and what a shop has to know stands elsewhere: was the
request sent, and does the answer say what became of it? So an exception is read like this, first
match first (see the table in careful/channel.py):

| exception                                              | is                          |
|--------------------------------------------------------|-----------------------------|
| any that holds the intent (`error.payment_intent`)     | told: the intent says all   |
| APIConnectionError for a refused connection            | unsent                      |
| APIConnectionError, timeouts, what aiohttp raises      | unknown                     |
| AuthenticationError, PermissionError, RateLimitError, 503 | denied                   |
| 409: the same key, or the same object, is in use       | busy                        |
| InvalidRequestError, IdempotencyError, other 4xx       | rejected                    |
| APIError: 5xx, or an answer that is no JSON            | unknown                     |
| CardError without an intent                            | unknown                     |

Three things about the library are easily missed. It sends a request up to three times by itself;
here that is the shop's own business (`max_network_retries=0`). A connection that breaks while the
answer is read does not raise one of its own exceptions, but aiohttp's. And the error of an answer
that is no JSON has lost its headers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Final, TypeVar

import aiohttp
import msgspec
import stripe

from simulator.merchants.careful.channel import Kind, Reply, seconds
from simulator.merchants.careful_stripe.objects import Intent

_Shape = TypeVar("_Shape")

_DENIALS: Final = frozenset({401, 403, 429, 503})
_UNCLEAR: Final = frozenset({402, 408, 425, 499})
UNKNOWN: Final = Reply(Kind.UNKNOWN, answered=False)
UNSENT: Final = Reply(Kind.UNSENT, answered=False)


def new_client(url: str, api_key: str, session: aiohttp.ClientSession) -> stripe.StripeClient:
    """Stripe's client for the account at this address; the session sets the time limits."""
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": url},
        http_client=stripe.AIOHTTPClient(session=session, timeout=None),
        max_network_retries=0,
    )


async def ask(call: Awaitable[stripe.StripeObject], shape: type[_Shape]) -> _Shape | Reply:
    """Make a call; its answer in this shape, or what there is in place of one. Never raises."""
    try:
        return msgspec.convert((await call).to_dict(), shape)
    except stripe.StripeError as error:
        return reply_of(error)
    except (TimeoutError, aiohttp.ClientError, OSError, msgspec.ValidationError):
        return UNKNOWN


async def ask_all(
    call: Awaitable[stripe.ListObject[Any]], shape: type[_Shape]
) -> list[_Shape] | Reply:
    """The same for a list, over all of its pages."""
    try:
        pages = (await call).auto_paging_iter()
        return [msgspec.convert(each.to_dict(), shape) async for each in pages]
    except stripe.StripeError as error:
        return reply_of(error)
    except (TimeoutError, aiohttp.ClientError, OSError, msgspec.ValidationError):
        return UNKNOWN


def reply_of(error: stripe.StripeError) -> Reply:
    """What an exception of the library is worth."""
    if isinstance(error, stripe.APIConnectionError):
        refused = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
        return UNSENT if isinstance(error.__cause__, refused) else UNKNOWN
    said = _error_in(error.json_body)
    status = error.http_status or 0
    intent = _intent_in(said)
    if intent is not None and intent.body() is not None:
        return intent.reply()
    if status in _DENIALS or isinstance(error, stripe.RateLimitError):
        wait = seconds((error.headers or {}).get("Retry-After"))
        return Reply(Kind.DENIED, retry_after=wait, answered=status in {401, 403})
    if not 400 <= status < 500 or status in _UNCLEAR:
        return UNKNOWN
    kind = Kind.BUSY if status == 409 else Kind.REJECTED
    return Reply(kind, message=error.user_message, code=said.get("code"))


def _error_in(body: object) -> Mapping[str, Any]:
    error = body.get("error") if isinstance(body, Mapping) else None
    return error if isinstance(error, dict) else {}


def _intent_in(error: Mapping[str, Any]) -> Intent | None:
    found = error.get("payment_intent")
    return None if found is None else msgspec.convert(found, Intent)
