"""Which endpoints are to be told of an event."""

from __future__ import annotations

import pytest

from simulator.gateway.endpoints import KIND, addressees, listens, wants
from simulator.gateway.model import Event
from simulator.gateway.things import Resource
from simulator.journal.entry import Commit
from simulator.stores.memory import MemoryStore

PAID = Event("evt_1", "payment.captured", "primary", "o", "p", name="payment_intent.succeeded")


def endpoint(number: int, *names: str, status: str = "enabled", deleted: bool = False) -> Resource:
    """An endpoint that wants these events."""
    fields = {} if deleted else {"status": status, "enabled_events": list(names)}
    return Resource(id=f"we_{number}", kind=KIND, channel="primary", fields=fields, deleted=deleted)


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (endpoint(1, "*"), True),
        (endpoint(1, "charge.failed", "payment_intent.succeeded"), True),
        (endpoint(1, "payment_intent.*"), False),
        (endpoint(1, "payment_intent.payment_failed"), False),
        (endpoint(1), False),
        (endpoint(1, "*", status="disabled"), False),
        (endpoint(1, deleted=True), False),
    ],
)
def test_an_endpoint_gets_what_it_names(made: Resource, wanted: bool) -> None:
    """Exact names, or all of them; nothing once it is disabled or deleted."""
    assert wants(made, PAID) is wanted


def test_an_event_without_a_name_of_its_own_goes_to_no_endpoint() -> None:
    """It is told in the native API, which knows one address."""
    plain = Event("evt_1", "payment.captured", "primary", "o", "p")
    assert listens(endpoint(1, "*"))
    assert not wants(endpoint(1, "*"), plain)


def commit(store: MemoryStore, channel: str = "primary", **parts: object) -> None:
    """Make a change."""
    line = Commit(
        source="gateway",
        wall=0.0,
        mono=0.0,
        seq=1,
        channel=channel,
        operation="create",
        order="",
        **parts,  # type: ignore[arg-type]
    )
    store.apply(line)


def test_those_of_its_channel_are_told_in_the_order_in_which_they_were_made() -> None:
    """Another channel is another account of the dialect."""
    store = MemoryStore()
    commit(store, things=(endpoint(1, "*"),))
    commit(store, things=(endpoint(2, "charge.failed"),))
    commit(store, things=(endpoint(3, "payment_intent.succeeded"),))
    assert addressees(store.channel("primary"), PAID) == ("we_1", "we_3")
    assert addressees(store.channel("backup"), PAID) == ()


def test_what_is_undelivered_is_known_until_every_address_took_it() -> None:
    """The account's own address counts while there is one."""
    store = MemoryStore()
    commit(store, things=(endpoint(1, "*"), endpoint(2, "*")))
    told = Event("evt_1", "customer.created", "primary", "", "", thing="we_1", name="x")
    commit(store, things=(endpoint(1, "*"),), events=(told,))
    state = store.channel("primary")
    assert state.addresses_of(told) == (None, "we_1", "we_2")
    assert state.undelivered("evt_1") == 2
    store.address(known=True)
    assert state.undelivered("evt_1") == 3
    for endpoint_id in ("we_1", None, "we_2", "we_2"):
        state.delivered("evt_1", endpoint_id)
    assert state.undelivered("evt_1") == 0
    store.address(known=False)
    assert state.undelivered("evt_1") == 0
    assert store.channel("backup").addressed is False
