"""The balance transactions of a channel in their order, kept from one question to the next.

They are worked out when somebody first asks for them; after that, again only those of payments that
have changed meanwhile. So a merchant who reads its books page by page does not have every payment
of a long drill worked through for each page.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from simulator.dialects.stripe.transactions import Transaction, every_of
from simulator.gateway.ports import Snapshot
from simulator.gateway.statements import day_of

_DAY_S: Final = 86_400
#: A transaction behind what it is sorted by: when it was booked, and its id.
Entry = tuple[float, str, Transaction]


class Register:
    """That of one channel."""

    def __init__(self) -> None:
        #: The transactions, oldest first, those included whose day has not begun.
        self.entries: list[Entry] = []
        self._of: dict[str, tuple[Entry, ...]] = {}
        self._seen = 0
        # What they add up to, by the day of booking, from when on that is available (0: at once),
        # and currency.
        self._sums: Counter[tuple[int, float, str]] = Counter()

    def follow(self, snapshot: Snapshot) -> None:
        """Take in what has changed since the last time."""
        changed = snapshot.moved(self._seen)
        self._seen += len(changed)
        for name in dict.fromkeys(changed):
            payment = snapshot.payment(name)
            for entry in self._of.pop(name, ()):
                del self.entries[bisect_left(self.entries, entry[:2])]
                self._add(entry[2], -1)
            if payment is None:
                continue
            self._of[name] = tuple(_entry(each) for each in every_of(payment, snapshot))
            for entry in self._of[name]:
                insort(self.entries, entry)
                self._add(entry[2], 1)

    def sums(self, now: float) -> Iterator[tuple[str, int, bool]]:
        """What was booked until now: in a currency so much, and whether it is available."""
        for (day, available, currency), amount in self._sums.items():
            if day <= day_of(now):
                yield currency, amount, available <= now

    def _add(self, transaction: Transaction, sign: int) -> None:
        created, available = transaction.created, transaction.available
        currency = transaction.payment.currency.lower()
        waits = available if available != created else 0.0
        self._sums[day_of(created), waits, currency] += sign * transaction.net


#: Under what the register of a channel is kept there.
_KEPT: Final = "stripe.register"


def register_of(snapshot: Snapshot) -> Register:
    """The register of a channel, up to date."""
    register = snapshot.worked_out.get(_KEPT)
    if not isinstance(register, Register):
        register = snapshot.worked_out[_KEPT] = Register()
    register.follow(snapshot)
    return register


def sorted_entries(transactions: Iterator[Transaction]) -> list[Entry]:
    """A few transactions as they stand in a register."""
    return sorted(_entry(each) for each in transactions)


def begun(now: float) -> float:
    """The end of the day: what is booked on a later one is not there yet."""
    return float((day_of(now) + 1) * _DAY_S)


class Cut:
    """A part of a register: what is `wanted` and booked between two moments."""

    def __init__(
        self,
        entries: Sequence[Entry],
        since: float,
        until: float,
        wanted: Callable[[Transaction], bool],
    ) -> None:
        self._entries = entries
        self._first = _place(entries, since)
        self._end = _place(entries, until)
        self._wanted = wanted

    def newest_first(self) -> Iterator[Transaction]:
        """All of it."""
        return self._down_from(self._end)

    def up_to(self, cursor: Transaction) -> Iterator[Transaction]:
        """This one and what is older, newest first."""
        return self._down_from(self._place_of(cursor) + 1)

    def before(self, cursor: Transaction, most: int) -> Iterator[Transaction]:
        """So many that are right before this one in the list, which are newer, and this one."""
        places = range(self._place_of(cursor) + 1, self._end)
        newer = list(islice(self._chosen(iter(places)), most))
        yield from reversed(newer)
        yield cursor

    def _down_from(self, end: int) -> Iterator[Transaction]:
        return self._chosen(iter(range(end - 1, self._first - 1, -1)))

    def _chosen(self, places: Iterator[int]) -> Iterator[Transaction]:
        found = (self._entries[place][2] for place in places)
        return (each for each in found if self._wanted(each))

    def _place_of(self, cursor: Transaction) -> int:
        return bisect_left(self._entries, _entry(cursor)[:2])


def _entry(transaction: Transaction) -> Entry:
    return transaction.created, transaction.id, transaction


def _place(entries: Sequence[Entry], moment: float) -> int:
    return bisect_left(entries, moment, key=lambda each: each[0])
