"""Faults of captures, cancels and refunds: where the money is, and what a replay tells."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from simulator.journal.entry import Commit, Delivery, Exchange
from tests.server.kit import Answer, Desk, desk
from tests.server.receiver import Receiver

ERRORS = (aiohttp.ClientError, TimeoutError)
ADVANCE = "/accounts/shop/clock/advance"

#: A fault, whether the operation is performed, and the status that is answered (None: no answer).
FAULTS = [
    pytest.param("{lost_reply: {after: 20ms}}", True, None, id="lost_reply"),
    pytest.param("{hang: {for: 20ms}}", False, None, id="hang"),
    pytest.param("{reset: {}}", True, None, id="reset"),
    pytest.param("{truncate: {}}", True, None, id="truncate"),
    pytest.param("{error: {status: 502, charged: yes}}", True, 502, id="error-charged"),
    pytest.param("{error: {status: 502, charged: no}}", False, 502, id="error-not-charged"),
    pytest.param("{rate_limited: 1s}", False, 429, id="rate_limited"),
]


def once(operation: str, fault: str) -> str:
    """A scenario in which the first try of an operation meets the fault."""
    return f"rules:\n  - {{name: r, when: {{operation: {operation}}}, first: 1, fault: {fault}}}\n"


async def attempt(it: Desk, path: str, body: object, key: str = "k") -> Answer | None:
    """The answer to a request, or None if there was none."""
    try:
        return await it.call("POST", path, body, key=key)
    except ERRORS:
        return None


async def held(it: Desk) -> str:
    """The path of a payment that was authorized and not captured."""
    made = await it.pay(body={"capture": "manual"})
    assert made.body["status"] == "authorized"
    return f"/v1/payments/{made.body['id']}"


def struck(it: Desk, operation: str) -> list[Exchange]:
    """The exchanges of an operation, oldest first."""
    return [line for line in it.exchanges() if line.operation == operation]


async def deliveries(it: Desk, number: int, advance: str | None = None) -> list[Delivery]:
    """The webhooks that were sent, as soon as there are so many; `advance` hurries the schedule."""
    for _ in range(200):
        lines = [line for line in it.lines() if isinstance(line, Delivery)]
        if len(lines) >= number:
            break
        if advance:
            await it.control("POST", ADVANCE, {"by": advance})
        await asyncio.sleep(0.02)
    return lines


@pytest.mark.parametrize(("fault", "done", "status"), FAULTS)
async def test_a_refund_happens_once_or_not_at_all(
    tmp_path: Path, fault: str, done: bool, status: int | None
) -> None:
    """As declared; the same key then tells the truth, and never gives back twice."""
    async with desk(tmp_path, once("refund", fault)) as it:
        payment = (await it.pay()).body["id"]
        body = {"payment": payment, "amount": 300}
        first = await attempt(it, "/v1/refunds", body)
        assert (first.status if first else None) == status
        assert (await it.find())[0]["amount_refunded"] == (300 if done else 0)
        again = await attempt(it, "/v1/refunds", body)
        assert again is not None
        assert (again.status, again.body["amount"], again.body["status"]) == (201, 300, "succeeded")
        assert (await it.find())[0]["amount_refunded"] == 300
        one, two = struck(it, "refund")
        assert [hit.effect for hit in one.hits] == ["once" if done else "none"]
        assert (two.replay, two.hits) == (done, ())
        refunds = [line for line in it.lines() if isinstance(line, Commit) and line.refunds]
        assert len(refunds) == 1


@pytest.mark.parametrize(("fault", "done", "status"), FAULTS)
async def test_a_capture_happens_once_or_not_at_all(
    tmp_path: Path, fault: str, done: bool, status: int | None
) -> None:
    """As declared, and a replay captures nothing more."""
    async with desk(tmp_path, once("capture", fault)) as it:
        path = await held(it)
        first = await attempt(it, f"{path}/capture", {"amount": 600})
        assert (first.status if first else None) == status
        now = (await it.find())[0]
        assert (now["status"], now["amount_captured"]) == (
            ("captured", 600) if done else ("authorized", 0)
        )
        again = await attempt(it, f"{path}/capture", {"amount": 600})
        assert again is not None
        assert (again.status, again.body["amount_captured"]) == (200, 600)
        assert struck(it, "capture")[1].replay is done


@pytest.mark.parametrize(("fault", "done", "status"), FAULTS)
async def test_a_cancel_happens_or_not(
    tmp_path: Path, fault: str, done: bool, status: int | None
) -> None:
    """An error that was charged has canceled; one that was not leaves the hold where it is."""
    async with desk(tmp_path, once("cancel", fault)) as it:
        path = await held(it)
        first = await attempt(it, f"{path}/cancel", {})
        assert (first.status if first else None) == status
        assert (await it.find())[0]["status"] == ("canceled" if done else "authorized")
        again = await attempt(it, f"{path}/cancel", {})
        assert again is not None
        assert (again.status, again.body["status"]) == (200, "canceled")


@pytest.mark.parametrize(("fault", "done", "status"), FAULTS)
async def test_an_order_is_closed_or_not(
    tmp_path: Path, fault: str, done: bool, status: int | None
) -> None:
    """A cancel by order whose answer was lost has closed it: the next charge is refused."""
    async with desk(tmp_path, once("cancel", fault)) as it:
        first = await attempt(it, "/v1/payments/cancel", {"order_id": "o1"})
        assert (first.status if first else None) == status
        assert (await it.pay()).status == (409 if done else 201)


@pytest.mark.parametrize("operation", ["refund", "capture", "cancel"])
async def test_a_slow_answer_is_true_and_nobody_waits_in_vain(
    tmp_path: Path, operation: str
) -> None:
    """Whoever hangs up meanwhile has refunded, captured or canceled all the same."""
    scenario = once(operation, "{slow: {fixed: 900ms, at: after}}")
    async with desk(tmp_path, scenario) as it:
        path, body = "/v1/refunds", {"amount": 300}
        if operation == "refund":
            body["payment"] = (await it.pay()).body["id"]
        else:
            path, body = f"{await held(it)}/{operation}", {}
        with pytest.raises(TimeoutError):
            await it.call("POST", path, body, key="k", timeout=0.4)
        payment = (await it.find())[0]
        done = {
            "refund": payment["amount_refunded"] == 300,
            "capture": payment["status"] == "captured",
            "cancel": payment["status"] == "canceled",
        }
        assert done[operation]
        assert (await it.call("POST", path, body, key="k")).status in {200, 201}


@pytest.mark.parametrize(
    ("told", "status", "shown"),
    [("unknown", 504, "processing"), ("failed", 402, "failed"), ("processing", 200, "processing")],
)
async def test_a_capture_can_be_late(tmp_path: Path, told: str, status: int, shown: str) -> None:
    """Said to be unknown, failed or under way; captured once its time has come, as was asked."""
    scenario = once("capture", f"{{late_success: {{after: 60s, told: {told}}}}}")
    async with desk(tmp_path, scenario) as it:
        path = await held(it)
        first = await it.call("POST", f"{path}/capture", {"amount": 600}, key="k")
        assert first.status == status
        assert (await it.find())[0]["status"] == shown
        assert (await it.call("POST", f"{path}/capture", {}, key="other")).status == 409
        assert [hit.effect for hit in struck(it, "capture")[0].hits] == ["later"]
        await it.control("POST", ADVANCE, {"by": "61s"})
        now = (await it.find())[0]
        assert (now["status"], now["amount_captured"]) == ("captured", 600)


async def test_a_refund_can_be_late(tmp_path: Path) -> None:
    """Pending and owed at once; succeeded, and announced, once its time has come."""
    got: list[str] = []
    receiver = Receiver(got)
    await receiver.start()
    scenario = once("refund", "{late_success: {after: 60s, told: processing}}")
    async with desk(tmp_path, scenario, webhook=f"http://127.0.0.1:{receiver.port}/hooks") as it:
        payment = (await it.pay()).body["id"]
        body = {"payment": payment, "amount": 300, "reference": "r"}
        refund = await it.call("POST", "/v1/refunds", body, key="k")
        assert (refund.status, refund.body["status"]) == (201, "pending")
        assert (await it.find())[0]["amount_refunded"] == 300
        assert (await it.call("POST", "/v1/refunds", body)).body["id"] == refund.body["id"]
        path = f"/v1/refunds/{refund.body['id']}"
        await it.control("POST", ADVANCE, {"by": "61s"})
        assert (await it.call("GET", path)).body["status"] == "succeeded"
        types = [line.type for line in await deliveries(it, 3)]
        assert types == ["payment.captured", "refund.created", "refund.succeeded"]
    await receiver.close()


async def test_what_is_late_survives_a_restart(tmp_path: Path) -> None:
    """A capture and a refund that were due when the gateway died happen after it came back."""
    scenario = """rules:
  - {name: c, when: {operation: capture}, fault: {late_success: {after: 60s, told: unknown}}}
  - {name: r, when: {operation: refund}, fault: {late_success: {after: 60s, told: processing}}}
"""
    async with desk(tmp_path, scenario) as it:
        path = await held(it)
        await it.call("POST", f"{path}/capture", {"amount": 600})
        paid = (await it.pay("o2")).body["id"]
        refund = (await it.call("POST", "/v1/refunds", {"payment": paid})).body["id"]
    async with desk(tmp_path) as it:
        assert (await it.call("GET", f"/v1/refunds/{refund}")).body["status"] == "pending"
        assert (await it.call("GET", path)).body["status"] == "processing"
        await it.control("POST", ADVANCE, {"by": "61s"})
        assert (await it.call("GET", f"/v1/refunds/{refund}")).body["status"] == "succeeded"
        assert (await it.call("GET", path)).body["amount_captured"] == 600


@pytest.mark.parametrize(
    ("fault", "taken"), [("{partial_capture: 30%}", 300), ("{partial_capture: {amount: 1}}", 1)]
)
async def test_a_sale_takes_a_part_and_says_so(tmp_path: Path, fault: str, taken: int) -> None:
    """The status is captured, the amounts are true, the replay and the webhook tell the same."""
    async with desk(tmp_path, f"rules:\n  - {{name: r, fault: {fault}}}\n") as it:
        sale = await it.pay(key="k")
        assert (sale.status, sale.body["status"]) == (201, "captured")
        assert (sale.body["amount"], sale.body["amount_captured"]) == (1000, taken)
        assert (await it.pay(key="k")).body == sale.body
        too_much = {"payment": sale.body["id"], "amount": taken + 1}
        assert (await it.call("POST", "/v1/refunds", too_much)).status == 409
        (line, _) = struck(it, "authorize")
        assert [(hit.fault, hit.effect, hit.seen) for hit in line.hits] == [
            ("partial_capture", "once", "ok")
        ]


async def test_a_capture_takes_a_part_and_a_hold_does_not(tmp_path: Path) -> None:
    """The hold is untouched and no hit is claimed for it; the capture takes half of what it may."""
    async with desk(tmp_path, "rules:\n  - {name: r, fault: partial_capture}\n") as it:
        path = await held(it)
        assert (await it.call("GET", path)).body["amount_authorized"] == 1000
        captured = await it.call("POST", f"{path}/capture", {"amount": 600})
        assert captured.body["amount_captured"] == 300
        hits: list[Any] = [len(line.hits) for line in it.exchanges()]
        assert hits == [0, 0, 1]


async def test_a_request_that_was_turned_away_may_come_again(tmp_path: Path) -> None:
    """429 with whole seconds to wait; nothing was done, and the same key is free."""
    async with desk(tmp_path, once("authorize", "{rate_limited: {retry_after: 2s}}")) as it:
        away = await it.pay(key="k")
        assert (away.status, away.headers["Retry-After"]) == (429, "2")
        assert (away.error["failure"], away.error["money"]) == ("rate_limited", "not_debited")
        assert await it.find() == []
        assert (await it.pay(key="k")).status == 201
        first, second = struck(it, "authorize")
        assert (first.status, first.seen, first.retry_after) == (429, "fail", 2.0)
        assert [(hit.stage, hit.effect, hit.seen) for hit in first.hits] == [
            ("before", "none", "fail")
        ]
        assert (second.attempt, second.replay, second.retry_after) == (2, False, None)


async def test_webhooks_of_an_order_change_places(tmp_path: Path) -> None:
    """The decline of the first card arrives after the capture by the second."""
    scenario = """rules:
  - {name: no, when: {operation: authorize}, first: 1, fault: {decline: insufficient_funds}}
  - {name: last, when: {webhook: payment.failed}, fault: {webhook_reorder: {at_most: 60s}}}
  - {name: old, when: {webhook: payment.captured}, first: 1, fault: webhook_stale}
"""
    got: list[str] = []
    receiver = Receiver(got)
    await receiver.start()
    async with desk(tmp_path, scenario, webhook=f"http://127.0.0.1:{receiver.port}/hooks") as it:
        assert (await it.pay()).status == 402
        other = {"method": {"type": "card", "token": "tok_visa_DE_000124"}}
        assert (await it.pay(body=other)).status == 201
        lines = await deliveries(it, 3, advance="1s")
        assert [(line.type, line.stale, [hit.rule for hit in line.hits]) for line in lines] == [
            ("payment.captured", True, ["old"]),
            ("payment.captured", False, []),
            ("payment.failed", False, ["last"]),
        ]
        assert got == [line.event for line in lines]
    await receiver.close()
