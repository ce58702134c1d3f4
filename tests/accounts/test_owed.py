"""What is owed after a restart, where a merchant made endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.accounts.account import ADVANCED, Account, Origin
from simulator.accounts.recorder import Recorder
from simulator.accounts.registry import Registry
from simulator.accounts.restore import Restored, event_of, restore
from simulator.clock import VirtualClock
from simulator.gateway.decision import Decision
from simulator.gateway.endpoints import KIND
from simulator.gateway.model import Event
from simulator.gateway.outcomes import ThingOutcome
from simulator.gateway.things import Happening, Resource
from simulator.journal.entry import Commit, Delivery, Line, Note
from simulator.profiles import load

WALL = 1_700_000_000.0
CUSTOMER = Resource(id="cus_1", kind="customer", channel="primary")


def endpoint(number: int, *names: str, **changes: Any) -> Resource:
    """An endpoint that wants these events."""
    fields = {"status": "enabled", "enabled_events": list(names)}
    return Resource(id=f"we_{number}", kind=KIND, channel="primary", fields=fields, **changes)


def commit(seq: int, *things: Resource, name: str | None = None) -> Commit:
    """A change of these things; a name makes it an event about the first."""
    told = Event(f"evt_{seq}", name or "", "primary", "", "", thing=things[0].id, name=name)
    return Commit(
        source="gateway",
        wall=WALL + seq,
        mono=float(seq),
        account="shop",
        seq=seq,
        channel="primary",
        operation="create",
        order="",
        things=things,
        events=(told,) if name else (),
    )


def tried(seq: int, where: str | None, attempt: int = 1, **changes: Any) -> Delivery:
    """A try of that event at an address."""
    fields = {"acknowledged": False, "wall": WALL + 100 + seq, **changes}
    return Delivery(
        source="gateway",
        mono=float(seq),
        account="shop",
        event=f"evt_{seq}",
        type="customer.created",
        channel="primary",
        order="",
        attempt=attempt,
        endpoint=where,
        **fields,
    )


def brought_back(*lines: Line) -> tuple[Account, Restored]:
    """The account after these lines."""
    clock = VirtualClock()
    recorder = Recorder(Silence(), clock)
    registry = Registry(clock=clock, profile=load("default"), recorder=recorder)
    restored = restore(lines, registry)
    return registry.account("shop"), restored


class Silence:
    """A journal that keeps nothing."""

    def commit(self, line: object) -> None:
        """Forget it."""

    later = commit


def owed(restored: Restored) -> list[tuple[str, str | None, int]]:
    """Events, where they are owed, and the numbers of the next tries."""
    return [(each.happening.event.id, each.endpoint, each.attempt) for each in restored.owed]


BEFORE = (commit(1, endpoint(1, "*")), commit(2, endpoint(2, "charge.failed")))


def test_an_event_is_owed_at_each_address_until_that_took_it() -> None:
    """One address that took it pays nothing of the others' debts."""
    born = commit(3, CUSTOMER, name="customer.created")
    account, restored = brought_back(*BEFORE, born)
    assert owed(restored) == [("evt_3", None, 1), ("evt_3", "we_1", 1)]
    assert account.store.channel("primary").undelivered("evt_3") == 1
    account, restored = brought_back(*BEFORE, born, tried(3, "we_1", 4, acknowledged=True))
    assert owed(restored) == [("evt_3", None, 1)]
    assert account.store.channel("primary").undelivered("evt_3") == 0
    _, restored = brought_back(*BEFORE, born, tried(3, None, acknowledged=True), tried(3, "we_1"))
    assert owed(restored) == [("evt_3", "we_1", 2)]


@pytest.mark.parametrize("changes", [{"stale": True}, {"genuine": False}])
def test_what_is_no_fresh_word_of_ours_pays_no_debt(changes: dict[str, bool]) -> None:
    """A stale or forged one that was acknowledged leaves the event owed."""
    born = commit(3, CUSTOMER, name="customer.created")
    line = tried(3, "we_1", acknowledged=True, **changes)
    account, restored = brought_back(*BEFORE, born, line)
    assert "we_1" in [each.endpoint for each in restored.owed]
    assert account.store.channel("primary").undelivered("evt_3") == 1


def test_who_was_to_be_told_was_settled_at_its_birth() -> None:
    """Endpoints that came later are not told, and those that went since are still looked up."""
    born = commit(3, CUSTOMER, name="customer.created")
    later = (commit(4, endpoint(3, "*")), commit(5, endpoint(1, "*", deleted=True)))
    _, restored = brought_back(*BEFORE, born, *later)
    assert owed(restored) == [("evt_3", None, 1), ("evt_3", "we_1", 1)]


def test_the_end_of_the_last_try_is_told_by_the_accounts_clock() -> None:
    """Advances up to then count, later ones do not."""
    born = commit(3, CUSTOMER, name="customer.created")
    advance = Note(
        source="gateway", wall=0.0, mono=0.0, account="shop", text=ADVANCED, data={"by": 3600.0}
    )
    _, restored = brought_back(*BEFORE, born, advance, tried(3, "we_1"), advance)
    (own, there) = restored.owed
    assert (own.tried, there.tried) == (None, WALL + 103 + 3600)


def test_tries_of_an_event_are_counted_at_each_address() -> None:
    """An event that is asked for again has its own number there."""
    lines = (
        *BEFORE,
        commit(3, CUSTOMER, name="customer.created"),
        tried(3, None, acknowledged=True),
        tried(3, "we_1", 1),
        tried(3, "we_1", 2),
    )
    found = [event_of(lines, "evt_3", where) for where in (None, "we_1", "we_9")]
    assert [each and (each.endpoint, each.attempt) for each in found] == [
        (None, 2),
        ("we_1", 3),
        ("we_9", 1),
    ]


def test_an_account_offers_what_it_bears_to_each_address() -> None:
    """Live as after a restart."""
    account, _ = brought_back(*BEFORE)
    offered: list[tuple[str, str | None]] = []

    def offer(happening: Happening, where: str | None) -> None:
        offered.append((happening.event.id, where))

    account.offer = offer
    told = commit(3, CUSTOMER, name="customer.created").events
    decision = Decision(ThingOutcome(CUSTOMER), things=(CUSTOMER,), events=told)
    account.commit(Origin("primary", "create", ""), decision)
    assert offered == [("evt_3", None), ("evt_3", "we_1")]
