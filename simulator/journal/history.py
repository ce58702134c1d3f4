"""A history: a journal read back, folded into the lives of orders in one pass.

Memory grows with the number of orders, not of lines: what a line says is kept in the life that it
belongs to, and polls that repeat an earlier answer are dropped.

How the gateway's payments find their orders is told in `joining`, what a merchant could know when
in `knowledge`. A captured payment that joins nothing is an orphan; it stands in `strays`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import singledispatchmethod
from pathlib import Path
from typing import Final, Self

import msgspec
from msgspec.structs import replace

from simulator.gateway.things import Wallet
from simulator.journal.entry import (
    Answer,
    Arrival,
    Book,
    Boot,
    Commit,
    Delivery,
    Difference,
    Dropped,
    Entry,
    Exchange,
    Generator,
    Hit,
    Line,
    Note,
    Order,
    Outage,
    Phase,
    Reconciled,
    Run,
    Scan,
    Shopper,
)
from simulator.journal.joining import References, file_rows
from simulator.journal.knowledge import Outages
from simulator.journal.lives import OrderLife
from simulator.journal.merge import END
from simulator.journal.naming import Names
from simulator.journal.reader import read_lines

_NO_BOOK: Final = "no order book was recorded"


class Span(msgspec.Struct, frozen=True):
    """A phase: from `start` until before `end`, in monotonic seconds."""

    name: str
    start: float
    end: float


class RuleHits(msgspec.Struct):
    """How often a rule, or one arm of its mix, was performed; first and last at which moment."""

    rule: str
    arm: str | None
    hits: int = 0
    first: float = 0.0
    last: float = 0.0


@dataclass(slots=True)
class History:
    """What is known of a run. Read it only; `from_lines` and `from_file` make it.

    `judged` is J. `orders` are those that a shopper or the order book knows, by name; `strays` are
    references of the gateway that belong to none of them, with or without a payment. `dropped` are
    the intended moments of shoppers who could not be sent. `outage_lines` are kept as they were,
    for their rule and proof.
    """

    run: Run | None = None
    judged: float = 0.0
    phases: tuple[Span, ...] = ()
    orders: dict[str, OrderLife] = field(default_factory=dict)
    strays: tuple[OrderLife, ...] = ()
    outages: Outages = field(default_factory=Outages)
    outage_lines: list[Outage] = field(default_factory=list)
    hits: dict[tuple[str, str | None], RuleHits] = field(default_factory=dict)
    generator: Generator | None = None
    dropped: list[float] = field(default_factory=list)
    book: Book | None = None
    book_rows: int = 0
    differences: list[Difference] = field(default_factory=list)
    reconciled: Reconciled | None = None
    scans: list[Scan] = field(default_factory=list)
    channels: tuple[str, ...] = ()
    notes: list[Note] = field(default_factory=list)
    wallet_commits: list[Commit] = field(default_factory=list)
    began: float = 0.0

    @classmethod
    def from_lines(cls, lines: Iterable[Line]) -> Self:
        """Fold lines, which come in the order of their monotonic time, into a history."""
        history = cls()
        fold = _Fold(history)
        for line in lines:
            fold.take(line)
        fold.finish()
        return history

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The history in a journal; JournalError if it cannot be read."""
        return cls.from_lines(read_lines(path))

    @property
    def everything(self) -> Iterator[OrderLife]:
        """All orders, then all strays."""
        yield from self.orders.values()
        yield from self.strays

    @property
    def accountable(self) -> Iterator[OrderLife]:
        """All orders, then the strays that have payments: all whose money somebody answers for."""
        yield from self.orders.values()
        yield from (stray for stray in self.strays if stray.payments)

    @property
    def book_problem(self) -> str | None:
        """Why the order book cannot be used; None if it can."""
        if self.book is None:
            return _NO_BOOK
        if self.book.problem is None and self.book.orders != self.book_rows:
            return f"the book has {self.book.orders} rows and {self.book_rows} were recorded"
        return self.book.problem

    def phase(self, name: str) -> Span | None:
        """The phase of this name, or None."""
        return next((span for span in self.phases if span.name == name), None)

    def since_start(self, mono: float) -> float:
        """Seconds from the start of the first phase, to the millisecond."""
        return round(mono - self.began, 3)


class _Fold:
    """Takes lines in; `finish` joins what the gateway saw to the orders it belongs to."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._gateway = References()
        self._channels: dict[str, None] = {}
        self._phases: list[tuple[str, float]] = []
        self._rows: list[Order] = []
        self._late: list[Line] = []
        self._ended = False
        self._last = 0.0

    def take(self, line: Line) -> None:
        """Take one line in; what came after judge time is no part of a history."""
        self._last = max(self._last, line.mono)
        if isinstance(line, Phase) and line.name == END:
            for late in self._late:  # there was an end before, and this one came after them
                self._fold(late)
            self._late, self._ended = [], True
        elif self._ended and not isinstance(line, Note | Generator):
            self._late.append(line)
            return
        self._fold(line)

    @singledispatchmethod
    def _fold(self, line: Entry) -> None:
        """Lines of other kinds say nothing that a history keeps."""

    @_fold.register
    def _run(self, line: Run) -> None:
        self._history.run = line
        self._gateway.names = Names(line.merchant_order)

    @_fold.register
    def _boot(self, line: Boot) -> None:
        self._channels.update(dict.fromkeys(line.channels))
        self._history.outages.boot(line.mono)

    @_fold.register
    def _phase(self, line: Phase) -> None:
        self._phases.append((line.name, line.mono))

    @_fold.register
    def _commit(self, line: Commit) -> None:
        self._channels.setdefault(line.channel)
        self._gateway.commit(line)
        wallets = any(isinstance(thing, Wallet) for thing in line.things)
        if wallets or any(posting.touches_wallet for posting in line.postings):
            self._history.wallet_commits.append(line)

    @_fold.register
    def _exchange(self, line: Exchange) -> None:
        self._channels.setdefault(line.channel)
        self._count(line.hits, line.mono)
        self._gateway.exchange(line)

    @_fold.register
    def _delivery(self, line: Delivery) -> None:
        self._count(line.hits, line.mono)
        self._gateway.delivery(line)

    @_fold.register
    def _outage(self, line: Outage) -> None:
        self._channels.setdefault(line.channel)
        self._history.outages.add(line)
        self._history.outage_lines.append(line)
        if line.state == "down" and line.proved:
            self._count((Hit(rule=line.rule, fault="outage", stage="channel"),), line.mono)

    @_fold.register
    def _arrival(self, line: Arrival) -> None:
        self._order(line.order).arrival = line

    @_fold.register
    def _dropped(self, line: Dropped) -> None:
        self._history.dropped.append(line.intended)

    @_fold.register
    def _answer(self, line: Answer) -> None:
        answers = self._order(line.order).answers
        if line.request != "poll" or (line.said and _last_said(answers) != line.said):
            answers.append(line)

    @_fold.register
    def _shopper(self, line: Shopper) -> None:
        self._order(line.order).shopper = line

    @_fold.register
    def _generator(self, line: Generator) -> None:
        self._history.generator = _together(self._history.generator, line)

    @_fold.register
    def _row(self, line: Order) -> None:
        self._history.book_rows += 1
        self._rows.append(line)

    @_fold.register
    def _book(self, line: Book) -> None:
        self._history.book = line

    @_fold.register
    def _difference(self, line: Difference) -> None:
        self._history.differences.append(line)

    @_fold.register
    def _reconciled(self, line: Reconciled) -> None:
        self._history.reconciled = line

    @_fold.register
    def _scan(self, line: Scan) -> None:
        self._history.scans.append(line)

    @_fold.register
    def _note(self, line: Note) -> None:
        self._history.notes.append(line)

    def finish(self) -> None:
        """Set the times, and join the gateway's side to the orders."""
        history = self._history
        ends = [mono for name, mono in self._phases if name == END]
        history.judged = ends[-1] if ends else self._last
        history.phases = self._spans(history.judged)
        history.began = history.phases[0].start if history.phases else self._earliest()
        history.channels = tuple(self._channels)
        all_came = history.run is None or history.generator is not None
        self._translate()
        file_rows(self._rows, history.orders, history.run, all_came=all_came)
        history.strays = self._gateway.join(history.orders, history.outages)

    def _translate(self) -> None:
        """What the shop says of payments, in the gateway's own names for them."""
        payments = self._gateway.names.payments
        self._rows = [
            row if row.payment_ids is None else replace(row, payment_ids=payments(row.payment_ids))
            for row in self._rows
        ]
        self._history.differences = [
            replace(each, payment=(*payments((each.payment,)), each.payment)[0])
            for each in self._history.differences
        ]

    def _spans(self, judged: float) -> tuple[Span, ...]:
        named = [(name, mono) for name, mono in self._phases if name != END]
        ends = [*(mono for _, mono in named[1:]), judged]
        return tuple(
            Span(name, start, end) for (name, start), end in zip(named, ends, strict=False)
        )

    def _earliest(self) -> float:
        orders = self._history.orders.values()
        arrivals = [each.arrival.mono for each in orders if each.arrival]
        run = self._history.run
        return run.mono if run else min(arrivals, default=0.0)

    def _order(self, name: str) -> OrderLife:
        orders = self._history.orders
        known = orders.get(name)
        if known is None:
            known = orders[name] = OrderLife(name)
        return known

    def _count(self, hits: tuple[Hit, ...], mono: float) -> None:
        for hit in hits:
            key = (hit.rule, hit.arm)
            seen = self._history.hits.get(key)
            if seen is None:
                seen = self._history.hits[key] = RuleHits(hit.rule, hit.arm, first=mono)
            seen.hits += 1
            seen.last = mono


def _last_said(answers: list[Answer]) -> str | None:
    return next((each.said for each in reversed(answers) if each.said), None)


def _together(one: Generator | None, other: Generator) -> Generator:
    """The word of several load generators: counts added up, the worst lateness."""
    if one is None:
        return other
    return replace(
        other,
        arrivals=one.arrivals + other.arrivals,
        dropped=one.dropped + other.dropped,
        lateness_p50_ms=max(one.lateness_p50_ms, other.lateness_p50_ms),
        lateness_p99_ms=max(one.lateness_p99_ms, other.lateness_p99_ms),
        cpu=max(one.cpu, other.cpu),
    )
