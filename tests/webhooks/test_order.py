"""Events that come in the wrong order, and events that come with an old signature."""

from __future__ import annotations

import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from simulator.faults.actions import Action, AgeWebhook, HoldWebhook
from simulator.gateway.model import Event
from simulator.scenario.facts import Fired
from tests.webhooks.kit import SECRET, WALL, Desk, Shop, born, event, fired, payment

FAILED, CAPTURED = "payment.failed", "payment.captured"


def news(number: int, kind: str, order: int = 1) -> Event:
    """The event of this number, about a payment of an order."""
    return Event(f"evt_{number}", kind, "primary", f"ord_{order}", f"pay_{number}")


def strike(desk: Desk, kind: str, action: Action) -> None:
    """Let every event of this kind meet this."""

    def plan(event: Event, attempt: int) -> Fired | None:
        return fired(action) if event.type == kind else None

    desk.plan = plan


async def test_old_news_comes_after_new_news(desk: Desk, shop: Shop) -> None:
    """The failure is held until the capture has been taken; the hit stands at the failure."""
    strike(desk, FAILED, HoldWebhook(30))
    desk.dispatcher.offer(born(news(1, FAILED), payment(1)))
    await desk.advance(5)
    assert shop.received == []
    desk.dispatcher.offer(born(news(2, CAPTURED), payment(1)))
    lines = [await desk.next(), await desk.next()]
    assert shop.ids() == ["evt_2", "evt_1"]
    assert [(line.event, len(line.hits), line.acknowledged) for line in lines] == [
        ("evt_2", 0, True),
        ("evt_1", 1, True),
    ]
    await desk.idle()
    assert desk.dispatcher.pending() == 0


async def test_new_news_must_have_been_taken(desk: Desk, shop: Shop) -> None:
    """A capture that was answered with 500 is no news yet; its second try is."""
    shop.script = [500]
    strike(desk, FAILED, HoldWebhook(30))
    desk.dispatcher.offer(born(news(1, FAILED), payment(1)))
    await desk.idle()
    desk.dispatcher.offer(born(news(2, CAPTURED), payment(1)))
    assert (await desk.next()).status == 500
    await desk.advance(0.5)
    assert shop.ids() == ["evt_2"]
    await desk.advance(0.6)
    assert [(await desk.next()).event, (await desk.next()).event] == ["evt_2", "evt_1"]


async def test_other_orders_do_not_count(desk: Desk, shop: Shop) -> None:
    """And are not held up either."""
    strike(desk, FAILED, HoldWebhook(30))
    desk.dispatcher.offer(born(news(1, FAILED), payment(1)))
    desk.dispatcher.offer(born(news(2, CAPTURED, order=2), payment(2)))
    assert (await desk.next()).event == "evt_2"
    await desk.advance(29)
    assert shop.ids() == ["evt_2"]


async def test_without_later_news_it_is_sent_in_order_and_nothing_was_performed(
    desk: Desk, shop: Shop
) -> None:
    """Patience ends, and no hit is claimed."""
    strike(desk, FAILED, HoldWebhook(30))
    desk.dispatcher.offer(born(news(1, FAILED), payment(1)))
    await desk.advance(29.9)
    assert desk.dispatcher.pending() == 1
    await desk.advance(0.2)
    line = await desk.next()
    assert (line.event, line.acknowledged, line.hits) == ("evt_1", True, ())
    assert desk.planned == [("evt_1", 1)]


async def test_one_event_of_an_order_is_held_at_a_time(desk: Desk, shop: Shop) -> None:
    """Where a rule would hold them all, the second goes at once and lets the first follow."""
    strike(desk, CAPTURED, HoldWebhook(30))
    desk.dispatcher.offer(born(news(1, CAPTURED), payment(1)))
    await desk.idle()
    desk.dispatcher.offer(born(news(2, CAPTURED), payment(1)))
    lines = [await desk.next(), await desk.next()]
    assert [(line.event, len(line.hits)) for line in lines] == [("evt_2", 0), ("evt_1", 1)]


async def test_a_held_event_that_is_refused_is_tried_again(desk: Desk, shop: Shop) -> None:
    """By the schedule, like any other."""
    shop.script = [204, 500]
    desk.plan = lambda event, attempt: (
        fired(HoldWebhook(30)) if event.type == FAILED and attempt == 1 else None
    )
    desk.dispatcher.offer(born(news(1, FAILED), payment(1)))
    await desk.idle()
    desk.dispatcher.offer(born(news(2, CAPTURED), payment(1)))
    assert (await desk.next()).event == "evt_2"
    assert (await desk.next()).status == 500
    await desk.advance(1)
    line = await desk.next()
    assert (line.event, line.attempt, line.acknowledged) == ("evt_1", 2, True)


async def test_a_stale_event_has_a_right_signature_and_an_old_time(desk: Desk, shop: Shop) -> None:
    """Receivers that check the time refuse it; the same event, signed afresh, comes next."""
    desk.system.advance(time.time() - WALL)  # noqa: TID251 - the verifier reads the real clock
    desk.plan = lambda event, attempt: fired(AgeWebhook(600)) if attempt == 1 else None
    desk.dispatcher.offer(born(event(), payment()))
    await desk.next()
    await desk.advance(1)
    await desk.next()
    (old_headers, old_body), (headers, body) = shop.received
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(SECRET).verify(old_body, old_headers)
    Webhook(SECRET).verify(body, headers)
    assert body == old_body
    stamps = [int(each["webhook-timestamp"]) for each in (old_headers, headers)]
    assert stamps[1] - stamps[0] == 600


async def test_a_stale_event_acknowledges_nothing(desk: Desk, shop: Shop) -> None:
    """The merchant answered 204 to it and is sent the event all the same."""
    desk.plan = lambda event, attempt: fired(AgeWebhook(600)) if attempt == 1 else None
    desk.dispatcher.offer(born(event(), payment()))
    stale = await desk.next()
    assert (stale.genuine, stale.stale, stale.status, len(stale.hits)) == (True, True, 204, 1)
    await desk.idle()
    assert desk.dispatcher.pending() == 1
    await desk.advance(1)
    fresh = await desk.next()
    assert (fresh.attempt, fresh.stale, fresh.acknowledged, fresh.hits) == (2, False, True, ())
    await desk.idle()
    assert desk.dispatcher.pending() == 0
