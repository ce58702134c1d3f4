"""Where a request comes in: whose it is, in which dialect, and whether it can be taken at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from aiohttp.web_exceptions import HTTPRequestEntityTooLarge
from aiohttp.web_request import BaseRequest

from simulator import cards
from simulator.accounts.account import Account
from simulator.accounts.registry import Registry
from simulator.dialects.dialect import MAX_KEY, Dialect, Misread, Request, Trouble

#: What the addresses of pages begin with; then come the account and the page's id.
PAGES: Final = "/pay/"
#: Payment requests are small; a larger body is refused unread.
MAX_BODY: Final = 64 * 1024
#: What most keys are. The digits of one may read as a card number once in a while, and are none.
_UUID: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
_NO_QUERY: Final[Mapping[str, str]] = MappingProxyType({})


#: A dialect, and whether a request is in it.
Other = tuple[Dialect, Callable[[BaseRequest], bool]]


class Wording:
    """In which dialect a request is read and answered: pages speak one of their own.

    `pages` is called for each request, for a page answers a browser and a program differently.
    `others` are asked one after the other before a request is taken to be in `api`.
    """

    def __init__(
        self,
        api: Dialect,
        pages: Callable[[BaseRequest], Dialect] | None = None,
        others: tuple[Other, ...] = (),
    ) -> None:
        self._api = api
        self._pages = pages
        self._others = others

    def of(self, http: BaseRequest) -> Dialect:
        """The dialect of a request."""
        if self._pages is not None and http.path.startswith(PAGES):
            return self._pages(http)
        for dialect, speaks in self._others:
            if speaks(http):
                return dialect
        return self._api


def admit(http: BaseRequest, accounts: Registry, dialect: Dialect) -> Account:
    """The account whose key stands in the request, or to which the page belongs.

    Raises Misread for a request without a test key, or a page of nobody.
    """
    if http.path.startswith(PAGES):
        return _owner(http.path, accounts)
    key = dialect.key_of(http.headers)
    account = accounts.by_key(key)
    if account is None:
        raise dialect.turn_away(key)
    return account


def _owner(path: str, accounts: Registry) -> Account:
    """The account to which a page belongs: a page's address is its key."""
    name = path.removeprefix(PAGES).partition("/")[0]
    account = accounts.find(name)
    if account is None:
        raise Misread(Trouble.UNKNOWN_ENDPOINT, "there is no such page")
    return account


async def receive(http: BaseRequest) -> Request:
    """The request, whole; raises Misread for one that is too large."""
    length = http.content_length
    if length is not None and length > MAX_BODY:
        raise Misread(Trouble.TOO_LARGE, f"the body may have {MAX_BODY} bytes, not {length}")
    content = http.content
    # Nearly always all of it has come with the head, and need not be waited for.
    body = content.read_nowait() if content.is_eof() else await _rest(http)
    if len(body) > MAX_BODY:
        raise Misread(Trouble.TOO_LARGE, f"the body may have {MAX_BODY} bytes")
    method, path, headers = http.method, http.path, http.headers
    is_page = path.startswith(PAGES)  # only pages look at what else would be taken
    return Request(
        method,
        path,
        http.query if method == "GET" else _NO_QUERY,
        body,
        headers.get("Content-Type", ""),
        headers.get("Idempotency-Key") if method == "POST" else None,  # nothing else changes
        headers.get("Accept", "") if is_page else "",
        headers.get("Accept-Language", "") if is_page else "",
        headers,
        http.rel_url.raw_query_string,
    )


async def _rest(http: BaseRequest) -> bytes:
    try:
        return await http.read()
    except HTTPRequestEntityTooLarge as error:
        raise Misread(Trouble.TOO_LARGE, f"the body may have {MAX_BODY} bytes") from error


def check_key(key: str | None) -> None:
    """Raises Misread for an idempotency key that cannot be kept.

    Bytes that are no text cannot be kept, and a card number must not be.
    """
    if key is None:
        return
    legible = 0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()
    if not legible or cards.contains_number(_UUID.sub("", key)):
        raise Misread(
            Trouble.MALFORMED,
            f"Idempotency-Key: 1 to {MAX_KEY} printable ASCII characters, no card number",
        )
