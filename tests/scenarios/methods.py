"""What happens in the scenarios of methods/."""

from __future__ import annotations

from typing import Any, Final

from tests.scenarios.declines import declined
from tests.scenarios.script import Step
from tests.scenarios.stage import Act, Row, Stage


def payment(kind: str, country: str, **more: Any) -> dict[str, Any]:
    """A payment by a payer of this country."""
    return {"method": {"type": kind}, "payer": {"country": country}, **more}


def excluded(failure: str, *then: str, **pay: Any) -> Step:
    """A payment that the gateway itself refuses, for that very reason."""
    money = "once" if any(each.endswith(": 201") for each in then) else "none"
    return Step(failure=failure, sees="402", then=then, pay=pay, money=money)


def offered(kind: str, failure: str, query: str) -> Act:
    """The list of methods says beforehand that, and why, this one is not to be had."""

    async def listed(here: Stage) -> None:
        answer = await here.it.call("GET", f"/v1/methods?{query}")
        offers = {each["type"]: each for each in answer.body["data"]}
        assert offers[kind]["available"] is False
        assert offers[kind]["why_not"]["failure"] == failure
        assert any(each["available"] for each in offers.values())

    return Act(failure, listed)


async def three_in_a_day(here: Stage) -> None:
    """The third large payment of a card's day is refused; the next day has room again."""
    for number, status in ((1, 201), (2, 201), (3, 402)):
        answer = await here.it.pay(f"big{number}", 600_000)
        assert answer.status == status, answer
    assert answer.error["failure"] == "period_limit_exceeded"
    assert (await here.it.pay("small", 100)).status == 201
    await here.advance(86_400)
    assert (await here.it.pay("big4", 600_000)).status == 201


ROWS: Final[dict[str, Row]] = {
    "methods/amount-out-of-bounds": (
        excluded("amount_too_small", "card: 201", **payment("bank_transfer", "DE", amount=500)),
        excluded("amount_too_large", amount=30_000, product="vietnam-tourist"),
        offered("bank_transfer", "amount_too_small", "country=DE&amount=500&currency=USD"),
    ),
    "methods/card-limits": (
        excluded("amount_limit_exceeded", amount=800_000),
        Act("period_limit_exceeded", three_in_a_day),
    ),
    "methods/currency-refused": (
        excluded("currency_not_supported", "card: 201", **payment("alipay", "CN", currency="THB")),
        offered("alipay", "currency_not_supported", "country=CN&currency=THB"),
    ),
    "methods/method-switched-off": (
        excluded("method_temporarily_disabled", "card: 201", **payment("wechat_pay", "CN")),
        offered("wechat_pay", "method_temporarily_disabled", "country=CN"),
    ),
    "methods/off-for-a-while": (
        declined(
            "looked-after",
            "method_temporarily_disabled",
            "card: 201",
            pay={"method": {"type": "bank_transfer"}},
        ),
        declined(
            "looked-after",
            "method_temporarily_disabled",
            "phase all-on: begun",
            "again: 201",
            pay={"method": {"type": "bank_transfer"}},
        ),
    ),
    "methods/region-not-served": (
        excluded("method_not_supported_in_region", "card: 201", **payment("paypal", "CN")),
        excluded("method_not_supported_in_region", "card: 201", **payment("google_pay", "CN")),
        offered("paypal", "method_not_supported_in_region", "country=CN"),
    ),
    "methods/visa-takes-cards-only": (
        excluded("method_not_accepted", "card: 201", **payment("paypal", "US", product="usa-b2")),
        excluded(
            "method_not_accepted",
            "other card: 201",
            method={"type": "card", "token": "tok_amex_US_1"},
            product="vietnam-tourist",
        ),
        offered("paypal", "method_not_accepted", "country=US&product=usa-b2"),
    ),
}
