"""The outbox on its way: every event until it is acknowledged, and every fault performed."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import msgspec
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from simulator.errors import UsageError
from simulator.faults.actions import (
    Delay,
    DelayWebhook,
    DropWebhook,
    ForgeWebhook,
    RepeatWebhook,
)
from simulator.gateway.model import Refund, RefundStatus, Status
from simulator.webhooks.target import Target
from tests.webhooks.kit import SECRET, WALL, Desk, Shop, born, event, fired, payment


async def test_an_event_is_delivered_at_once_and_recorded(desk: Desk, shop: Shop) -> None:
    """One try, one line, and nothing is owed any more."""
    desk.dispatcher.offer(born(event(), payment()))
    assert desk.dispatcher.pending() == 1
    line = await desk.next()
    await desk.idle()
    assert desk.dispatcher.pending() == 0
    assert (line.source, line.account, line.wall, line.mono) == ("gateway", "test", WALL, 50.0)
    assert (line.event, line.type, line.channel) == ("evt_1", "payment.captured", "primary")
    assert (line.order, line.payment, line.attempt) == ("ord_1", "pay_1", 1)
    assert (line.sent, line.status, line.acknowledged, line.genuine) == (True, 204, True, True)
    assert shop.ids() == ["evt_1"]


async def test_the_body_is_the_event_as_it_was_born(desk: Desk, shop: Shop) -> None:
    """Objects and the time of birth are those of the offer, whenever it is sent."""
    refund = Refund(
        id="re_1",
        payment="pay_1",
        order="ord_1",
        channel="primary",
        status=RefundStatus.SUCCEEDED,
        amount=500,
        currency="USD",
    )
    desk.dispatcher.offer(born(event(), payment(), refund, WALL - 60))
    await desk.next()
    headers, body = shop.received[0]
    sent = msgspec.json.decode(body)
    assert headers["Content-Type"] == "application/json"
    assert (sent["created"], sent["about"]["id"]) == (WALL - 60, "re_1")


async def test_signatures_verify_and_carry_the_real_time_of_each_try(
    desk: Desk, shop: Shop
) -> None:
    """The account's clock may be far ahead; receivers compare with theirs."""
    shop.script = [500]
    desk.system.advance(time.time() - WALL)  # noqa: TID251 - the verifier reads the real clock
    desk.dispatcher.offer(born(event(), payment()))
    await desk.next()
    desk.system.advance(3)
    await desk.advance(3600)
    await desk.next()
    stamps = []
    for headers, body in shop.received:
        assert Webhook(SECRET).verify(body, headers)["id"] == "evt_1"
        stamps.append(int(headers["webhook-timestamp"]))
    assert stamps[1] - stamps[0] == 3
    assert shop.received[0][1] == shop.received[1][1]


async def test_it_is_sent_again_by_the_schedule_until_it_is_acknowledged(
    desk: Desk, shop: Shop
) -> None:
    """Not a moment before each gap has passed on the account's clock."""
    shop.script = [500, None, 302]
    desk.dispatcher.offer(born(event(), payment()))
    lines = [await desk.next()]
    for gap in (1, 2, 4):
        await desk.advance(gap - 0.01)
        assert desk.lines.empty()
        await desk.advance(0.02)
        lines.append(await desk.next())
    await desk.idle()
    assert [line.attempt for line in lines] == [1, 2, 3, 4]
    assert [line.status for line in lines] == [500, None, 302, 204]
    assert [line.acknowledged for line in lines] == [False, False, False, True]
    assert shop.ids() == ["evt_1"] * 4
    assert desk.dispatcher.pending() == 0


async def test_a_dead_endpoint_is_given_up_after_the_last_try(
    desk: Desk, unused_tcp_port: int
) -> None:
    """Twelve lines that nothing was sent, then silence."""
    desk.dispatcher.point(Target(f"http://127.0.0.1:{unused_tcp_port}/", SECRET))
    desk.dispatcher.offer(born(event(), payment()))
    lines = []
    for _ in range(desk.wiring.schedule.tries):
        lines.append(await desk.next())
        await desk.advance(61)
    assert {(line.sent, line.acknowledged) for line in lines} == {(False, False)}
    assert desk.dispatcher.pending() == 0
    assert desk.lines.empty()


@pytest.mark.parametrize("desk", [0.2], indirect=True)
async def test_a_silent_endpoint_times_out_and_is_tried_again(desk: Desk, shop: Shop) -> None:
    """A try that got no answer is not acknowledged."""
    shop.hold.clear()
    desk.dispatcher.offer(born(event(), payment()))
    line = await desk.next()
    assert (line.sent, line.status, line.error) == (True, None, "no answer within 0.2 s")
    shop.hold.set()
    await desk.advance(1)
    assert (await desk.next()).acknowledged


async def test_one_slow_event_does_not_hold_up_the_others(desk: Desk, shop: Shop) -> None:
    """Deliveries go side by side, but never more than the limit."""
    shop.hold.clear()
    for number in range(100):
        desk.dispatcher.offer(born(event(number), payment(number)))
    await shop.arrivals(64)
    await desk.idle()
    assert len(shop.received) == 64
    shop.hold.set()
    lines = [await desk.next() for _ in range(100)]
    assert shop.busiest == 64
    assert {line.event for line in lines} == {f"evt_{number}" for number in range(100)}


async def test_a_drop_is_not_sent_and_the_schedule_brings_it_back(desk: Desk, shop: Shop) -> None:
    """The line says that nothing was sent, and that the fault was performed."""
    desk.plan = lambda event, attempt: fired(DropWebhook()) if attempt == 1 else None
    desk.dispatcher.offer(born(event(), payment()))
    line = await desk.next()
    assert (line.sent, line.status, line.acknowledged) == (False, None, False)
    assert [hit.rule for hit in line.hits] == ["trouble"]
    assert shop.received == []
    await desk.advance(1)
    line = await desk.next()
    assert (line.attempt, line.acknowledged, line.hits) == (2, True, ())


async def test_a_delay_waits_on_the_accounts_clock(desk: Desk, shop: Shop) -> None:
    """The same try, later; its fate is drawn once, and the hit stands when it was sent."""
    desk.plan = lambda event, attempt: fired(DelayWebhook(30))
    desk.dispatcher.offer(born(event(), payment()))
    await desk.advance(29.9)
    assert shop.received == []
    assert desk.dispatcher.pending() == 1
    await desk.advance(0.2)
    line = await desk.next()
    assert (line.attempt, line.acknowledged, len(line.hits)) == (1, True, 1)
    assert desk.planned == [("evt_1", 1)]


async def test_each_try_after_a_delay_has_a_fate_of_its_own(desk: Desk, shop: Shop) -> None:
    """A delayed try that is refused is planned anew as the second."""
    shop.script = [503]
    desk.plan = lambda event, attempt: fired(DelayWebhook(5)) if attempt == 1 else None
    desk.dispatcher.offer(born(event(), payment()))
    await desk.idle()
    await desk.advance(5)
    assert (await desk.next()).status == 503
    await desk.advance(1)
    assert (await desk.next()).acknowledged
    assert desk.planned == [("evt_1", 1), ("evt_1", 2)]


async def test_a_repeated_event_keeps_its_id(desk: Desk, shop: Shop) -> None:
    """Three arrivals of one event; the hit stands once, at the first copy."""
    desk.plan = lambda event, attempt: fired(RepeatWebhook(2))
    desk.dispatcher.offer(born(event(), payment()))
    lines = [await desk.next() for _ in range(3)]
    assert shop.ids() == ["evt_1"] * 3
    assert [len(line.hits) for line in lines] == [0, 1, 0]
    assert [line.attempt for line in lines] == [1, 1, 1]
    await desk.idle()
    assert desk.dispatcher.pending() == 0


@pytest.mark.parametrize("script", [[500, 204], [204, 500]])
async def test_a_repeated_event_is_settled_by_any_acknowledgement(
    desk: Desk, shop: Shop, script: list[int | None]
) -> None:
    """Taken once is taken."""
    shop.script = script
    desk.plan = lambda event, attempt: fired(RepeatWebhook(1))
    desk.dispatcher.offer(born(event(), payment()))
    await desk.next()
    await desk.next()
    await desk.idle()
    assert desk.dispatcher.pending() == 0


async def test_a_forged_event_claims_a_capture_and_does_not_verify(desk: Desk, shop: Shop) -> None:
    """Beside the genuine one, which is delivered as ever."""
    desk.plan = lambda event, attempt: fired(ForgeWebhook())
    desk.system.advance(time.time() - WALL)  # noqa: TID251 - the verifier reads the real clock
    desk.dispatcher.offer(born(event(1, "payment.failed"), payment(status=Status.FAILED)))
    forged, genuine = await desk.next(), await desk.next()
    assert (forged.genuine, genuine.genuine) == (False, True)
    assert (forged.type, forged.order) == ("payment.captured", "ord_1")
    assert forged.event != genuine.event
    assert forged.payment != genuine.payment
    assert (len(forged.hits), len(genuine.hits)) == (1, 0)
    (lie_headers, lie), (headers, body) = shop.received
    assert msgspec.json.decode(lie)["payment"]["status"] == "captured"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(lie, lie_headers)
    Webhook(SECRET).verify(body, headers)


async def test_a_forged_event_that_is_refused_is_never_sent_again(desk: Desk, shop: Shop) -> None:
    """A merchant that answers 401 to the forgery hears of it no more."""
    shop.script = [401]
    desk.plan = lambda event, attempt: fired(ForgeWebhook()) if attempt == 1 else None
    desk.dispatcher.offer(born(event(), payment()))
    assert (await desk.next()).status == 401
    assert (await desk.next()).acknowledged
    await desk.advance(1000)
    assert desk.dispatcher.pending() == 0
    assert len(shop.received) == 2


@pytest.mark.parametrize("action", [DelayWebhook(1), RepeatWebhook(1), ForgeWebhook()])
async def test_a_fault_that_reached_nobody_was_not_performed(
    desk: Desk, unused_tcp_port: int, action: DelayWebhook | RepeatWebhook | ForgeWebhook
) -> None:
    """With the endpoint down no hit is claimed."""
    desk.dispatcher.point(Target(f"http://127.0.0.1:{unused_tcp_port}/", SECRET))
    desk.plan = lambda event, attempt: fired(action) if attempt == 1 else None
    desk.dispatcher.offer(born(event(), payment()))
    await desk.idle()
    await desk.advance(1)
    line = await desk.next()
    assert (line.sent, line.hits) == (False, ())


async def test_an_action_that_is_no_webhook_action_is_a_bug_and_is_loud(
    desk: Desk, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and the try recorded as failed."""
    desk.plan = lambda event, attempt: fired(Delay(1))
    desk.dispatcher.offer(born(event(), payment()))
    line = await desk.next()
    assert (line.sent, line.error) == (False, "bug: TypeError")
    assert "Delay cannot be done to a webhook" in caplog.text
    assert shop.ids() == []


async def test_an_event_comes_back_from_the_journal_with_its_number(desk: Desk, shop: Shop) -> None:
    """After a restart the count of tries goes on, and so does the schedule."""
    shop.script = [500]
    desk.dispatcher.offer(born(event(), payment()), attempt=3)
    assert (await desk.next()).attempt == 3
    await desk.advance(3.9)
    assert desk.lines.empty()
    await desk.advance(0.2)
    assert (await desk.next()).attempt == 4


async def test_without_an_endpoint_nothing_is_owed(
    session: aiohttp.ClientSession, shop: Shop
) -> None:
    """An endpoint hears of what happens after it was registered."""
    desk = Desk(session)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(desk.dispatcher.run())
        desk.dispatcher.offer(born(event(1), payment(1)))
        assert desk.dispatcher.pending() == 0
        desk.dispatcher.point(Target(shop.url, SECRET))
        desk.dispatcher.offer(born(event(2), payment(2)))
        assert (await desk.next()).event == "evt_2"
        desk.dispatcher.close()


async def test_events_wait_while_the_endpoint_is_taken_away(desk: Desk, shop: Shop) -> None:
    """What was owed to the old endpoint goes to the new one."""
    shop.script = [500]
    desk.dispatcher.offer(born(event(), payment()))
    await desk.next()
    desk.dispatcher.point(None)
    await desk.advance(60)
    assert desk.dispatcher.pending() == 1
    assert len(shop.received) == 1
    desk.dispatcher.point(Target(shop.url, SECRET))
    assert (await desk.next()).acknowledged


async def test_clear_forgets_what_is_queued_and_in_flight(desk: Desk, shop: Shop) -> None:
    """A reset account starts from nothing."""
    shop.script = [500]
    desk.dispatcher.offer(born(event(1), payment(1)))
    await desk.next()
    shop.hold.clear()
    desk.dispatcher.offer(born(event(2), payment(2)))
    await shop.arrivals(2)
    desk.dispatcher.clear()
    await desk.idle()
    assert desk.dispatcher.pending() == 0
    await desk.advance(1000)
    assert desk.lines.empty()
    assert len(shop.received) == 2


async def test_close_leaves_no_task_and_says_what_is_still_owed(
    session: aiohttp.ClientSession, shop: Shop
) -> None:
    """One event waits for its second try; close does not wait for it."""
    shop.script = [500]
    before = asyncio.all_tasks()
    desk = Desk(session)
    desk.dispatcher.point(Target(shop.url, SECRET))
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(desk.dispatcher.run())
        desk.dispatcher.offer(born(event(1), payment(1)))
        await desk.next()
        await desk.idle()
        desk.dispatcher.close()
    assert desk.dispatcher.pending() == 1
    assert {task for task in asyncio.all_tasks() - before if "Dispatcher" in repr(task)} == set()


async def test_close_cuts_a_hanging_try_short(session: aiohttp.ClientSession, shop: Shop) -> None:
    """Ctrl-C does not wait for a merchant that is silent."""
    shop.hold.clear()
    desk = Desk(session, timeout=60)
    desk.dispatcher.point(Target(shop.url, SECRET))
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(desk.dispatcher.run())
        desk.dispatcher.offer(born(event(1), payment(1)))
        await shop.arrivals(1)
        desk.dispatcher.close()
    assert desk.lines.empty()


async def test_an_acknowledged_event_is_sent_again_when_asked(desk: Desk, shop: Shop) -> None:
    """The same id and a new try, once: the schedule does not go on from it."""
    desk.dispatcher.offer(born(event(), payment()))
    await desk.next()
    await desk.idle()
    shop.script = [500]
    assert desk.dispatcher.again(born(event(), payment()), attempt=2) == 2
    line = await desk.next()
    assert (line.event, line.attempt, line.acknowledged) == ("evt_1", 2, False)
    await desk.advance(3600)
    assert shop.ids() == ["evt_1", "evt_1"]
    assert desk.dispatcher.pending() == 0


async def test_an_event_that_waits_gets_its_next_try_now(desk: Desk, shop: Shop) -> None:
    """It is brought forward, not sent twice, and the schedule goes on from there."""
    shop.script = [500, 500]
    desk.dispatcher.offer(born(event(), payment()))
    await desk.next()
    await desk.idle()
    assert desk.dispatcher.again(born(event(), payment()), attempt=9) == 2
    assert (await desk.next()).attempt == 2
    await desk.advance(2)
    assert (await desk.next()).acknowledged
    await desk.advance(3600)
    assert len(shop.received) == 3


async def test_what_cannot_be_sent_again(desk: Desk, shop: Shop) -> None:
    """An event that is on its way, and any event when there is nowhere to send it."""
    shop.hold.clear()
    desk.dispatcher.offer(born(event(), payment()))
    await shop.arrivals(1)
    with pytest.raises(UsageError, match="on its way"):
        desk.dispatcher.again(born(event(), payment()), attempt=2)
    shop.hold.set()
    await desk.next()
    desk.dispatcher.point(None)
    with pytest.raises(UsageError, match="no address"):
        desk.dispatcher.again(born(event(), payment()), attempt=2)
