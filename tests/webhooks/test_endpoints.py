"""Endpoints that merchants make, each with a lane of its own beside the account's own address."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from simulator.errors import UsageError
from simulator.faults.actions import DropWebhook, ForgeWebhook, HoldWebhook, RepeatWebhook
from simulator.gateway.model import Event
from simulator.gateway.things import Happening
from simulator.journal.entry import Delivery
from simulator.scenario.facts import Fired
from simulator.webhooks.dispatcher import Dispatcher
from simulator.webhooks.schedule import STRIPE
from simulator.webhooks.target import Target
from tests.webhooks.kit import SECRET, WALL, Desk, Shop, born, fired, payment

HOUR = 3600.0


@pytest.fixture(autouse=True)
def _made(desk: Desk, other: Shop) -> None:
    """The merchant has made one endpoint."""
    desk.endpoints["we_1"] = Target(other.url, SECRET)


def told(number: int, name: str, kind: str = "payment.captured") -> Happening:
    """An event that a dialect tells by a name of its own; all of one order, each of a payment."""
    about = Event(f"evt_{number}{name}", kind, "primary", "ord_1", f"pay_{number}", name=name)
    return born(about, payment(number), None, WALL + number)


def offer(desk: Desk, happening: Happening) -> None:
    """Owe it at both addresses."""
    desk.dispatcher.offer(happening)
    desk.dispatcher.offer(happening, "we_1")


def where(lines: list[Delivery]) -> list[str | None]:
    """To which addresses they went."""
    return [line.endpoint for line in lines]


async def test_an_event_goes_to_each_address_once(desk: Desk, shop: Shop, other: Shop) -> None:
    """The line says where it went, and by which name."""
    offer(desk, told(1, "charge.succeeded"))
    assert desk.dispatcher.pending() == 2
    lines = [await desk.next(), await desk.next()]
    await desk.idle()
    assert {line.endpoint for line in lines} == {None, "we_1"}
    assert {line.name for line in lines} == {"charge.succeeded"}
    assert shop.ids() == other.ids() == ["evt_1charge.succeeded"]
    assert desk.dispatcher.pending() == 0


async def test_each_address_has_its_own_schedule(desk: Desk, shop: Shop, other: Shop) -> None:
    """The account's own is tried again within seconds, an endpoint as Stripe does."""
    shop.script, other.script = [500], [500, 500]
    offer(desk, told(1, "charge.succeeded"))
    await desk.next()
    await desk.next()
    await desk.advance(1)
    line = await desk.next()
    assert (line.endpoint, line.attempt, line.acknowledged) == (None, 2, True)
    for gap, attempt in ((STRIPE.gaps[0], 2), (STRIPE.gaps[1], 3)):
        await desk.advance(gap - 2)
        assert desk.lines.empty()
        await desk.advance(2)
        line = await desk.next()
        assert (line.endpoint, line.attempt) == ("we_1", attempt)
    await desk.idle()
    assert desk.dispatcher.pending() == 0


async def test_an_endpoint_is_given_up_after_three_days(desk: Desk, other: Shop) -> None:
    """Eleven tries, the last one 72 hours after the first, by the account's clock."""
    other.script = [500] * 99
    desk.dispatcher.offer(told(1, "charge.succeeded"), "we_1")
    began, at = desk.clock.wall(), []
    for _ in range(STRIPE.tries):
        await desk.next()
        at.append(desk.clock.wall() - began)
        await desk.advance(STRIPE.gap_after(len(at)) or 30 * 24 * HOUR)
    assert [later - sooner for sooner, later in pairwise(at)] == list(STRIPE.gaps)
    assert at[-1] == 72 * HOUR
    assert desk.lines.empty()
    assert desk.dispatcher.pending() == 0


async def test_without_an_address_of_its_own_the_endpoints_are_told(
    desk: Desk, shop: Shop, other: Shop
) -> None:
    """And what waits for the address to come back holds up nothing."""
    shop.script = [500]
    desk.dispatcher.offer(told(1, "charge.succeeded"))
    await desk.next()
    desk.dispatcher.point(None)
    await desk.advance(5)
    offer(desk, told(2, "charge.succeeded"))
    line = await desk.next()
    assert (line.endpoint, line.acknowledged) == ("we_1", True)
    await desk.idle()
    assert desk.dispatcher.pending() == 1
    assert other.ids() == ["evt_2charge.succeeded"]


async def test_an_endpoint_that_hangs_holds_up_no_other(
    desk: Desk, shop: Shop, other: Shop
) -> None:
    """Each has as much room as the account's own address."""
    other.hold.clear()
    for number in range(70):
        offer(desk, told(number, "charge.succeeded"))
    lines = [await desk.next() for _ in range(70)]
    assert set(where(lines)) == {None}
    await other.arrivals(64)
    await desk.idle()
    assert len(other.received) == 64
    other.hold.set()
    assert {(await desk.next()).endpoint for _ in range(70)} == {"we_1"}


async def test_an_endpoint_that_is_gone_gets_nothing_more(desk: Desk, other: Shop) -> None:
    """Deleted or disabled when its next try is due: that event is given up there."""
    other.script = [500, 500]
    desk.dispatcher.offer(told(1, "charge.succeeded"), "we_1")
    await desk.next()
    await desk.idle()
    kept = desk.endpoints.pop("we_1")
    await desk.advance(STRIPE.gaps[0])
    assert desk.dispatcher.pending() == 0
    desk.endpoints["we_1"] = kept
    await desk.advance(100 * HOUR)
    assert len(other.received) == 1


async def test_an_endpoint_that_is_back_in_time_goes_on(desk: Desk, other: Shop) -> None:
    """Disabled and enabled again between two tries, nothing is lost."""
    other.script = [500]
    desk.dispatcher.offer(told(1, "charge.succeeded"), "we_1")
    await desk.next()
    kept = desk.endpoints.pop("we_1")
    await desk.advance(60)
    desk.endpoints["we_1"] = kept
    await desk.advance(STRIPE.gaps[0] - 60)
    assert (await desk.next()).attempt == 2


async def test_a_fault_is_performed_at_each_address(desk: Desk, shop: Shop, other: Shop) -> None:
    """A drop at the first try is a drop at both, and each comes back by its own schedule."""
    desk.plan = lambda event, attempt: fired(DropWebhook()) if attempt == 1 else None
    offer(desk, told(1, "charge.succeeded"))
    lines = [await desk.next(), await desk.next()]
    assert [(line.sent, len(line.hits)) for line in lines] == [(False, 1), (False, 1)]
    assert shop.received == other.received == []
    await desk.advance(STRIPE.gaps[0])
    assert {(await desk.next()).endpoint, (await desk.next()).endpoint} == {None, "we_1"}


async def test_a_repeated_event_comes_twice_to_each(desk: Desk, shop: Shop, other: Shop) -> None:
    """One hit at each address."""
    desk.plan = lambda event, attempt: fired(RepeatWebhook(1))
    offer(desk, told(1, "charge.succeeded"))
    lines = [await desk.next() for _ in range(4)]
    assert (len(shop.received), len(other.received)) == (2, 2)
    assert sorted(str(line.endpoint) for line in lines if line.hits) == ["None", "we_1"]


async def test_about_no_payment_no_lie_is_told(desk: Desk, shop: Shop) -> None:
    """There is nothing to forge, so no fault is performed; the event goes out."""
    desk.plan = lambda event, attempt: fired(ForgeWebhook())
    new = Event(
        "evt_1", "customer.created", "primary", "", "", thing="cus_1", name="customer.created"
    )
    desk.dispatcher.offer(born(new, None))
    line = await desk.next()
    assert (line.event, line.genuine, line.acknowledged, line.hits) == ("evt_1", True, True, ())
    await desk.idle()
    assert len(shop.received) == 1


async def test_one_change_is_held_back_whole_at_each_address(
    desk: Desk, shop: Shop, other: Shop
) -> None:
    """Both events of the failure follow the capture, in their order; no lane heeds the other's."""

    def plan(event: Event, attempt: int) -> Fired | None:
        return fired(HoldWebhook(30)) if event.type == "payment.failed" else None

    desk.plan = plan
    for name in ("charge.failed", "payment_intent.payment_failed"):
        offer(desk, told(1, name, "payment.failed"))
    await desk.advance(5)
    assert shop.received == other.received == []
    desk.dispatcher.offer(told(2, "charge.succeeded"), "we_1")
    lines = [await desk.next() for _ in range(3)]
    assert where(lines) == ["we_1"] * 3
    assert other.ids() == [
        "evt_2charge.succeeded",
        "evt_1charge.failed",
        "evt_1payment_intent.payment_failed",
    ]
    assert [len(line.hits) for line in lines] == [0, 1, 1]
    assert shop.received == []


async def test_an_event_is_sent_again_to_one_address(desk: Desk, shop: Shop, other: Shop) -> None:
    """Where it was asked for, and nowhere else."""
    offer(desk, told(1, "charge.succeeded"))
    await desk.next()
    await desk.next()
    await desk.idle()
    assert desk.dispatcher.again(told(1, "charge.succeeded"), "we_1", attempt=2) == 2
    assert (await desk.next()).endpoint == "we_1"
    assert (len(shop.received), len(other.received)) == (1, 2)
    with pytest.raises(UsageError, match="we_9 is no endpoint"):
        desk.dispatcher.again(told(1, "charge.succeeded"), "we_9", attempt=2)


async def test_a_restart_does_not_hasten_the_next_try(desk: Desk, other: Shop) -> None:
    """It comes when it would have come; what was given up stays so."""
    tried = desk.clock.wall() - 100
    desk.dispatcher.offer(told(1, "charge.failed"), "we_1", attempt=12, tried=tried)
    assert desk.dispatcher.pending() == 0
    desk.dispatcher.offer(told(1, "charge.succeeded"), "we_1", attempt=2, tried=tried)
    await desk.advance(STRIPE.gaps[0] - 101)
    assert other.received == []
    await desk.advance(1)
    assert (await desk.next()).attempt == 2


async def test_room_is_counted_for_each_address(desk: Desk, other: Shop) -> None:
    """One at a time there, if so wired."""
    narrow = Dispatcher(replace(desk.wiring, in_flight=1))
    narrow.offer(told(1, "charge.succeeded"), "we_1")
    narrow.offer(told(2, "charge.succeeded"), "we_1")
    assert narrow.pending() == 2
    narrow.clear()
    assert narrow.pending() == 0
    assert other.received == []
