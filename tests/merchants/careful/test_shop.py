"""The careful shop as a whole, over HTTP, against a gateway that says what it is told to say."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from standardwebhooks import Webhook

from simulator.merchants.careful.app import make_app
from simulator.merchants.careful.config import Settings, Timings
from tests.merchants.careful.scripted import (
    SILENCE,
    Said,
    Scripted,
    decline,
    payment,
    scripted,
)
from tests.merchants.kit import merchant
from tests.merchants.timings import QUICK

SECRET = "whsec_" + b64encode(b"0123456789abcdef0123456789abcdef").decode()
ORDER = {
    "order_id": "ord-1",
    "amount": 500,
    "currency": "EUR",
    "method": {"type": "card", "token": "tok_visa_DE_1"},
    "payer": {"country": "DE", "shoe_size": 43},
}
PAID = (201, payment("ord-1"))
UNAVAILABLE: Said = (503, {})
FAST = replace(QUICK, request=2.0, answer=1.0, backoff=0.05, backoff_cap=0.1, query_gap=0.05)
NOWHERE = "http://127.0.0.1:9"


class Client:
    """A shopper, and whoever else speaks to the shop."""

    def __init__(self, session: aiohttp.ClientSession, shop: str) -> None:
        self._session = session
        self._shop = shop

    async def send(self, path: str, body: object = None) -> tuple[int, Any]:
        """Status and JSON; a GET if there is no body."""
        verb = "GET" if body is None else "POST"
        async with self._session.request(verb, self._shop + path, json=body) as response:
            return response.status, await response.json()

    async def webhook(self, event: dict[str, Any], secret: str = SECRET) -> int:
        """Deliver an event, signed; the status."""
        raw = msgspec.json.encode(event)
        now = datetime.now(UTC)
        headers = {
            "webhook-id": event["id"],
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(event["id"], now, raw.decode()),
        }
        async with self._session.post(
            f"{self._shop}/webhooks", data=raw, headers=headers
        ) as response:
            return response.status

    async def row(self) -> Any:
        """The order in the order book."""
        return (await self.send("/orders"))[1]["orders"][0]

    async def until(self, **wanted: object) -> Any:
        """Wait until the order's row says this."""
        async with asyncio.timeout(5):
            row = await self.row()
            while any(row[name] != value for name, value in wanted.items()):
                await asyncio.sleep(0.02)
                row = await self.row()
        return row


def captured(name: str, event: str = "evt_1") -> dict[str, Any]:
    """An event that tells of a capture."""
    body = payment("ord-1", name=name)
    return {
        "id": event,
        "type": "payment.captured",
        "channel": "primary",
        "data": {"payment": body},
    }


@asynccontextmanager
async def shop(
    primary: str, backup: str = NOWHERE, file: str = ":memory:", timings: Timings = FAST
) -> AsyncIterator[Client]:
    """The shop, in a hurry; only for silence it waits long, lest a busy machine be taken for it."""
    settings = Settings(
        channels=(("primary", primary), ("backup", backup)),
        api_key="sk_test_1",
        webhook_secret=SECRET,
        timings=timings,
        database=file,
    )
    async with merchant(make_app(settings)) as url, aiohttp.ClientSession() as session:
        yield Client(session, url)


async def test_a_paid_order() -> None:
    """One charge, the answer in one go, and a book that says so."""
    async with scripted(Scripted(deque([PAID]))) as gateway, shop(gateway.url) as client:
        status, answer = await client.send("/orders", ORDER)
        row = await client.row()
        assert (status, answer["status"], answer["next_action"]) == (200, "paid", None)
        assert await client.send("/orders/ord-1") == (200, answer)
        assert row == {
            "order_id": "ord-1",
            "status": "paid",
            "amount": 500,
            "currency": "EUR",
            "fulfilled": 1,
            "amount_refunded": 0,
            "payment_ids": ["pay_1"],
        }
    (charge,) = gateway.seen("charge")
    assert charge.key == "ord-1-1"
    assert charge.body["payer"] == {"country": "DE"}


async def test_the_same_order_sent_twice_is_one_order() -> None:
    """A shopper who clicks twice pays once."""
    async with scripted(Scripted(deque([PAID]))) as gateway, shop(gateway.url) as client:
        both = await asyncio.gather(client.send("/orders", ORDER), client.send("/orders", ORDER))
        assert both[0] == both[1]
        status, _ = await client.send("/orders", ORDER | {"amount": 501})
        assert status == 409
    assert len(gateway.seen("charge")) == 1


async def test_silence_is_replayed_under_the_same_key() -> None:
    """The attempt keeps its key however often it is sent."""
    replies, curt = deque([SILENCE, PAID]), replace(FAST, request=0.3)
    async with (
        scripted(Scripted(replies)) as gateway,
        shop(gateway.url, timings=curt) as client,
    ):
        assert (await client.send("/orders", ORDER))[1]["status"] == "paid"
    assert [each.key for each in gateway.seen("charge")] == ["ord-1-1", "ord-1-1"]


async def test_maintenance_sends_new_orders_to_the_backup_first() -> None:
    """After a few such declines nobody is sent to the closed door any more; all are paid."""
    closed = decline("ord-1", "soft")
    closed[1]["error"]["payment"]["failure"] = "gateway_maintenance"
    async with (
        scripted(Scripted(deque([closed]))) as primary,
        scripted(Scripted(deque([PAID]))) as backup,
        shop(primary.url, backup.url) as client,
    ):
        status, body = await client.send("/orders", ORDER)
        assert (status, body["status"]) == (200, "paid")
        for number in range(2, 12):
            name = f"ord-{number}"
            closed[1]["error"]["payment"] |= {"id": f"no_{number}", "order_id": name}
            backup.charges[0] = (201, payment(name, name=f"pay_{number}"))
            _, body = await client.send("/orders", ORDER | {"order_id": name})
            assert body["status"] == "paid"
        assert len(primary.seen("charge")) < 8
        assert len(backup.seen("charge")) == 11


async def test_a_refused_connection_goes_straight_to_the_backup() -> None:
    """Nothing was sent, so nothing has to be asked."""
    async with scripted(Scripted(deque([PAID]))) as backup, shop(NOWHERE, backup.url) as client:
        assert (await client.send("/orders", ORDER))[1]["status"] == "paid"
    assert [each.what for each in backup.asked[:1]] == ["charge"]


async def test_an_order_is_closed_before_it_moves() -> None:
    """Replay, query, replay, close: and only then a new key on the other channel."""
    async with (
        scripted(Scripted(deque([(500, {})]))) as primary,
        scripted(Scripted(deque([PAID]))) as backup,
        shop(primary.url, backup.url) as client,
    ):
        await client.send("/orders", ORDER)
        await client.until(status="paid")
    asked = [each.what for each in primary.work]
    assert asked[:5] == ["charge", "charge", "look", "charge", "close"]
    assert backup.seen("charge")[0].key == "ord-1-2"


async def test_a_close_that_shows_a_capture_pays_the_order() -> None:
    """What was captured meanwhile counts, and the order stays where it is."""
    closed = deque([(200, {"data": [payment("ord-1")]})])
    async with (
        scripted(Scripted(deque([(502, {})]), closes=closed)) as primary,
        scripted(Scripted(deque([PAID]))) as backup,
        shop(primary.url, backup.url) as client,
    ):
        await client.send("/orders", ORDER)
        await client.until(status="paid", fulfilled=1)
    assert backup.work == []


async def test_a_decline_is_told_and_left_to_the_payer() -> None:
    """No try without the payer; with another card a new key, after a look at the first one."""
    replies = deque([decline("ord-1"), (201, payment("ord-1", name="pay_2"))])
    async with scripted(Scripted(replies)) as gateway, shop(gateway.url) as client:
        status, answer = await client.send("/orders", ORDER)
        assert (status, answer["status"]) == (402, "failed")
        assert answer["message"] == "Your card was declined."
        assert len(gateway.seen("charge")) == 1
        other = {"method": {"type": "card", "token": "tok_visa_DE_2"}}
        assert (await client.send("/orders/ord-1/pay", other))[1]["status"] == "paid"
        assert (await client.send("/orders/ord-1/pay", other))[1]["status"] == "paid"
    assert [each.what for each in gateway.work][:3] == ["charge", "look", "charge"]
    assert [each.key for each in gateway.seen("charge")] == ["ord-1-1", "ord-1-2"]


async def test_page_and_message_say_the_same() -> None:
    """In the payer's language; whoever asks for the page again reads it again."""
    status, refused = decline("ord-1")
    refused["error"]["payment"]["failure"] = "insufficient_funds"
    order = {**ORDER, "payer": {"country": "CN", "email": "a@example.org"}}
    gateway = Scripted(deque([(status, refused)]))
    gateway.notices = deque([(201, {"status": "undelivered"}), (201, {"status": "sent"})])
    async with scripted(gateway), shop(gateway.url) as client:
        _, answer = await client.send("/orders", order)
        await gateway.until("notice", 2)
    first, second = gateway.seen("notice")
    assert answer["message"] == first.body["message"] == second.body["message"]
    assert (first.body["via"], second.body["via"]) == ("email", "in_app")
    assert (first.body["reason"], first.body["next_step"]) == ("insufficient_funds", "top_up")
    assert first.body["language"] == "zh"
    assert first.key != second.key


async def test_a_dispute_is_answered_and_its_payment_not_refunded() -> None:
    """The news of it comes by webhook; what was delivered is said once."""
    gateway = Scripted(deque([PAID]))
    async with scripted(gateway), shop(gateway.url) as client:
        await client.send("/orders", ORDER)
        news = captured("pay_1", "evt_9")
        lost = {**news["data"]["payment"], "amount_disputed": 500, "dispute": "dp_1"}
        dispute = {"id": "dp_1", "order_id": "ord-1", "payment": "pay_1", "status": "opened"}
        event = {**news, "type": "dispute.opened", "data": {"payment": lost, "dispute": dispute}}
        assert await client.webhook(event) == 204
        await gateway.until("dispute")
    (answered,) = gateway.seen("dispute")
    assert answered.body["receipt"]
    assert gateway.seen("refund") == []


async def test_a_duplicate_is_refunded_once_however_often_it_takes() -> None:
    """The refund is sent again under the same key and reference until it is accepted."""
    refund = {"id": "re_1", "payment": "pay_2", "status": "succeeded"}
    refunds = deque([SILENCE, UNAVAILABLE, (201, refund)])
    gateway = Scripted(deque([PAID]), refunds=refunds)
    async with scripted(gateway), shop(gateway.url) as client:
        await client.send("/orders", ORDER)
        assert await client.webhook(captured("pay_2")) == 204
        row = await client.until(amount_refunded=500)
        assert (row["status"], row["fulfilled"]) == ("paid", 1)
        await client.webhook(captured("pay_2", "evt_2"))
        await asyncio.sleep(0.2)
    sent = gateway.seen("refund")
    assert len(sent) == 3
    assert {each.key for each in sent} == {"refund-pay_2"}
    assert {each.body["reference"] for each in sent} == {"refund-pay_2"}


async def test_a_webhook_settles_what_silence_left_open() -> None:
    """The shopper is told at once, while the request to the gateway still hangs."""
    gateway = Scripted(deque([SILENCE]))
    async with scripted(gateway), shop(gateway.url) as client, asyncio.TaskGroup() as group:
        order = group.create_task(client.send("/orders", ORDER))
        await gateway.until("charge")
        assert await client.webhook(captured("pay_1")) == 204
        assert (await order)[1]["status"] == "paid"
    assert len(gateway.seen("charge")) == 1


async def test_a_forged_webhook_changes_nothing() -> None:
    """It is refused, and the order is what it was."""
    other = "whsec_" + b64encode(b"another secret of the same length").decode()
    async with (
        scripted(Scripted(deque([decline("ord-1")]))) as gateway,
        shop(gateway.url) as client,
    ):
        await client.send("/orders", ORDER)
        assert await client.webhook(captured("pay_9"), other) == 401
        row = await client.row()
        assert (row["status"], row["payment_ids"]) == ("failed", ["pay_1"])


async def test_an_event_is_taken_in_once_and_always_acknowledged() -> None:
    """A second delivery, an event of another kind, one about nobody: all get a 2xx."""
    gateway = Scripted(deque([PAID]))
    async with scripted(gateway), shop(gateway.url) as client:
        await client.send("/orders", ORDER)
        statuses = [await client.webhook(captured("pay_1")) for _ in range(3)]
        statuses.append(await client.webhook({"id": "evt_8", "type": "dispute.opened", "data": 1}))
        stranger = captured("pay_5", "evt_9")
        stranger["data"]["payment"]["order_id"] = "ord-nobody"
        statuses.append(await client.webhook(stranger))
        assert statuses == [204] * 5
        assert (await client.row())["fulfilled"] == 1


async def test_a_restart_goes_on_where_the_process_died(tmp_path: Path) -> None:
    """The order was on file before the charge left, so its key is replayed, not replaced."""
    file = str(tmp_path / "shop.sqlite")
    gateway = Scripted(deque([SILENCE]))
    async with scripted(gateway):
        async with shop(gateway.url, file=file) as client, asyncio.TaskGroup() as group:
            order = group.create_task(client.send("/orders", ORDER))
            await gateway.until("charge")
            order.cancel()
        first = len(gateway.seen("charge"))
        gateway.charges = deque([PAID])
        async with shop(gateway.url, file=file) as client:
            row = await client.until(status="paid")
    charges = gateway.seen("charge")
    assert len(charges) > first
    assert {each.key for each in charges} == {"ord-1-1"}
    assert row["fulfilled"] == 1


async def test_a_card_number_passes_through_and_is_never_kept(tmp_path: Path) -> None:
    """It goes to the gateway and nowhere else."""
    file = tmp_path / "shop.sqlite"
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "987"}
    body = ORDER | {"method": {"type": "card", "card": card}}
    async with scripted(Scripted(deque([PAID]))) as gateway, shop(gateway.url, file=str(file)) as c:
        assert (await c.send("/orders", body))[1]["status"] == "paid"
    assert gateway.seen("charge")[0].body["method"]["card"] == card
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"ord-1" in kept
    assert b"4242424242424242" not in kept


async def test_without_any_channel_the_payer_is_told_in_the_end() -> None:
    """Pending first, then failed: nothing was ever sent."""
    async with shop(NOWHERE, NOWHERE) as client:
        status, answer = await client.send("/orders", ORDER)
        assert (status, answer["status"]) == (202, "pending")
        row = await client.until(status="failed")
        assert row["payment_ids"] == []


async def test_the_book_has_pages() -> None:
    """A cursor leads from page to page."""
    async with (
        scripted(Scripted(deque([decline("ord-1")]))) as gateway,
        shop(gateway.url) as client,
    ):
        for number in range(3):
            await client.send("/orders", ORDER | {"order_id": f"ord-{number}"})
        _, first = await client.send("/orders?limit=2")
        _, second = await client.send(f"/orders?after={first['next']}&limit=2")
    names = [row["order_id"] for row in first["orders"] + second["orders"]]
    assert names == ["ord-0", "ord-1", "ord-2"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/orders", {"order_id": "ord-1"}, 400),
        ("/orders", ORDER | {"amount": 0}, 400),
        ("/orders", ORDER | {"amount": 1.5}, 400),
        ("/orders", ORDER | {"method": {}}, 400),
        ("/orders/ord-9/pay", {"method": {"type": "wallet"}}, 404),
        ("/orders/ord-9/pay", {}, 400),
        ("/orders/ord-9", None, 404),
        ("/orders?after=x", None, 400),
        ("/orders?limit=0", None, 400),
        ("/webhooks", {}, 401),
        ("/health", None, 200),
    ],
)
async def test_bad_requests_get_a_clear_answer(path: str, body: object, status: int) -> None:
    """No mistake of a caller is a 500."""
    async with shop(NOWHERE) as client:
        got, answer = await client.send(path, body)
    assert got == status
    assert status == 200 or answer["error"]
