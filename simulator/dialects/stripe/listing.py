"""Lists with cursors (docs.stripe.com/api/pagination), newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from math import inf
from operator import attrgetter
from typing import Any, Final

from msgspec import Struct

from simulator.dialects.stripe.objection import invalid, missing
from simulator.dialects.stripe.params import Params

_DEFAULT: Final = 10
_MOST: Final = 100


class Span(Params):
    """A range of Unix times."""

    gt: int | None = None
    gte: int | None = None
    lt: int | None = None
    lte: int | None = None

    def holds(self, at: int) -> bool:
        """Whether a moment lies in it."""
        return (
            (self.gt is None or at > self.gt)
            and (self.gte is None or at >= self.gte)
            and (self.lt is None or at < self.lt)
            and (self.lte is None or at <= self.lte)
        )

    def range(self) -> tuple[float, float]:
        """The first and the last moment in it."""
        first = [each for each in (self.gt, self.gte) if each is not None]
        last = [each for each in (self.lt, self.lte) if each is not None]
        return max(first, default=-inf), min(last, default=inf)


class Page(Params):
    """What all lists take."""

    limit: int = _DEFAULT
    starting_after: str | None = None
    ending_before: str | None = None


class DatedPage(Page):
    """And those that can be cut by the time of creation: a moment, or a range."""

    created: int | Span | None = None

    def dated(self, at: int) -> bool:
        """Whether what was created at this Unix time is wanted."""
        if isinstance(self.created, Span):
            return self.created.holds(at)
        return self.created is None or self.created == at

    def range(self) -> tuple[float, float]:
        """The first and the last Unix time at which what is wanted may have been created."""
        if isinstance(self.created, Span):
            return self.created.range()
        return (-inf, inf) if self.created is None else (self.created, self.created)


class PageOfPayment(DatedPage):
    """And those of what belongs to a charge, or to all charges of a payment intent."""

    charge: str | None = None
    payment_intent: str | None = None


class Late(Struct, frozen=True):
    """An object that is shown only if it stands on the page: until then its id is enough."""

    name: str
    thing: Any
    view: Callable[[Any], dict[str, Any]]


#: An object as callers see it, or how to show it.
Shown = dict[str, Any] | Late


def page(found: Iterable[Shown], wanted: Page, url: str, kind: str = "object") -> dict[str, Any]:
    """One page of `found`, newest first.

    They may be made while they are asked for: no more are taken than the page needs. Raises
    Objection for a limit out of bounds or a cursor that is not there.
    """
    check_limit(wanted.limit)
    if wanted.ending_before is not None:
        data, more = _before(list(found), wanted, kind)
    else:
        rest = _after(iter(found), wanted.starting_after, kind)
        data = list(islice(rest, wanted.limit))
        more = next(rest, None) is not None
    return {"object": "list", "data": [_whole(each) for each in data], "has_more": more, "url": url}


def check_limit(limit: int) -> None:
    """Raises Objection for a page of a size that there is not."""
    if not 1 <= limit <= _MOST:
        raise invalid(f"Invalid limit: must be between 1 and {_MOST}", "limit")


def shown(
    found: Iterable[Any],
    view: Callable[[Any], dict[str, Any]],
    name: Callable[[Any], str] = attrgetter("id"),
) -> Iterator[Shown]:
    """Each as callers see it, made when it is asked for and stands on the page.

    `name` is how callers call it.
    """
    return (Late(name(each), each, view) for each in found)


def _whole(each: Shown) -> dict[str, Any]:
    return each.view(each.thing) if isinstance(each, Late) else each


def _name(each: Shown) -> Any:
    return each.name if isinstance(each, Late) else each["id"]


def _after(found: Iterator[Shown], cursor: str | None, kind: str) -> Iterator[Shown]:
    if cursor is None:
        return found
    for each in found:
        if _name(each) == cursor:
            return found
    raise missing(kind, cursor, "starting_after")


def _before(found: list[Shown], wanted: Page, kind: str) -> tuple[list[Shown], bool]:
    """What stands right before the cursor, and whether more stands before that."""
    if wanted.starting_after is not None:
        raise invalid("starting_after and ending_before exclude each other", "ending_before")
    cursor = wanted.ending_before or ""
    place = next((at for at, each in enumerate(found) if _name(each) == cursor), None)
    if place is None:
        raise missing(kind, cursor, "ending_before")
    start = max(0, place - wanted.limit)
    return found[start:place], start > 0
