"""What happens in the drills about payers: regions, risk, maintenance, seasons, codes, banks."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from tests.scenarios.authentication import challenged, ends, waits_in_vain
from tests.scenarios.declines import declined
from tests.scenarios.incidents import later, twice
from tests.scenarios.methods import excluded
from tests.scenarios.network import lost
from tests.scenarios.script import Step
from tests.scenarios.stage import Act, Row, Stage
from tests.scenarios.webhooks import news


def method(kind: str, **more: Any) -> dict[str, Any]:
    """A payment by this method, without a card."""
    return {"method": {"type": kind}, **more}


async def stubborn(here: Stage) -> None:
    """Whoever tries a third time is told to come back in a minute, and the answer says so."""
    await here.control("POST", "/phase", {"name": "storm"})
    for number in range(40):
        order = f"stubborn-{number}"
        for serial in range(2):
            token = {"type": "card", "token": f"tok_visa_DE_{number}{serial}"}
            await here.send("/v1/payments", here.payment(order) | {"method": token})
        third = await here.send("/v1/payments", here.payment(order, "other card"))
        if "tries-too-often" in here.hits(order):
            assert getattr(third, "status", None) == 402
            assert getattr(third, "headers", {})["Retry-After"] == "60"
            return
    raise AssertionError("nobody was told to come back later")


async def looked_at(here: Stage) -> None:
    """Neither yes nor no at first; some seconds later it is one of the two."""
    made = await here.meet("risk-control/looked-at")
    assert (made.status, made.body["status"]) == (201, "processing")
    assert await here.taken(made.body["order_id"]) == 0
    await here.advance(6)
    found = (await here.it.call("GET", f"/v1/payments/{made.body['id']}")).body
    assert (found["status"], found["failure"]) in {("captured", None), ("failed", "risk_blocked")}


async def everybody_at_once(here: Stage) -> None:
    """More than the line is long: the last are turned away, and nothing is taken from them."""
    await here.control("POST", "/phase", {"name": "peak"})
    orders = [f"peak-{number}" for number in range(70)]
    calls = (here.send("/v1/payments", here.payment(order)) for order in orders)
    answers = await asyncio.gather(*calls)
    away = [
        order
        for order, answer in zip(orders, answers, strict=True)
        if getattr(answer, "status", None) == 503
    ]
    assert away
    assert "full-house" in here.hits(away[0])
    assert await here.taken(away[0]) == 0


async def code_arrives(here: Stage) -> None:
    """The code comes, is mistyped once, and then pays."""
    payer = await challenged(here, "code")
    [code] = await payer.codes()
    wrong = await payer.act("submit_code", code="000000")
    assert wrong.body["problem"]["failure"] == "otp_incorrect"
    await payer.act("submit_code", code=code)
    await ends(here, payer, "captured")


async def by_voice(here: Stage) -> None:
    """The message does not come; a call does."""
    payer = await challenged(here, "messages-lost")
    assert await payer.codes() == []
    await here.advance(3)
    assert (await payer.act("resend", via="voice")).status == 200
    [code] = await payer.codes()
    await payer.act("submit_code", code=code)
    await ends(here, payer, "captured")


async def notice_by_sms(here: Stage) -> None:
    """A notice by SMS is lost as well, and the answer says so; in the shop it is read."""
    await here.control("POST", "/phase", {"name": "sms-down"})
    row = {"message": "Please try again.", "language": "en", "reason": "otp_not_delivered"}
    for number in range(9):
        body = {"order_id": f"n{number}", "via": "sms", "next_step": "other_method", **row}
        answer = await here.it.call("POST", "/v1/notifications", body)
        if "notices-lost" in here.hits(f"n{number}"):
            assert answer.body["status"] == "undelivered"
            other = await here.it.call("POST", "/v1/notifications", body | {"via": "in_app"})
            assert other.body["status"] == "sent"
            return
    raise AssertionError("no notice was lost")


async def at_the_bank(here: Stage) -> None:
    """Whoever confirms at the page, or a little later in the app, has paid."""
    payer = await challenged(here, "asked/at-the-page")
    await payer.act("approve")
    await ends(here, payer, "captured")
    other = await challenged(here, "asked/in-the-app")
    await here.advance(4)
    await ends(here, other, "captured")


async def opens_a_dispute(here: Stage) -> None:
    """The payer goes to the bank; the money is gone until the bank has decided."""
    paid = await here.meet("paid-and-not-told/disputed")
    await here.advance(5)
    found = await here.it.call("GET", f"/v1/disputes?payment={paid.body['id']}")
    assert [each["status"] for each in found.body["data"]] == ["opened"]


async def refund_comes_back(here: Stage) -> None:
    """A refund of what was taken is accepted, comes back, and goes another way."""
    await here.control("POST", "/phase", {"name": "lost-orders"})
    for number in range(60):
        order = f"back-{number}"
        made = await here.send("/v1/payments", here.payment(order))
        if getattr(made, "status", 0) != 201 or await here.taken(order) != 1000:
            continue
        payment = (await here.it.find(order))[0]["id"]
        first = await here.it.call("POST", "/v1/refunds", {"payment": payment, "reference": "a"})
        if "refund-comes-back" in here.hits(order):
            await here.advance(3)
            back = await here.it.call("GET", f"/v1/refunds/{first.body['id']}")
            assert back.body["status"] == "failed"
            assert await here.taken(order) == 1000
            return
    raise AssertionError("no refund came back")


async def wrong_statement(here: Stage) -> None:
    """The payment is right in every query; only the statement is not."""
    for arm in ("left-out", "listed-twice"):
        paid = await here.meet(f"statement-is-wrong/{arm}")
        assert paid.body["status"] == "captured"


ROWS: Final[dict[str, Row]] = {
    "drills/evisa-season-peak": (
        lost("answers-lost", "closed"),
        declined("empty-cards", "insufficient_funds", "other card: 201"),
        Act("gateway_overloaded", everybody_at_once),
    ),
    "drills/maintenance-window": (
        declined("closed", "gateway_maintenance", "backup: 201"),
        Step(
            hit="empty-cards",
            failure="insufficient_funds",
            sees="402",
            channel="backup",
            then=("other card: 201",),
            money="once",
        ),
        Step(
            hit="both-closed",
            failure="gateway_maintenance",
            sees="402",
            channel="backup",
            then=("phase recovery: begun", "again: 201"),
            money="once",
        ),
    ),
    "drills/paid-but-no-order": (
        lost("paid-and-not-told/answer-lost", "closed", "charged_order_incomplete"),
        later("paid-and-not-told/called-failed", "late_success", "402"),
        twice("paid-and-not-told/twice"),
        Step(
            hit="paid-and-not-told/another-amount",
            failure="amount_mismatch",
            sees="201",
            money="part",
        ),
        Act("disputed", opens_a_dispute),
        declined("bank-says-no", "insufficient_funds", "wallet: 201"),
        Act("", wrong_statement),
        news("half-the-news", "webhook_missing", "told"),
        Act("refund_failed", refund_comes_back),
    ),
    "drills/region-blocked": (
        excluded("currency_not_supported", "card: 201", **method("paypal", currency="CNY")),
        declined(
            "wallet-blocked-abroad",
            "method_not_supported_in_region",
            "card: 201",
            pay=method("alipay"),
        ),
        declined("switched-off", "method_temporarily_disabled", "card: 201", pay=method("paypal")),
        lost("answers-lost", "closed"),
    ),
    "drills/risk-storm": (
        declined("risk-control/blocked", "risk_blocked", "again: 402"),
        declined("risk-control/suspected", "suspected_fraud", "other card: 201"),
        Act("risk_blocked", looked_at),
        Act("too_many_attempts", stubborn),
        lost("answers-lost", "closed"),
    ),
    "drills/sms-outage": (
        Act("otp_incorrect", code_arrives),
        Act("otp_not_delivered", by_voice),
        Act("otp_not_delivered", notice_by_sms),
        waits_in_vain("messages-lost", "otp_not_delivered", 25),
        declined("empty-cards", "insufficient_funds", "again: 402"),
    ),
    "drills/three-ds-down": (
        Act("authentication_failed", at_the_bank),
        declined("bank/unavailable", "authentication_unavailable", "wallet: 201"),
        waits_in_vain("bank/no-answer", "authentication_timeout", 10),
        declined("bank/not-passed", "authentication_failed", "wallet: 201"),
    ),
}
