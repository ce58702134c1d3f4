"""The merchant's order book: read page by page over HTTP, row by row into the journal's form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Final

import aiohttp
import msgspec

from simulator.drills.mapping import STANDARD, ShopMapping
from simulator.drills.reading import Reading
from simulator.drills.shopcall import Called, NoAnswer, call
from simulator.errors import DrillInvalid
from simulator.journal.entry import Order

_WITHIN: Final = 10.0  # seconds for a page


class BookUnreadable(DrillInvalid):
    """The order book gave no usable answer, for the reason in the message."""


#: A number of times, or of minor units; a book has no negative ones.
_Count = Annotated[int, msgspec.Meta(ge=0)]
#: An ISO 4217 code.
_Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One order as the shop lists it. What is optional there is None here if it was left out.

    `apart` is ours: not all instances of the shop say the same of it.
    """

    order_id: str
    status: str
    amount: _Count
    currency: _Currency
    fulfilled: _Count | None = None
    amount_refunded: _Count | None = None
    payment_ids: tuple[str, ...] | None = None
    apart: bool = False

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
            apart=self.apart,
        )

    def joined(self, other: Row) -> Row:
        """What two instances that say different things of one order have done to it together.

        Each did what it says, if each names payments of its own: both have fulfilled it, and both
        refunds count. Otherwise they speak of the same payments, and one knows more than the other.
        """
        ids = tuple(dict.fromkeys((*(self.payment_ids or ()), *(other.payment_ids or ()))))
        both = bool(self.payment_ids and other.payment_ids)
        own = both and not set(self.payment_ids or ()) & set(other.payment_ids or ())
        add = sum if own else max
        known = self.payment_ids is not None or other.payment_ids is not None
        return msgspec.structs.replace(
            max(self, other, key=lambda row: _KNOWS.index(row.status)),
            fulfilled=add((self.served, other.served)),
            amount_refunded=add((self.amount_refunded or 0, other.amount_refunded or 0)),
            payment_ids=ids if known else None,
            apart=True,
        )


#: Who has got further knows more. A word that is none of these was never let in.
_KNOWS: Final = ("pending", "failed", "refunded", "paid")

#: Is shown an order's name and its row as the shop wrote it, with fields that are not in `Row`.
Look = Callable[[str, bytes], None]


async def read(
    session: aiohttp.ClientSession,
    shop: str,
    run: str,
    look: Look | None = None,
    mapping: ShopMapping = STANDARD,
) -> tuple[Row, ...]:
    """All orders of one run, over all pages; those of earlier runs of the same shop are left out.

    Raises:
        BookUnreadable: no answer, a status other than 200, a body of another shape, a cursor that
            comes back, a row that stands in the book twice, or a row with a field that cannot be:
            a status that is no word of ours, a negative number, a value of another type.
    """
    rows: list[Row] = []
    known: set[str] = set()
    seen: set[str] = set()
    cursor: str | None = None
    while True:
        values = {} if cursor is None else {"after": cursor}
        try:
            called = await call(session, shop, mapping.api.book, values, _WITHIN)
        except NoAnswer as error:
            raise BookUnreadable(str(error)) from error
        page = _Page(mapping.read, called)
        for name, order in page.orders():
            if name in known:
                raise BookUnreadable(f"the order book lists {name} twice")
            known.add(name)
            if name.startswith(f"{run}-"):
                rows.append(page.row(name, order))
                if look is not None:
                    look(name, msgspec.json.encode(order))
        cursor = page.next
        if cursor is None or "after" not in mapping.api.book.uses:
            return tuple(rows)
        if cursor in seen:
            raise BookUnreadable(f"the order book's cursor {cursor!r} came back: it never ends")
        seen.add(cursor)


def united(books: Sequence[Sequence[Row]]) -> tuple[Row, ...]:
    """The one book that the books of all instances are together.

    Instances that share what they know list the same, and so does the whole. A row that one of
    them lacks, or has otherwise, is marked `apart`.
    """
    first, *others = ({row.order_id: row for row in book} for book in books)
    names = dict.fromkeys(name for book in (first, *others) for name in book)
    return tuple(_joined([book.get(name) for book in (first, *others)]) for name in names)


def _joined(told: Sequence[Row | None]) -> Row:
    """What all instances tell of one order; None stands for an instance that does not know it."""
    known = [row for row in told if row is not None]
    if len(known) == len(told) and all(row == known[0] for row in known):
        return known[0]
    row = known[0]
    for other in known[1:]:
        row = row if other == row else row.joined(other)
    return msgspec.structs.replace(row, apart=True)


class _Page:
    """One page; whatever cannot be read in it is a BookUnreadable that names it."""

    def __init__(self, reading: Reading, called: Called) -> None:
        self._reading = reading
        self._asked = called.what
        try:
            self._orders, self.next = reading.book.page(msgspec.json.decode(called.body))
        except (msgspec.MsgspecError, ValueError) as error:
            raise self._unreadable(error) from error

    def orders(self) -> Iterator[tuple[str, object]]:
        """The orders with their references."""
        for order in self._orders:
            try:
                yield self._reading.book.reference(order), order
            except ValueError as error:
                raise self._unreadable(error) from error

    def row(self, name: str, order: object) -> Row:
        """An order in our words."""
        try:
            return msgspec.convert({"order_id": name, **self._reading.row(order)}, Row)
        except (msgspec.MsgspecError, ValueError) as error:
            raise self._unreadable(f"{name}: {error}") from error

    def _unreadable(self, why: object) -> BookUnreadable:
        return BookUnreadable(f"{self._asked} is not an order book: {why}")
