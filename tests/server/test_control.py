"""The control API: what each call does, and how it refuses."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from simulator.journal.entry import Note
from tests.server.kit import desk
from tests.server.receiver import Receiver

DECLINING = """scenario: 1
name: declining
rules: [{name: no, when: {operation: authorize}, fault: {decline: do_not_honor}}]
"""


async def test_health_needs_no_token_and_all_else_does(tmp_path: Path) -> None:
    """Anyone may ask whether the gateway lives; nothing more."""
    async with desk(tmp_path) as it:
        assert (await it.control("GET", "/health", token="")).body["status"] == "ok"
        for method, path in (("GET", "/accounts/shop"), ("DELETE", "/accounts/shop/faults")):
            assert (await it.control(method, path, token="wrong")).status == 401


async def test_a_scenario_is_put_and_read_back(tmp_path: Path) -> None:
    """The text comes back as it was put, and its rules hold from then on."""
    async with desk(tmp_path) as it:
        put = await it.control("PUT", "/accounts/shop/scenario", DECLINING)
        assert (put.status, put.body["scenario"]) == (200, "declining")
        assert (await it.pay()).status == 402
        assert (await it.control("GET", "/accounts/shop/scenario")).body["text"] == DECLINING
        status = await it.control("GET", "/accounts/shop")
        assert status.body["hits"] == [{"rule": "no", "arm": None, "hits": 1}]


async def test_a_bad_scenario_is_refused_with_every_mistake(tmp_path: Path) -> None:
    """All problems come back at once, and the old scenario stays."""
    async with desk(tmp_path) as it:
        await it.control("PUT", "/accounts/shop/scenario", DECLINING)
        bad = "scenario: 1\nname: b\nphases:\n  - {name: p, lasts: 5, arivals: 3/s}\n"
        refused = await it.control("PUT", "/accounts/shop/scenario", bad)
        assert refused.status == 422
        assert len(refused.body["error"]["problems"]) == 2
        assert (await it.pay()).status == 402


async def test_a_live_fault_comes_first_and_ends_by_itself(tmp_path: Path) -> None:
    """A fault put on by hand holds for its time to live on the account's clock."""
    async with desk(tmp_path) as it:
        body = {"fault": {"decline": "expired_card"}, "when": {"operation": "authorize"}}
        put = await it.control("POST", "/accounts/shop/faults", body | {"ttl": "30s"})
        assert put.status == 201
        assert (await it.pay("o1")).error["failure"] == "expired_card"
        await it.control("POST", "/accounts/shop/clock/advance", {"by": "31s"})
        assert (await it.pay("o2")).status == 201


async def test_a_live_fault_can_be_taken_off(tmp_path: Path) -> None:
    """By its id, or all at once."""
    async with desk(tmp_path) as it:
        body = {"fault": {"decline": "expired_card"}}
        first = (await it.control("POST", "/accounts/shop/faults", body)).body["id"]
        assert (await it.control("DELETE", f"/accounts/shop/faults/{first}")).status == 200
        assert (await it.control("DELETE", f"/accounts/shop/faults/{first}")).status == 404
        assert (await it.pay("o1")).status == 201
        await it.control("POST", "/accounts/shop/faults", body)
        await it.control("DELETE", "/accounts/shop/faults")
        assert (await it.pay("o2")).status == 201


async def test_accounts_do_not_see_each_other(tmp_path: Path) -> None:
    """A scenario, payments and journal of one account are nothing to another."""
    async with desk(tmp_path) as it:
        await it.control("PUT", "/accounts/shop/scenario", DECLINING)
        assert (await it.pay()).status == 402
        assert (await it.pay(api_key="sk_test_other")).status == 201
        mine = (await it.control("GET", "/accounts/shop/payments")).body["data"]
        assert [payment["status"] for payment in mine] == ["failed"]
        journal = (await it.control("GET", "/accounts/other/journal")).body
        assert {line["account"] for line in journal["data"]} == {"other"}


async def test_the_journal_is_read_on_from_a_cursor(tmp_path: Path) -> None:
    """`next` of one answer is `after` of the next; nothing is missed and nothing comes twice."""
    async with desk(tmp_path) as it:
        await it.pay("o1")
        first = (await it.control("GET", "/accounts/shop/journal")).body
        await it.pay("o2")
        rest = (await it.control("GET", f"/accounts/shop/journal?after={first['next']}")).body
        orders = [line["order"] for line in rest["data"] if line["kind"] == "commit"]
        assert orders == ["o2"]


async def test_reset_forgets_payments_keys_and_scenario(tmp_path: Path) -> None:
    """After a reset the account is as new."""
    async with desk(tmp_path) as it:
        await it.pay("o1", key="k")
        await it.control("PUT", "/accounts/shop/scenario", DECLINING)
        await it.control("POST", "/accounts/shop/reset")
        assert await it.find("o1") == []
        assert (await it.pay("o1", key="k")).status == 201


async def test_healing_is_journaled_and_ends_the_scenario(tmp_path: Path) -> None:
    """Heal all: no rule holds any more, and the journal says when."""
    async with desk(tmp_path) as it:
        await it.control("PUT", "/accounts/shop/scenario", DECLINING)
        assert (await it.control("DELETE", "/accounts/shop/faults")).body == {"healed": True}
        assert (await it.pay()).status == 201
        assert any(isinstance(line, Note) and line.text == "healed" for line in it.lines())


async def test_late_effects_are_pending_until_they_come(tmp_path: Path) -> None:
    """What is still to happen is counted, so that a drill knows when it may end."""
    late = DECLINING.replace("decline: do_not_honor", "late_success: {after: 400ms, told: unknown}")
    async with desk(tmp_path) as it:
        await it.control("PUT", "/accounts/shop/scenario", late)
        await it.pay()
        assert (await it.control("GET", "/accounts/shop")).body["pending"]["late"] == 1
        await asyncio.sleep(0.8)
        assert (await it.control("GET", "/accounts/shop")).body["pending"]["late"] == 0
        assert (await it.find())[0]["status"] == "captured"


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "/accounts/shop/phase", {"name": "x"}, "plays no scenario"),
        ("POST", "/accounts/shop/clock/advance", {"by": "soon"}, "not a duration"),
        ("POST", "/accounts/shop/clock/advance", {"bi": "1s"}, "bi: unknown field"),
        ("PUT", "/accounts/shop/webhook", {"url": "http://10.0.0.1/x", "secret": "s"}, "10.0.0.1"),
        ("PUT", "/accounts/shop/webhook", {"url": "http://127.0.0.1/x", "secret": "s"}, "whsec_"),
        ("GET", "/accounts/shop/journal?after=x", None, "not a whole number"),
        ("GET", "/accounts/a.b", None, "an account's name"),
        ("POST", "/accounts/shop/faults", {"fault": {"declin": "x"}}, "did you mean 'decline'"),
    ],
)
async def test_mistakes_are_explained(
    tmp_path: Path, method: str, path: str, body: object, words: str
) -> None:
    """A wrong call is answered with 422 and what was meant."""
    async with desk(tmp_path) as it:
        refused = await it.control(method, path, body)
        assert refused.status == 422
        error = refused.body["error"]
        assert words in " ".join([error["message"], *error["problems"]])


async def test_webhooks_arrive_where_they_were_sent(tmp_path: Path) -> None:
    """A webhook goes to the address that was put, and its delivery is listed."""
    got: list[str] = []
    receiver = Receiver(got)
    await receiver.start()
    async with desk(tmp_path) as it:
        url = f"http://127.0.0.1:{receiver.port}/hooks"
        put = {"url": url, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
        assert (await it.control("PUT", "/accounts/shop/webhook", put)).status == 200
        await it.pay()
        for _ in range(100):
            if got:
                break
            await asyncio.sleep(0.02)
        data = (await it.control("GET", "/accounts/shop/deliveries")).body["data"]
        assert [(line["type"], line["acknowledged"]) for line in data] == [
            ("payment.captured", True)
        ]
    await receiver.close()
