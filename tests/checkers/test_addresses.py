"""Checkers of webhooks, where a change is several events and a merchant has several addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from simulator.checkers.attempts import efforts
from simulator.checkers.checker import Finding
from simulator.checkers.mail import Mail
from simulator.checkers.webhooks_handled import WebhooksHandled
from simulator.gateway.model import Event
from simulator.journal.entry import Commit, Delivery, Line
from simulator.journal.history import History
from simulator.journal.lives import OrderLife
from tests.journal.story import lines

PAID = "0.0 arrive o-1 1999\n 0.1 charge o-1 p1 primary captured\n"
LATE = "0.0 arrive o-1 1999\n 0.1 charge o-1 p1 primary processing\n 1.0 settle p1 captured\n"
ROW = "20.0 row o-1 paid 1999\n"
END = "30.0 end"


def as_stripe(story: str) -> Iterator[Line]:
    """The story as a dialect tells it: each event is one of the charge, and one of the intent.

    A webhook goes to the address that its id names (`id=evt1@we_1`, `id=evt1.intent@we_1`).
    """
    for line in lines(story + END):
        if isinstance(line, Commit):
            events = tuple(told for event in line.events for told in _told(event))
            yield replace(line, events=events)
        elif isinstance(line, Delivery) and line.genuine:
            event, _, endpoint = line.event.partition("@")
            yield replace(line, event=event, endpoint=endpoint or None, name="a.name")
        else:
            yield line


def _told(event: Event) -> Iterator[Event]:
    for what in ("", ".intent"):
        yield replace(event, id=event.id + what, name=event.type)


def order(story: str) -> OrderLife:
    """The story's order."""
    return History.from_lines(as_stripe(story)).orders["o-1"]


def judged(story: str, tries: int = 3) -> Finding:
    """What the checker says of the story."""
    return WebhooksHandled(tries=tries).judge(History.from_lines(as_stripe(story)))


def event_of(story: str, kind: str = "payment.captured") -> str:
    """The id of the event of this type that the story's commits bear."""
    commits = (line for line in lines(story) if isinstance(line, Commit))
    return next(each.id for commit in commits for each in commit.events if each.type == kind)


EVENT = event_of(PAID)


@pytest.mark.parametrize("ends", [(EVENT, f"{EVENT}.intent"), (f"{EVENT}.intent", EVENT)])
def test_two_events_of_one_change_are_no_old_news(ends: tuple[str, str]) -> None:
    """Whichever is taken last, it says what the other one said."""
    first, last = ends
    story = f"{PAID}1.0 webhook p1 captured id={first}\n1.1 webhook p1 captured id={last}\n{ROW}"
    assert list(Mail(order(story)).outdated) == []
    assert judged(story).valid is True


def test_old_news_is_old_at_whichever_address() -> None:
    """The event of an earlier change that is taken last is out of order."""
    old, new = event_of(LATE, "payment.processing"), event_of(LATE)
    story = (
        f"{LATE}1.1 webhook p1 captured id={new}.intent@we_1\n"
        f"2.0 webhook p1 processing id={old}@we_1\n20.0 row o-1 pending 1999\n"
    )
    ((last, newest),) = Mail(order(story)).outdated
    assert (last.event, newest.event) == (old, f"{new}.intent")
    assert judged(story).valid is False


def test_two_events_of_one_change_are_no_repetition() -> None:
    """A second fulfilment is not theirs: each came once."""
    story = (
        f"{PAID}1.0 webhook p1 captured id={EVENT}\n1.1 webhook p1 captured id={EVENT}.intent\n"
        "20.0 row o-1 paid 1999 fulfilled=2\n"
    )
    assert judged(story).valid is True


def test_one_event_at_two_addresses_came_twice() -> None:
    """A merchant that acts on both fulfils twice, and its own setup is no excuse."""
    story = f"{PAID}1.0 webhook p1 captured id={EVENT}\n1.1 webhook p1 captured id={EVENT}@we_1\n"
    assert judged(story + ROW).valid is True
    assert judged(story + "20.0 row o-1 paid 1999 fulfilled=2\n").valid is False


def tries(where: str, *statuses: int, began: float = 1.0) -> str:
    """Tries of the capture's event at an address."""
    rows = (
        f"{began + n} webhook p1 captured id={EVENT}{where} status={status} try={n + 1}"
        for n, status in enumerate(statuses)
    )
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("story", "valid"),
    [
        pytest.param(tries("", 200) + tries("@we_1", 500, 500, 500), True, id="heard at one"),
        pytest.param(tries("", 500, 500, 500) + tries("@we_1", 200, began=9), True, id="at last"),
        pytest.param(tries("@we_1", 500, 500, 500), False, id="the only one refuses"),
        pytest.param(
            tries("", 500, 500, 500) + tries("@we_1", 500), False, id="one was tried often enough"
        ),
        pytest.param(
            tries("", 500, 500) + tries("@we_1", 500, 500), True, id="neither was, by the end"
        ),
    ],
)
def test_an_event_is_heard_when_one_address_took_it(story: str, valid: bool) -> None:
    """Tries are counted at each address, for each has its own schedule."""
    assert judged(PAID + story + ROW).valid is valid


def test_what_was_never_heard_is_told_by_the_dialects_name() -> None:
    """So that whoever reads it finds it in the dialect's documentation."""
    found = judged(PAID + tries("@we_1", 500, 500, 500) + ROW)
    assert "a.name" in str(found.examples[0])


def test_any_event_of_the_end_ends_an_effort() -> None:
    """Told by charge or by intent, the merchant knows how its attempt ended."""
    lost = "0.0 arrive o-1 1999\n 0.1 charge o-1 p1 primary captured reply=none told=-\n"
    told = event_of(lost)
    for name in (told, f"{told}.intent@we_1"):
        (effort,) = efforts(order(f"{lost}1.0 webhook p1 captured id={name}\n{ROW}"))
        assert effort.ended == 1001.0
