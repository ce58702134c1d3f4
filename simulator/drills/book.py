"""The merchant's order book: read page by page over HTTP, row by row into the journal's form."""

from __future__ import annotations

from typing import Final

import aiohttp
import msgspec

from simulator.errors import DrillInvalid
from simulator.journal.entry import Order

_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_BODY_MAX: Final = 64 * 1024 * 1024


class BookUnreadable(DrillInvalid):
    """The order book gave no usable answer, for the reason in the message."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One order as the shop lists it. What is optional there is None here if it was left out."""

    order_id: str
    status: str
    amount: int
    currency: str
    fulfilled: int | None = None
    amount_refunded: int | None = None
    payment_ids: tuple[str, ...] | None = None

    @property
    def served(self) -> int:
        """How many times it was fulfilled; a paid order counts once unless it says otherwise."""
        if self.fulfilled is not None:
            return self.fulfilled
        return 1 if self.status == "paid" else 0

    def line(self, *, wall: float, mono: float, account: str) -> Order:
        """The journal's line for it."""
        return Order(
            source="merchant",
            wall=wall,
            mono=mono,
            account=account,
            order=self.order_id,
            status=self.status,
            amount=self.amount,
            currency=self.currency,
            fulfilled=self.served,
            amount_refunded=self.amount_refunded or 0,
            payment_ids=self.payment_ids,
        )


class _Page(msgspec.Struct):
    orders: list[Row]
    next: str | int | None = None


_PAGE: Final = msgspec.json.Decoder(_Page)


async def read(session: aiohttp.ClientSession, shop: str, run: str) -> tuple[Row, ...]:
    """All orders of one run, over all pages; those of earlier runs of the same shop are left out.

    Raises:
        BookUnreadable: no answer, a status other than 200, a body of another shape, a cursor that
            comes back, or a row that stands in the book twice.
    """
    rows: dict[str, Row] = {}
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        page = _parse(await _get(session, shop, cursor), cursor)
        for row in page.orders:
            if row.order_id in rows:
                raise BookUnreadable(f"the order book lists {row.order_id} twice")
            rows[row.order_id] = row
        if page.next is None:
            return tuple(row for row in rows.values() if row.order_id.startswith(f"{run}-"))
        cursor = str(page.next)
        if cursor in seen:
            raise BookUnreadable(f"the order book's cursor {cursor!r} came back: it never ends")
        seen.add(cursor)


async def _get(session: aiohttp.ClientSession, shop: str, cursor: str | None) -> bytes:
    parameters = {} if cursor is None else {"after": cursor}
    try:
        async with session.get(f"{shop}/orders", params=parameters, timeout=_TIMEOUT) as reply:
            body = await reply.content.read(_BODY_MAX)
            if reply.status != 200:
                raise BookUnreadable(f"GET /orders answered {reply.status}")
            return body
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise BookUnreadable(f"GET /orders gave no answer: {error or 'timeout'}") from error


def _parse(body: bytes, cursor: str | None) -> _Page:
    try:
        return _PAGE.decode(body)
    except msgspec.MsgspecError as error:
        where = "" if cursor is None else f" (page after {cursor!r})"
        raise BookUnreadable(f"GET /orders is not an order book{where}: {error}") from error
