"""One request, top to bottom: what each fault does to the answer, the money and the journal."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from simulator.journal.entry import Commit
from tests.server.kit import desk


def rule(fault: str, when: str = "{operation: authorize}") -> str:
    """A scenario of one rule that always fires."""
    return f"rules:\n  - {{name: r, when: {when}, fault: {fault}}}\n"


async def test_a_payment_is_made_found_and_journaled(tmp_path: Path) -> None:
    """A plain sale answers 201, is found by id and by order, and stands in the journal once."""
    async with desk(tmp_path) as it:
        made = await it.pay(key="k1")
        assert made.status == 201
        assert made.body["status"] == "captured"
        assert made.body["channel"] == "primary"
        got = await it.call("GET", f"/v1/payments/{made.body['id']}")
        assert got.status == 200
        assert await it.find() == [got.body]
        commits = [line for line in it.lines() if isinstance(line, Commit)]
        assert [commit.payments[0].id for commit in commits] == [made.body["id"]]
        assert [exchange.operation for exchange in it.exchanges()] == [
            "authorize",
            "query",
            "query",
        ]


async def test_channels_share_no_payments_and_no_keys(tmp_path: Path) -> None:
    """What was charged on the primary is unknown on the backup, and the same key charges anew."""
    async with desk(tmp_path) as it:
        first = await it.pay(key="k1")
        second = await it.pay(key="k1", channel="backup")
        assert second.status == 201
        assert first.body["id"] != second.body["id"]
        missing = await it.call("GET", f"/v1/payments/{first.body['id']}", channel="backup")
        assert missing.status == 404
        assert len(await it.find(channel="backup")) == 1


async def test_the_same_key_replays_the_first_answer(tmp_path: Path) -> None:
    """A replay answers word for word and charges nothing; declines are replayed too."""
    async with desk(tmp_path) as it:
        first, again = await it.pay(key="k1"), await it.pay(key="k1")
        assert first.body == again.body
        assert again.status == 201
        token = {"method": {"type": "card", "token": "tok_decline_insufficient_funds"}}
        declined = await it.pay("o2", key="k2", body=token)
        assert declined.status == 402
        assert (await it.pay("o2", key="k2", body=token)).body == declined.body
        assert [exchange.replay for exchange in it.exchanges()] == [False, True, False, True]


async def test_the_same_key_with_another_body_is_a_conflict(tmp_path: Path) -> None:
    """422, and nothing is charged."""
    async with desk(tmp_path) as it:
        await it.pay(key="k1")
        other = await it.pay(key="k1", amount=1001)
        assert other.status == 422
        assert other.error["code"] == "key_conflict"
        assert len(await it.find()) == 1


async def test_two_at_once_with_one_key_charge_once(tmp_path: Path) -> None:
    """While the first is under way, the second is told so with 409."""
    scenario = rule("{slow: {fixed: 300ms, at: before}}")
    async with desk(tmp_path, scenario) as it:
        answers = await asyncio.gather(it.pay(key="k1"), it.pay(key="k1"))
        assert sorted(answer.status for answer in answers) == [201, 409]
        assert len(await it.find()) == 1


async def test_a_decline_says_what_to_do(tmp_path: Path) -> None:
    """402 with the profile's number, the failure's name, and where the money is."""
    async with desk(tmp_path, rule("{decline: insufficient_funds}")) as it:
        declined = await it.pay()
        assert declined.status == 402
        assert declined.error["code"] == "101"
        assert declined.error["failure"] == "insufficient_funds"
        assert declined.error["money"] == "not_debited"
        assert declined.error["payment"]["status"] == "failed"


async def test_a_lost_reply_has_charged_once(tmp_path: Path) -> None:
    """The caller hears nothing, the money moved, and the same key tells the truth."""
    scenario = "rules:\n  - {name: r, first: 1, fault: {lost_reply: {after: 50ms}}}\n"
    async with desk(tmp_path, scenario) as it:
        with pytest.raises(aiohttp.ClientError):
            await it.pay(key="k1")
        replay = await it.pay(key="k1")
        assert replay.status == 201
        payments = await it.find()
        assert [payment["status"] for payment in payments] == ["captured"]
        lost = it.exchanges()[0]
        assert (lost.sent, lost.seen, lost.status) == ("none", "info", None)
        assert lost.hits[0].fault == "lost_reply"


async def test_a_hang_charges_nothing_and_frees_its_key(tmp_path: Path) -> None:
    """The caller hears nothing, nothing moved, and the same key is a new attempt at once."""
    scenario = "rules:\n  - {name: r, first: 1, fault: {hang: {for: 5s}}}\n"
    async with desk(tmp_path, scenario) as it:
        with pytest.raises(TimeoutError):
            await it.pay(key="k1", timeout=0.2)
        assert await it.find() == []
        again = await it.pay(key="k1")
        assert again.status == 201
        assert [exchange.attempt for exchange in it.exchanges() if exchange.key] == [1, 2]


async def test_a_caller_who_hangs_up_is_still_charged(tmp_path: Path) -> None:
    """A disconnect during a delay before the decision does not stop the commit."""
    async with desk(tmp_path, rule("{slow: {fixed: 300ms, at: before}}")) as it:
        with pytest.raises(TimeoutError):
            await it.pay(timeout=0.1)
        await asyncio.sleep(0.4)
        assert [payment["status"] for payment in await it.find()] == ["captured"]
        assert it.exchanges()[0].sent == "none"


async def test_a_duplicate_charge_is_two_payments(tmp_path: Path) -> None:
    """The caller hears of one payment; the order has two."""
    async with desk(tmp_path, rule("{duplicate_charge: {}}")) as it:
        assert (await it.pay()).status == 201
        assert [payment["status"] for payment in await it.find()] == ["captured", "captured"]


async def test_a_late_success_captures_by_itself(tmp_path: Path) -> None:
    """504 and processing at first; captured once its time has come."""
    async with desk(tmp_path, rule("{late_success: {after: 60s, told: unknown}}")) as it:
        unknown = await it.pay()
        assert unknown.status == 504
        assert unknown.error["money"] == "unknown"
        assert (await it.find())[0]["status"] == "processing"
        await it.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        assert (await it.find())[0]["status"] == "captured"


async def test_a_late_success_that_was_told_failed(tmp_path: Path) -> None:
    """A decline that turns out to be a charge: queries say failed until it captures."""
    async with desk(tmp_path, rule("{late_success: {after: 60s, told: failed}}")) as it:
        assert (await it.pay()).status == 402
        assert (await it.find())[0]["status"] == "failed"
        await it.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        assert (await it.find())[0]["status"] == "captured"


@pytest.mark.parametrize(("charged", "count"), [("yes", 1), ("no", 0)])
async def test_an_error_may_have_charged_or_not(tmp_path: Path, charged: str, count: int) -> None:
    """The same 502 with and without a charge behind it; the caller cannot tell them apart."""
    fault = f"{{error: {{status: 502, charged: {charged}, body: html}}}}"
    async with desk(tmp_path, rule(fault)) as it:
        broken = await it.pay()
        assert broken.status == 502
        assert "<html>" in broken.body["text"]
        assert len(await it.find()) == count
        assert it.exchanges()[0].seen == "info"


async def test_a_stale_read_hides_what_is_there(tmp_path: Path) -> None:
    """A query right after the charge says that there is nothing."""
    async with desk(tmp_path, rule("{stale_read: {}}", "{operation: query}")) as it:
        assert (await it.pay()).status == 201
        assert await it.find() == []


@pytest.mark.parametrize(
    ("key", "status"),
    [("sk_live_shop", 403), ("pk_test_shop", 401), ("sk_test_", 401), ("sk_test_a b", 401)],
)
async def test_only_test_keys_open_the_gateway(tmp_path: Path, key: str, status: int) -> None:
    """A live key is refused for what it is; anything else is no key at all."""
    async with desk(tmp_path) as it:
        refused = await it.pay(api_key=key)
        assert refused.status == status
        assert set(refused.error) >= {"code", "failure", "message", "retry", "money", "payment"}


async def test_a_huge_body_is_refused(tmp_path: Path) -> None:
    """413, before anything is read into a command."""
    async with desk(tmp_path) as it:
        huge = await it.pay(body={"product": "x" * 70_000})
        assert huge.status == 413


async def test_what_was_refused_left_nothing_behind(tmp_path: Path) -> None:
    """Malformed requests store no payment, no key and no card number."""
    card = {"number": "4111111111111111", "exp_month": 1, "exp_year": 2030, "cvc": "987"}
    async with desk(tmp_path) as it:
        bad = await it.pay(key="k1", body={"method": {"type": "card", "card": card}})
        assert bad.status == 400
        assert (await it.pay(key="k1")).status == 201
        assert len(await it.find()) == 1
    text = (tmp_path / "journal.jsonl").read_text()
    assert "4111111111111111" not in text
    assert "cvc" not in text


async def test_refunds_captures_and_cancels_over_http(tmp_path: Path) -> None:
    """The rest of the native API, each verb once, with its refusals."""
    async with desk(tmp_path) as it:
        held = await it.pay("o1", body={"capture": "manual"})
        path = f"/v1/payments/{held.body['id']}"
        assert held.body["status"] == "authorized"
        assert (await it.call("POST", path + "/capture", {"amount": 600})).body[
            "status"
        ] == "captured"
        assert (await it.call("POST", path + "/cancel", {})).status == 409
        refund = await it.call(
            "POST", "/v1/refunds", {"payment": held.body["id"], "amount": 500, "reference": "r"}
        )
        assert (refund.status, refund.body["status"]) == (201, "succeeded")
        again = await it.call("POST", "/v1/refunds", {"payment": held.body["id"], "reference": "r"})
        assert (again.status, again.body["id"]) == (200, refund.body["id"])
        assert (await it.call("GET", f"/v1/refunds/{refund.body['id']}")).body == refund.body
        closed = await it.call("POST", "/v1/payments/cancel", {"order_id": "o9"}, key="c")
        assert closed.body["closed"] is True
        assert (
            await it.call("POST", "/v1/payments/cancel", {"order_id": "o9"}, key="c")
        ).status == 200
        late = await it.pay("o9")
        assert (late.status, late.error["code"]) == (409, "order_closed")


async def test_the_first_matching_rule_wins_and_phases_pass(tmp_path: Path) -> None:
    """Phases take effect by their own clock, and each boundary is journaled."""
    scenario = """phases:
  - {name: calm, lasts: 60s}
  - name: storm
    lasts: 60s
    rules: [{name: no, when: {operation: authorize}, fault: {decline: do_not_honor}}]
"""
    async with desk(tmp_path, scenario) as it:
        assert (await it.pay("o1")).status == 201
        await it.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        assert (await it.pay("o2")).status == 402
        await it.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        assert (await it.pay("o3")).status == 201
        phases = [line.name for line in it.lines() if line.__class__.__name__ == "Phase"]
        assert phases == ["calm", "storm", "settle"]


async def test_references_of_one_order_share_their_tries(tmp_path: Path) -> None:
    """In a drill `<run>-17-2` is a second try of order 17, so `first: 1` spares it."""
    text = "scenario: 1\nname: s\n" + rule("{error: {status: 503, charged: 'no'}}").replace(
        "name: r,", "name: r, first: 1,"
    )
    async with desk(tmp_path) as it:
        await it.control("PUT", "/accounts/shop/scenario?run=r1", text)
        statuses = [(await it.pay(order)).status for order in ("r1-17", "r1-17-2", "r1-18")]
        assert statuses == [503, 201, 503]


async def test_an_attempt_without_a_decision_is_journaled_before_its_reply(tmp_path: Path) -> None:
    """A caller who got a 503 finds its attempt counted whatever happens to the gateway then."""
    async with desk(tmp_path, rule("{error: {status: 503, charged: 'no'}}")) as it:
        assert (await it.pay()).status == 503
        text = (tmp_path / "journal.jsonl").read_text()
        assert '"kind":"attempt"' in text


async def test_time_does_not_go_back_in_a_restart(tmp_path: Path) -> None:
    """An account whose clock was moved forward is as far ahead after a restart."""
    scenario = rule("{late_success: {after: 2h, told: unknown}}")
    async with desk(tmp_path, scenario) as it:
        assert (await it.pay()).status == 504
        await it.control("POST", "/accounts/shop/clock/advance", {"by": "119m"})
    async with desk(tmp_path, scenario) as it:
        assert (await it.find())[0]["status"] == "processing"
        await it.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        assert (await it.find())[0]["status"] == "captured"


@pytest.mark.parametrize("place", ["order", "token", "account", "key"])
async def test_no_way_in_for_a_card_number(tmp_path: Path, place: str) -> None:
    """Wherever a card number is put in place of something else, it is refused and not recorded."""
    number = "4242424242424242"
    async with desk(tmp_path) as it:
        match place:
            case "order":
                refused = await it.call("GET", f"/v1/payments?order_id={number}")
            case "token":
                method = {"type": "card", "token": f"tok_visa_US_{number}"}
                refused = await it.pay(body={"method": method})
            case "account":
                refused = await it.pay(api_key=f"sk_test_{number}")
            case _:
                refused = await it.pay(key=number)
        assert refused.status in (400, 401)
        it.lines()
    assert number not in (tmp_path / "journal.jsonl").read_text()


async def test_a_refusal_does_not_deny_money_that_moved(tmp_path: Path) -> None:
    """Cancelling a captured payment is refused, and the error says that it is debited."""
    async with desk(tmp_path) as it:
        paid = await it.pay()
        refused = await it.call("POST", f"/v1/payments/{paid.body['id']}/cancel", {})
        assert (refused.status, refused.error["money"]) == (409, "debited")
