"""Turns offences into a finding: counts by kind, the worst cases, and what happened to each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from simulator.checkers.checker import Finding
from simulator.checkers.timeline import timeline
from simulator.journal.history import History
from simulator.journal.lives import OrderLife
from simulator.money import Money

#: Examples in a finding; every kind of offence is among them before one is shown twice.
EXAMPLES: Final = 10


class Offence(msgspec.Struct, frozen=True):
    """One thing that should not be: its `kind` for the summary, `what` as a sentence.

    `kind` completes "3 …" (`charged too much`); `weight` orders cases of one kind, worst highest.
    `order` is None where no single order is to blame. `in_time` says that the merchant had not had
    the time to put it right when the drill was judged.
    """

    order: OrderLife | None
    kind: str
    what: str
    weight: float = 0.0
    in_time: bool = False


def unknown(why: str, count: int = 0) -> Finding:
    """The finding of a check that cannot answer."""
    return Finding(valid=None, summary=why, count=count)


def finding(history: History, count: int, offences: Sequence[Offence], *, good: str) -> Finding:
    """False if there are offences, unknown if nothing was examined, else true with `good`.

    Where all that is wrong was still in time to be put right, nobody knows whether it would have
    been.
    """
    if not count:
        return unknown("nothing to examine")
    if not offences:
        return Finding(valid=True, summary=good, count=count)
    open_still = [offence for offence in offences if offence.in_time]
    offences = [offence for offence in offences if not offence.in_time]
    if not offences:
        first = next(_worst_first(open_still)).what
        return unknown(
            f"{len(open_still)} of {count} were still in time to be put right when the drill was "
            f"judged, lengthen `settle`; worst: {first}",
            count,
        )
    kinds = Counter(offence.kind for offence in offences)
    summary = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    worst = next(_worst_first(offences))
    return Finding(
        valid=False,
        summary=f"{summary} (of {count} examined); worst: {worst.what}",
        count=count,
        examples=tuple(
            _example(offence, history)
            for offence, _ in zip(_worst_first(offences), range(EXAMPLES), strict=False)
        ),
    )


def money(amount: int, currency: str) -> str:
    """An amount as people read it: `19.99 USD`."""
    return str(Money(amount, currency))


def _worst_first(offences: Sequence[Offence]) -> Iterator[Offence]:
    """The worst of each kind, then the second worst of each kind, and so on."""
    kinds: dict[str, list[Offence]] = {}
    for offence in offences:
        kinds.setdefault(offence.kind, []).append(offence)
    for each in kinds.values():
        each.sort(key=lambda offence: -offence.weight)
    for rank in range(max(map(len, kinds.values()))):
        yield from (each[rank] for each in kinds.values() if rank < len(each))


def _example(offence: Offence, history: History) -> dict[str, Any]:
    example: dict[str, Any] = {"kind": offence.kind, "what": offence.what}
    if offence.order is None:
        return example | {"timeline": []}
    return {
        "order": offence.order.id,
        **example,
        "timeline": timeline(offence.order, history),
    }
