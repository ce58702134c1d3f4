"""Lines with what was read of the merchant at judge time: its book, its lists, traces of cards."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from simulator.journal.line import Entry


class Place(StrEnum):
    """A place in which no card number and no security code may stand."""

    BOOK = "the order book"
    MESSAGES = "messages to shoppers"
    LOG = "the merchant's log"
    NOTIFICATIONS = "notifications"
    DESCRIPTIONS = "descriptions sent to the gateway"


class Sighting(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Card data in a place where it may not stand: `what` it was (masked) and `where` exactly."""

    what: str
    where: str
    order: str | None = None


class Order(Entry, frozen=True, tag="order"):
    """One row of the merchant's order book, as read at judge time. `fulfilled` counts.

    `apart` says that the shop runs as several instances, and not all say the same of the order:
    one does not know it, or knows it otherwise. The row holds what they say together.
    """

    order: str
    status: str
    amount: int
    currency: str
    fulfilled: int = 0
    amount_refunded: int = 0
    payment_ids: tuple[str, ...] | None = None
    apart: bool = False


class Book(Entry, frozen=True, tag="book"):
    """The reading of the order book: `problem` says why it could not be read, if so.

    `moving` says that money or messages moved during every reading, so that rows and ledger are not
    of one moment.
    """

    orders: int
    problem: str | None = None
    moving: bool = False


class Difference(Entry, frozen=True, tag="difference"):
    """A difference that the merchant found between its books and the gateway's daily statement.

    `what` is missing (paid here, not in the statement), extra (in the statement, nowhere else),
    wrong_amount, late (came a day or more later), or unknown_here (charged, and not in its books).
    """

    payment: str
    what: str
    order: str | None = None
    channel: str | None = None
    day: str | None = None
    status: str = "open"


class Reconciled(Entry, frozen=True, tag="reconciled"):
    """The reading of the differences: `problem` says why they could not be read, if so.

    `absent` says that the shop has no such list: it does not compare its books with anything.
    """

    differences: int
    problem: str | None = None
    absent: bool = False


class Scan(Entry, frozen=True, tag="scan"):
    """A search for card data in one place.

    `looked` counts what was looked at (rows, answers, lines), `found` what should not be there;
    `sightings` are the first of these. `problem` says why the place, or a part of it, was not
    looked at.
    """

    place: Place
    looked: int = 0
    found: int = 0
    sightings: tuple[Sighting, ...] = ()
    problem: str | None = None
