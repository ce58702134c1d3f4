"""Payers who have to prove who pays: on real sockets, with faults, clocks and restarts."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from simulator.journal.entry import Commit
from tests.server.kit import CARD, Desk, desk
from tests.server.payer import Payer, card

PHONE = "+49 151 23456789"
ADVANCE = "/accounts/shop/clock/advance"
INBOX = "/accounts/shop/inbox"


def rules(*faults: str) -> str:
    """A scenario of rules that always fire; each is `when -> fault`."""
    lines = []
    for n, each in enumerate(faults):
        when, _, fault = each.partition(" -> ")
        lines.append(f"  - {{name: r{n}, when: {when}, fault: {fault}}}\n")
    return "rules:\n" + "".join(lines)


async def challenged(it: Desk, token: str | None = None, **kw: Any) -> Payer:
    """A payment that waits for its payer."""
    method = card(token or "tok_3ds_challenge_DE_1")
    made = await it.pay(body=method | kw.pop("body", {}), **kw)
    assert made.status == 201, made.body
    assert made.body["status"] == "requires_action"
    return Payer(it, made)


async def commits(it: Desk) -> list[Commit]:
    """The commits so far."""
    return [line for line in it.lines() if isinstance(line, Commit)]


async def test_a_challenge_from_the_payment_to_the_money(tmp_path: Path) -> None:
    """The payment names the page; approving there takes the money, and both sides see it."""
    async with desk(tmp_path) as it:
        made = await it.pay(body=card("tok_3ds_challenge_DE_1"))
        action = made.body["next_action"]
        assert action["type"] == "three_ds"
        assert action["url"].startswith(f"{it.serving.primary}/pay/shop/auth_")
        assert made.body["authentication"]["status"] == "pending"
        payer = Payer(it, made)
        page = await payer.look()
        assert (page.status, page.body["status"]) == (200, "pending")
        assert page.body["actions"] == ["approve", "reject", "cancel"]
        assert page.body["payment"]["order_id"] == "o1"
        done = await payer.act("approve")
        assert (done.status, done.body["status"]) == (200, "succeeded")
        assert done.body["payment"]["status"] == "captured"
        [payment] = await it.find()
        assert payment["next_action"] is None
        assert payment["authentication"] == {
            "type": "three_ds", "status": "succeeded", "flow": "challenge",
            "liability_shift": True, "version": "2.2.0", "trans_status": "Y",
            "reason": None, "eci": "05", "cancel": None,
        }  # fmt: skip
        operations = [each.operation for each in it.exchanges()]
        assert operations == ["authorize", "page", "authenticate", "query"]


async def test_the_code_is_in_the_inbox_and_nowhere_else(tmp_path: Path) -> None:
    """It is read through the control API and typed; no journal holds it, nor the phone number."""
    async with desk(tmp_path) as it:
        payer = await challenged(it, "tok_otp_ok_DE_1", body={"payer": {"phone": PHONE}})
        page = (await payer.look()).body
        assert (page["via"], page["to"], page["digits"]) == ("sms", "+49*****89", 6)
        [message] = (await it.control("GET", f"{INBOX}?order=o1")).body["data"]
        assert message["to"] == page["to"]
        assert message["delivered"]
        assert message["code"] in message["text"]
        for typed in (message["code"][:2], f"{message['code']}0", "abcdef"):
            slip = await payer.act("submit_code", code=typed)
            assert (slip.status, slip.body["problem"]["code"]) == (400, "code_malformed")
            assert slip.body["attempts_left"] == 5
        mistyped = f"{message['code'][:-1]}{(int(message['code'][-1]) + 1) % 10}"
        wrong = await payer.act("submit_code", code=mistyped)
        assert (wrong.status, wrong.body["status"]) == (200, "pending")
        assert wrong.body["problem"]["failure"] == "otp_incorrect"
        assert wrong.body["attempts_left"] == 4
        done = await payer.act("submit_code", code=message["code"])
        assert done.body["payment"]["status"] == "captured"
        it.lines()
        written = (tmp_path / "journal.jsonl").read_text()
        for secret in (message["code"], mistyped, "abcdef", PHONE, "23456789"):
            assert secret not in written


async def test_two_clicks_at_once_charge_once(tmp_path: Path) -> None:
    """However often the right answer is sent."""
    async with desk(tmp_path) as it:
        payer = await challenged(it)
        answers = await asyncio.gather(*(payer.act("approve") for _ in range(5)))
        assert {answer.body["payment"]["status"] for answer in answers} == {"captured"}
        taken = [line for line in await commits(it) if line.postings]
        assert len(taken) == 1


async def test_a_payer_who_never_hears_the_end_was_charged(tmp_path: Path) -> None:
    """The answer to the approval is lost; the page, loaded again, tells."""
    lost = rules("{operation: authenticate} -> {lost_reply: {after: 0s}}")
    async with desk(tmp_path, lost) as it:
        payer = await challenged(it)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await payer.act("approve")
        assert (await payer.look()).body["payment"]["status"] == "captured"
        assert await payer.status() == "captured"
        [approved] = [each for each in it.exchanges() if each.operation == "authenticate"]
        assert [hit.fault for hit in approved.hits] == ["lost_reply"]


async def test_what_befalls_the_charge_is_decided_behind_the_challenge(tmp_path: Path) -> None:
    """A rule for `authorize` strikes the charge when the payer has proved who pays."""
    both = rules(
        "{operation: authorize} -> {three_ds: challenge}",
        "{operation: authorize, card.country: DE} -> {decline: insufficient_funds}",
    )
    async with desk(tmp_path, both) as it:
        payer = await challenged(it, CARD["token"])
        done = await payer.act("approve")
        assert done.body["problem"]["failure"] == "insufficient_funds"
        assert done.body["payment"]["status"] == "failed"
        hits = {each.operation: [hit.rule for hit in each.hits] for each in it.exchanges()}
        assert hits == {"authorize": ["r0"], "authenticate": ["r1"]}
        [payment] = await it.find()
        assert payment["failure"] == "insufficient_funds"
        assert payment["authentication"]["status"] == "succeeded"


async def test_a_mix_deals_every_order_one_fate(tmp_path: Path) -> None:
    """An order that drew the challenge draws nothing else; one that drew a decline has no page."""
    mixed = (
        "rules:\n  - name: m\n    when: {operation: authorize}\n    per: order\n    mix:\n"
        "      - {share: 50%, fault: {three_ds: challenge}}\n"
        "      - {share: 50%, fault: {decline: lost_card}}\n"
    )
    async with desk(tmp_path, mixed) as it:
        ends = set()
        for n in range(12):
            made = await it.pay(f"o{n}")
            if made.status == 402:
                ends.add("declined")
                continue
            done = await Payer(it, made).act("approve")
            ends.add(done.body["payment"]["status"])
        assert ends == {"declined", "captured"}


async def test_a_silent_challenge_and_a_decline_both_count(tmp_path: Path) -> None:
    """Frictionless, and declined all the same: two rules were performed in one exchange."""
    both = rules(
        "{operation: authorize} -> {three_ds: frictionless}",
        "{operation: authorize} -> {decline: lost_card}",
    )
    async with desk(tmp_path, both) as it:
        made = await it.pay()
        assert made.status == 402
        assert made.error["payment"]["authentication"]["eci"] == "05"
        [exchange] = it.exchanges()
        assert [hit.rule for hit in exchange.hits] == ["r0", "r1"]


async def test_a_fault_can_strike_the_payers_own_exchange(tmp_path: Path) -> None:
    """The first message is lost with the charge, the second with the payer's wish for another."""
    once = (
        "rules:\n  - {name: sms, when: {operation: [authorize, authenticate]}, first: 1, "
        "fault: {otp: {delivery: never, by: sms}}}\n"
    )
    async with desk(tmp_path, once) as it:
        payer = await challenged(it, CARD["token"])
        assert await payer.codes() == []
        await it.control("POST", ADVANCE, {"by": "45s"})
        assert (await payer.act("resend")).status == 200
        assert await payer.codes() == []
        voice = await payer.act("resend", via="voice")
        assert voice.body["via"] == "voice"
        assert len(await payer.codes()) == 1
        hits = [len(each.hits) for each in it.exchanges() if each.operation != "page"]
        assert hits == [1, 1, 0]


async def test_too_soon_says_when(tmp_path: Path) -> None:
    """429 with Retry-After; the same body as ever."""
    async with desk(tmp_path) as it:
        payer = await challenged(it, "tok_otp_ok_DE_1")
        early = await payer.act("resend")
        assert (early.status, early.headers["Retry-After"]) == (429, "45")
        assert early.body["problem"]["code"] == "resend_too_soon"
        assert early.body["problem"]["failure"] is None


async def test_a_late_message_comes_when_the_clock_has_come_so_far(tmp_path: Path) -> None:
    """The inbox shows what has arrived; with `all`, what has not, without its code."""
    late = rules("{operation: authorize} -> {otp: {delivery: late, after: 60s}}")
    async with desk(tmp_path, late) as it:
        payer = await challenged(it, CARD["token"])
        assert await payer.codes() == []
        [message] = (await it.control("GET", f"{INBOX}?all=true")).body["data"]
        assert (message["delivered"], message["code"], message["text"]) == (False, None, None)
        await it.control("POST", ADVANCE, {"by": "60s"})
        [code] = await payer.codes()
        done = await payer.act("submit_code", code=code)
        assert done.body["payment"]["status"] == "captured"


async def test_nobody_comes_and_the_payment_fails_by_itself(tmp_path: Path) -> None:
    """When the time is up the merchant is told, and who comes then hears that it is over."""
    async with desk(tmp_path) as it:
        payer = await challenged(it)
        assert it.gateway.accounts.account("shop").late() == 0
        await it.control("POST", ADVANCE, {"by": "11m"})
        await payer.until("failed")
        over = await payer.act("approve")
        assert (over.status, over.body["status"]) == (409, "failed")
        assert over.body["problem"]["code"] == "over"
        [payment] = await it.find()
        assert (payment["status"], payment["failure"]) == ("failed", "authentication_abandoned")
        types = [event.type for line in await commits(it) for event in line.events]
        assert types == ["payment.requires_action", "payment.failed"]


async def test_what_resolves_by_itself_is_waited_for(tmp_path: Path) -> None:
    """A decoupled approval will take money, so it counts as late; its page has no button."""
    async with desk(tmp_path) as it:
        payer = await challenged(it, "tok_3ds_decoupled_DE_1")
        page = (await payer.look()).body
        assert (page["type"], page["actions"]) == ("wait", ["cancel"])
        assert it.gateway.accounts.account("shop").late() == 1
        await it.control("POST", ADVANCE, {"by": "31s"})
        await payer.until("captured")


@pytest.mark.parametrize("token", ["tok_otp_ok_DE_1", "tok_3ds_challenge_DE_1"])
async def test_a_restart_in_the_middle(tmp_path: Path, token: str) -> None:
    """The page, its wrong tries, its code and its end are there again; it charges once."""
    async with desk(tmp_path) as it:
        payer = await challenged(it, token)
        codes = await payer.codes()
        if codes:
            await payer.act("submit_code", code="000000")
    async with desk(tmp_path) as it:
        payer.gateway = it
        page = (await payer.look()).body
        assert page["status"] == "pending"
        assert page["attempts_left"] == (4 if codes else None)
        assert await payer.codes() == codes
        for _ in range(2):
            action = {"code": codes[0]} if codes else {}
            done = await payer.act("submit_code" if codes else "approve", **action)
            assert done.body["payment"]["status"] == "captured"
        assert len([line for line in await commits(it) if line.postings]) == 1
        assert it.gateway.accounts.account("shop").store.ledger.balance("payer", "USD") == -1000


async def test_a_timer_of_before_a_restart_rings(tmp_path: Path) -> None:
    """The end of a challenge survives the gateway."""
    async with desk(tmp_path) as it:
        payer = await challenged(it)
    async with desk(tmp_path) as it:
        payer.gateway = it
        await it.control("POST", ADVANCE, {"by": "11m"})
        await payer.until("failed")


async def test_a_key_replays_the_challenge(tmp_path: Path) -> None:
    """The same request again names the same page; it begins no other challenge."""
    async with desk(tmp_path) as it:
        first = await it.pay(body=card("tok_3ds_challenge_DE_1"), key="k1")
        again = await it.pay(body=card("tok_3ds_challenge_DE_1"), key="k1")
        assert again.body == first.body
        assert len(await it.find()) == 1


async def test_a_confirmed_payment_is_challenged_too(tmp_path: Path) -> None:
    """Made first, confirmed later: rules for `confirm` hold, before and behind the challenge."""
    both = rules(
        "{operation: confirm} -> {three_ds: challenge}",
        "{operation: confirm} -> {decline: do_not_honor}",
    )
    async with desk(tmp_path, both) as it:
        made = await it.pay(body={"confirm": False})
        confirmed = await it.call("POST", f"/v1/payments/{made.body['id']}/confirm", {})
        assert (confirmed.status, confirmed.body["status"]) == (200, "requires_action")
        done = await Payer(it, confirmed).act("approve")
        assert done.body["problem"]["failure"] == "do_not_honor"


async def test_a_cancel_closes_the_page(tmp_path: Path) -> None:
    """By payment and by order; who comes then is told so."""
    async with desk(tmp_path) as it:
        one = await challenged(it)
        canceled = await it.call("POST", f"/v1/payments/{one.payment}/cancel", {})
        assert canceled.body["authentication"]["status"] == "canceled"
        two = await challenged(it, order="o2")
        closed = await it.call("POST", "/v1/payments/cancel", {"order_id": "o2"})
        assert closed.body["data"][0]["status"] == "canceled"
        for payer in (one, two):
            late = await payer.act("approve")
            assert (late.status, late.body["problem"]["code"]) == (409, "over")
            assert late.body["payment"]["status"] == "canceled"


async def test_pages_that_are_not_there(tmp_path: Path) -> None:
    """Another channel, another account and a made-up page are not found; a bad form is told so."""
    async with desk(tmp_path) as it:
        payer = await challenged(it)
        await it.pay(api_key="sk_test_other")
        other = payer.path.replace("/shop/", "/other/")
        assert (await payer.look(channel="backup")).status == 404
        assert (await it.call("GET", other)).status == 404
        assert (await it.call("GET", "/pay/shop/auth_no")).status == 404
        assert (await payer.act("aprove")).status == 400
        assert (await payer.act("submit_code")).status == 400
        assert (await payer.act("approve", codes="1")).status == 400
        assert (await it.call("DELETE", payer.path)).status == 404
        assert await payer.status() == "requires_action"


async def test_an_issuer_that_wants_a_proof_charges_with_one(tmp_path: Path) -> None:
    """Declined, asked for by the merchant, given, and charged."""
    wants = card("tok_decline_authentication_required")
    async with desk(tmp_path) as it:
        assert (await it.pay(body=wants)).error["failure"] == "authentication_required"
        made = await it.pay("o2", body=wants | {"authentication": "required"})
        done = await Payer(it, made).act("approve")
        assert done.body["payment"]["status"] == "captured"
        odd = await it.pay("o3", body={"authentication": "always"})
        assert (odd.status, odd.error["code"]) == (400, "malformed")


async def test_the_charge_behind_a_challenge_is_the_same_attempt(tmp_path: Path) -> None:
    """A decline of the first attempt strikes the first payment, though the second pays earlier."""
    once = (
        "rules:\n  - {name: ask, when: {operation: authorize}, fault: {three_ds: challenge}}\n"
        "  - {name: no, when: {operation: authorize}, first: 1, fault: {decline: do_not_honor}}\n"
    )
    async with desk(tmp_path, once) as it:
        first = await challenged(it, CARD["token"])
        second = await challenged(it, CARD["token"])
        assert (await second.act("approve")).body["payment"]["status"] == "captured"
        assert (await first.act("approve")).body["problem"]["failure"] == "do_not_honor"


@pytest.mark.parametrize(
    ("fault", "status"),
    [("{error: {status: 503}}", 503), ("{rate_limited: {retry_after: 2s}}", 429)],
)
async def test_the_page_can_be_out_of_order(tmp_path: Path, fault: str, status: int) -> None:
    """Faults that spare the money leave the challenge as it was."""
    broken = rules(f"{{operation: [page, authenticate]}} -> {fault}")
    async with desk(tmp_path, broken) as it:
        payer = await challenged(it)
        assert (await payer.look()).status == status
        assert (await payer.act("approve")).status == status
        assert await payer.status() == "requires_action"
