"""What happens in the scenarios of risk/."""

from __future__ import annotations

from typing import Final

from tests.scenarios.declines import STICKS, card, declined
from tests.scenarios.script import Step
from tests.scenarios.stage import Act, Row, Stage
from tests.server.payer import Payer


async def four_tries(here: Stage) -> None:
    """The fourth try of an order is stopped, even with a card that would have been fine."""
    body = here.payment("stubborn") | card("DE")
    for _ in range(3):
        await here.send("/v1/payments", body)
    stopped = await here.it.call("POST", "/v1/payments", here.payment("stubborn", "other card"))
    assert (stopped.status, stopped.error["failure"]) == (402, "too_many_attempts")
    assert "enough" in here.hits("stubborn")


async def stolen_list(here: Stage) -> None:
    """After the fifth failure in ten minutes the card is blocked for an hour; others are not."""
    token = "tok_decline_do_not_honor_DE_77"
    tested = {"method": {"type": "card", "token": token}}
    for number in range(6):
        answer = await here.it.pay(f"test{number}", body=tested)
        assert (answer.status, answer.error["failure"]) == (402, "do_not_honor")
    for advance, failure in ((0, "too_many_attempts"), (1800, "too_many_attempts")):
        await here.advance(advance)
        answer = await here.it.pay(f"later{advance}", body=tested)
        assert answer.error["failure"] == failure
    assert (await here.it.pay("honest", body=card("FR"))).status == 201
    await here.advance(2 * 3600)
    assert (await here.it.pay("cool", body=tested)).error["failure"] == "do_not_honor"


async def one_in_five(here: Stage) -> None:
    """About a fifth of honest payments are blocked, the same ones at each try."""
    first = [(await here.it.pay(f"honest{number}")).status for number in range(60)]
    assert 4 <= first.count(402) <= 24
    unlucky = f"honest{first.index(402)}"
    again = await here.it.pay(unlucky)
    assert (again.status, again.error["failure"]) == (402, "risk_blocked")


async def refused_in_the_end(here: Stage) -> None:
    """Three of ten reviews end badly, unless the payer submits what is asked for in time."""
    made = [await here.it.pay(f"odd{number}") for number in range(120)]
    waiting = [answer.body["id"] for answer in made if answer.body["status"] == "processing"]
    saved = await here.it.call("POST", f"/v1/payments/{waiting[-1]}/documents", {"kind": "card"})
    assert saved.status == 201
    await here.advance(60)
    ends = [(await here.it.call("GET", f"/v1/payments/{name}")).body for name in waiting]
    assert {end["status"] for end in ends} == {"captured", "failed"}
    assert {end["failure"] for end in ends if end["status"] == "failed"} == {"risk_blocked"}
    assert ends[-1]["status"] == "captured"


async def disagreeing(here: Stage) -> None:
    """A large fee by a foreign card needs a proof; a small one, or a card from home, does not."""
    large = {"amount": 60_000, "payer": {"country": "CN"}}
    for order, pay in (("small", {"amount": 900}), ("home", {"payer": {"country": "DE"}})):
        answer = await here.it.pay(order, body=large | pay)
        assert answer.body["status"] == "captured", answer.body
    for order, act, status in (("yes", "approve", "captured"), ("no", "reject", "failed")):
        asked = await here.it.pay(order, body=large)
        assert asked.body["status"] == "requires_action"
        await Payer(here.it, asked).act(act)
        (found,) = await here.it.find(order)
        assert found["status"] == status
    assert found["failure"] == "authentication_failed"


async def documents(here: Stage) -> None:
    """A paper that speaks for the payer lifts the gateway's own block, and no bank's suspicion."""
    blocked = await here.meet("risk-control/gateways-rule")
    payment = blocked.error["payment"]
    again = here.payment(payment["order_id"])
    assert (await here.it.call("POST", "/v1/payments", again)).status == 402
    path = f"/v1/payments/{payment['id']}/documents"
    assert (await here.it.call("POST", path, {"kind": "identity"})).status < 300
    assert (await here.it.call("POST", "/v1/payments", again)).status == 201
    assert await here.taken(payment["order_id"]) == again["amount"]


ROWS: Final[dict[str, Row]] = {
    "risk/blocked": (
        declined("risk-control/banks-suspicion", "suspected_fraud", *STICKS),
        declined("risk-control/gateways-rule", "risk_blocked", *STICKS),
        declined("large-amounts", "risk_blocked", "again: 402", pay={"amount": 60_000}),
        Act("risk_blocked", documents),
    ),
    "risk/countries-disagree": (Act("authentication_failed", disagreeing),),
    "risk/card-testing": (
        Step(
            failure="do_not_honor",
            sees="402",
            pay={"method": {"type": "card", "token": "tok_decline_do_not_honor_DE_1"}},
            then=("other card: 201",),
            money="once",
        ),
        Act("too_many_attempts", stolen_list),
    ),
    "risk/false-alarms": (Act("risk_blocked", one_in_five),),
    "risk/not-to-be-served": (
        declined("listed/by-the-shop", "merchant_blacklist", "other card: 402", "wallet: 402"),
        declined("listed/by-the-law", "compliance_blocked", "other card: 402", "wallet: 402"),
    ),
    "risk/under-review": (Act("risk_blocked", refused_in_the_end),),
    "risk/too-many-tries": (
        declined("no", "do_not_honor", "other card: 201", pay=card("DE")),
        Act("too_many_attempts", four_tries),
        Step(failure="", sees="201", money="once"),
    ),
}
