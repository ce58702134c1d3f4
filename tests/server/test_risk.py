"""Risk, limits, reviews and documents on a real gateway: what callers, journal and control see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulator.journal.entry import Commit
from tests.server.kit import CARD, desk

PAYER = {
    "country": "DE",
    "name": "Anna Schmidt",
    "email": "anna.schmidt@example.org",
    "phone": "+49 151 23456789",
    "device": "fingerprint-7f3a",
    "ip": "203.0.113.77",
    "address": {"country": "DE", "line": "Lindenallee 12", "city": "Bonn", "postcode": "53111"},
}

HASTE = """
profile:
  base: default
  name: hasty
  risk:
    rules:
      - name: card-testing
        action: block
        failure: too_many_attempts
        velocity: {of: tries, by: card, over: 10m, above: 2}
        cool_down: 1h
      - name: device
        action: block
        velocity: {of: failures, by: device, over: 1h, above: 1}
rules: []
"""

DOUBTS = """
profile:
  base: default
  name: doubts
  risk:
    review_lasts: 60s
    review_approves: 100%
    rules:
      - {name: large, action: review, above: 1000.00 USD}
      - {name: strangers, action: block, mismatch: [card, payer]}
rules: []
"""


def paying(**changes: Any) -> dict[str, Any]:
    """The changes of a payment by this payer."""
    return {"body": {"payer": PAYER | changes.pop("payer", {}), **changes}}


async def test_too_many_tries_are_refused_and_told_to_wait(tmp_path: Path) -> None:
    """The third try of a card is too much; the answer says so, in body and header."""
    async with desk(tmp_path, HASTE) as shop:
        answers = [await shop.pay(f"o{n}") for n in range(3)]
        assert [answer.status for answer in answers] == [201, 201, 402]
        refused = answers[2]
        assert refused.error["failure"] == "too_many_attempts"
        assert refused.error["retry_after"] == 3600
        assert refused.headers["Retry-After"] == "3600"
        other = await shop.pay("o9", body={"method": {"type": "card", "token": "tok_visa_DE_2"}})
        assert other.status == 201
        line = shop.exchanges()[2]
        assert (line.rule, line.retry_after, line.failure) == (
            "card-testing", 3600.0, "too_many_attempts",
        )  # fmt: skip


async def test_every_further_try_prolongs_the_pause(tmp_path: Path) -> None:
    """Whoever tries again in the pause begins it anew; whoever waits is served."""
    async with desk(tmp_path, HASTE) as shop:
        for n in range(3):
            await shop.pay(f"o{n}")
        await shop.control("POST", "/accounts/shop/clock/advance", {"by": "50m"})
        assert (await shop.pay("o4")).status == 402
        await shop.control("POST", "/accounts/shop/clock/advance", {"by": "50m"})
        assert (await shop.pay("o5")).status == 402
        await shop.control("POST", "/accounts/shop/clock/advance", {"by": "61m"})
        assert (await shop.pay("o6")).status == 201


async def test_a_repeated_key_is_no_try(tmp_path: Path) -> None:
    """Replays leave the counters alone."""
    async with desk(tmp_path, HASTE) as shop:
        for _ in range(5):
            assert (await shop.pay("o1", key="k1")).status == 201
        assert (await shop.pay("o2")).status == 201
        assert (await shop.pay("o3")).status == 402


async def test_the_other_channel_is_another_gateway(tmp_path: Path) -> None:
    """What the primary remembers the backup does not know."""
    async with desk(tmp_path, HASTE) as shop:
        for n in range(3):
            await shop.pay(f"o{n}")
        assert (await shop.pay("o4", channel="backup")).status == 201


async def test_a_restart_remembers(tmp_path: Path) -> None:
    """Counters and pauses come back from the journal."""
    async with desk(tmp_path, HASTE) as shop:
        for n in range(3):
            await shop.pay(f"o{n}")
    async with desk(tmp_path, HASTE) as shop:
        refused = await shop.pay("o4")
        assert (refused.status, refused.error["failure"]) == (402, "too_many_attempts")


async def test_failures_on_one_device(tmp_path: Path) -> None:
    """Two cards fail on a device; the third card, good as it is, is blocked for risk."""
    async with desk(tmp_path, HASTE) as shop:
        for n in range(2):
            bad = {"type": "card", "token": f"tok_decline_do_not_honor_DE_{n}"}
            await shop.pay(f"o{n}", **paying(method=bad))
        blocked = await shop.pay("o3", **paying())
        assert (blocked.status, blocked.error["failure"]) == (402, "risk_blocked")
        assert "retry_after" not in blocked.error
        elsewhere = await shop.pay("o4", **paying(payer={"device": "another"}))
        assert elsewhere.status == 201


async def test_a_new_scenario_begins_with_a_clean_slate(tmp_path: Path) -> None:
    """The gateway of the next scenario has not met anybody yet."""
    async with desk(tmp_path, HASTE) as shop:
        for n in range(3):
            await shop.pay(f"o{n}")
        await shop.control("PUT", "/accounts/shop/scenario", f"scenario: 1\nname: again{HASTE}")
        assert (await shop.pay("o4")).status == 201


async def test_a_review_is_processing_and_ends_well(tmp_path: Path) -> None:
    """Nothing is taken until the review ends; then the money is, and an event says so."""
    async with desk(tmp_path, DOUBTS) as shop:
        waiting = await shop.pay("o1", 200_000, **paying())
        assert (waiting.status, waiting.body["status"]) == (201, "processing")
        assert waiting.body["review"] == "pending"
        assert waiting.body["amount_captured"] == 0
        await shop.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        (found,) = await shop.find("o1")
        assert (found["status"], found["amount_captured"]) == ("captured", 200_000)
        assert "review" not in found


async def test_an_analyst_decides_at_once(tmp_path: Path) -> None:
    """Through the control API; once, for what has ended cannot be decided again."""
    async with desk(tmp_path, DOUBTS) as shop:
        ids = [(await shop.pay(f"o{n}", 200_000, **paying())).body["id"] for n in range(2)]
        review = "/accounts/shop/payments/{}/review"
        yes = await shop.control("POST", review.format(ids[0]), {"approve": True})
        no = await shop.control("POST", review.format(ids[1]), {"approve": False})
        assert (yes.status, yes.body["status"]) == (200, "captured")
        assert (no.body["status"], no.body["failure"]) == ("failed", "risk_blocked")
        again = await shop.control("POST", review.format(ids[0]), {"approve": False})
        assert again.status == 422
        missing = await shop.control("POST", review.format("pay_none"), {"approve": True})
        assert missing.status == 404
        events = [e.type for line in shop.lines() if isinstance(line, Commit) for e in line.events]
        assert events.count("payment.processing") == 2
        assert events[-2:] == ["payment.captured", "payment.failed"]


async def test_documents_lift_a_block(tmp_path: Path) -> None:
    """Card and payer are from two countries: blocked, until documents speak for them."""
    async with desk(tmp_path, DOUBTS) as shop:
        body = paying(payer={"country": "FR"})
        blocked = await shop.pay("o1", **body)
        assert (blocked.status, blocked.error["failure"]) == (402, "risk_blocked")
        assert (await shop.pay("o1", **body)).status == 402
        path = f"/v1/payments/{blocked.error['payment']['id']}/documents"
        sent = await shop.call("POST", path, {"kind": "identity"}, key="d1")
        assert (sent.status, sent.body["status"]) == (201, "accepted")
        again = await shop.call("POST", path, {"kind": "identity"}, key="d1")
        assert again.body == sent.body
        assert (await shop.pay("o1", **body)).status == 201
        await shop.control("POST", "/accounts/shop/clock/advance", {"by": "25h"})
        assert (await shop.pay("o2", **body)).status == 402


async def test_nobody_asked_for_documents(tmp_path: Path) -> None:
    """A payment that risk has not stopped takes none, and one that is not there neither."""
    async with desk(tmp_path, DOUBTS) as shop:
        paid = await shop.pay("o1", **paying())
        path = f"/v1/payments/{paid.body['id']}/documents"
        assert (await shop.call("POST", path, {"kind": "card"})).status == 409
        assert (await shop.call("POST", path, {"kind": "novel"})).status == 400
        lost = await shop.call("POST", "/v1/payments/pay_x/documents", {"kind": "card"})
        assert lost.status == 404


async def test_an_analyst_lifts_a_block(tmp_path: Path) -> None:
    """The blocked payment stays failed; the next one by the same card passes."""
    async with desk(tmp_path, DOUBTS) as shop:
        body = paying(payer={"country": "FR"})
        blocked = await shop.pay("o1", **body)
        name = blocked.error["payment"]["id"]
        path = f"/accounts/shop/payments/{name}/review"
        lifted = await shop.control("POST", path, {"approve": True})
        assert lifted.body["status"] == "failed"
        assert (await shop.pay("o1", **body)).status == 201


async def test_documents_lift_what_a_scenario_blocks(tmp_path: Path) -> None:
    """A block by a rule of the scenario is no harder than one by the profile."""
    rules = "rules:\n  - {name: storm, fault: {decline: risk_blocked}}\n"
    async with desk(tmp_path, rules) as shop:
        blocked = await shop.pay("o1")
        path = f"/v1/payments/{blocked.error['payment']['id']}/documents"
        assert (await shop.call("POST", path, {"kind": "card"})).status == 201
        assert (await shop.pay("o1")).status == 201
        other = {"method": CARD | {"token": "tok_visa_DE_7"}}
        assert (await shop.pay("o2", body=other)).status == 402


async def test_a_review_by_a_fault(tmp_path: Path) -> None:
    """A scenario can have any payment reviewed, and have it end badly."""
    rules = "rules:\n  - {name: people, fault: {review: {lasts: 30s, approves: 0%}}}\n"
    async with desk(tmp_path, rules) as shop:
        waiting = await shop.pay("o1")
        assert waiting.body["status"] == "processing"
        await shop.control("POST", "/accounts/shop/clock/advance", {"by": "31s"})
        (found,) = await shop.find("o1")
        assert (found["status"], found["failure"]) == ("failed", "risk_blocked")


async def test_a_day_has_its_limit(tmp_path: Path) -> None:
    """The card has room again at the gateway's midnight; a void gives it back at once."""
    limits = """
profile: {base: default, name: thrifty, limits: [{per: card, over: day, max: 100.00 USD, count: 3}]}
rules: []
"""
    async with desk(tmp_path, limits) as shop:
        held = await shop.pay("o1", 9_000, body={"capture": "manual"})
        over = await shop.pay("o2", 2_000)
        assert (over.status, over.error["failure"]) == (402, "period_limit_exceeded")
        assert 0 < over.error["retry_after"] <= 86_400
        await shop.call("POST", f"/v1/payments/{held.body['id']}/cancel", {})
        assert [(await shop.pay(f"p{n}", 2_000)).status for n in range(3)] == [201, 201, 201]
        often = await shop.pay("p4", 100)
        assert often.error["failure"] == "frequency_limit_exceeded"
        await shop.control("POST", "/accounts/shop/clock/advance", {"by": "24h"})
        assert (await shop.pay("p5", 9_000)).status == 201
        never = await shop.pay("p6", 20_000)
        assert "retry_after" not in never.error


async def test_personal_data_stay_out(tmp_path: Path) -> None:
    """No name, number, address or device of a payer stands in the journal or in any answer."""
    async with desk(tmp_path, HASTE) as shop:
        answers = [await shop.pay(f"o{n}", **paying()) for n in range(3)]
        seen = await shop.control("GET", "/accounts/shop/payments")
        shop.lines()
        text = (tmp_path / "journal.jsonl").read_text() + str(answers) + str(seen)
    for secret in (
        "Anna", "Schmidt", "anna.schmidt", "23456789", "fingerprint-7f3a", "203.0.113.77",
        "Lindenallee", "53111",
    ):  # fmt: skip
        assert secret not in text, secret


async def test_verdicts_are_counted_by_rule(tmp_path: Path) -> None:
    """The metrics say which rule stops how many, and how."""
    async with desk(tmp_path, DOUBTS) as shop:
        await shop.pay("o1", 200_000, **paying())
        await shop.pay("o2", **paying(payer={"country": "FR"}), key="k")
        await shop.pay("o2", **paying(payer={"country": "FR"}), key="k")
        page = (await shop.control("GET", "/metrics")).body["text"]
    assert 'paydrill_risk_verdicts_total{rule="large",verdict="review"} 1.0' in page
    assert 'paydrill_risk_verdicts_total{rule="strangers",verdict="block"} 1.0' in page


async def test_a_doubt_is_lifted_by_proof(tmp_path: Path) -> None:
    """The payer is asked for proof; whoever gives it is charged, and no rule asks again."""
    doubt = """
profile:
  base: default
  name: doubt
  risk: {rules: [{name: large, action: challenge, above: 1000.00 USD}]}
rules: []
"""
    async with desk(tmp_path, doubt) as shop:
        asked = await shop.pay("o1", 200_000, **paying())
        assert (asked.status, asked.body["status"]) == (201, "requires_action")
        path = asked.body["next_action"]["url"].removeprefix(shop.serving.primary)
        await shop.call("POST", path, {"action": "approve"})
        (found,) = await shop.find("o1")
        assert (found["status"], found["amount_captured"]) == ("captured", 200_000)
        page = (await shop.control("GET", "/metrics")).body["text"]
    assert 'paydrill_risk_verdicts_total{rule="large",verdict="challenge"} 1.0' in page


async def test_rules_still_know_people_by_their_address(tmp_path: Path) -> None:
    """The whole address where the payment is made, the mask in what comes afterwards."""
    rules = """
rules:
  - name: anna
    when: {operation: authorize, payer.email: anna.schmidt@example.org}
    fault: {decline: do_not_honor}
  - name: domain
    when: {operation: refund, payer.email: "*@example.com"}
    fault: {error: {status: 500, charged: no}}
"""
    async with desk(tmp_path, rules) as shop:
        assert (await shop.pay("o1", **paying())).error["failure"] == "do_not_honor"
        paid = await shop.pay("o2", **paying(payer={"email": "anna@example.com"}))
        assert paid.status == 201
        refund = await shop.call("POST", "/v1/refunds", {"payment": paid.body["id"]})
        assert refund.status == 500
