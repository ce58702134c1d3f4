"""An account is the gateway that its scenario says, and stays it after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.kit import desk

RULES = "rules:\n  - when: {operation: capture}\n    fault: {hang: {for: 1s}}\n"
EVISA = f"scenario: 1\nname: e\nprofile: {{base: evisa, maintenance: []}}\n{RULES}"
WALLET = {"type": "paypal"}


def paid_by(method: str, product: str, country: str) -> dict[str, object]:
    """The changed part of a payment."""
    return {"method": {"type": method}, "product": product, "payer": {"country": country}}


async def test_each_account_its_own(tmp_path: Path) -> None:
    """A scenario that is put makes its account another gateway, and leaves the others alone."""
    async with desk(tmp_path) as shop:
        before = await shop.call("GET", "/v1/methods")
        await shop.control("PUT", "/accounts/shop/scenario", EVISA)
        after = await shop.call("GET", "/v1/methods?country=CN&currency=CNY&product=vietnam-x")
        other = await shop.call("GET", "/v1/methods", api_key="sk_test_other")
        status = await shop.control("GET", "/accounts/shop")

    assert status.body["profile"] == "evisa"
    assert [row["type"] for row in before.body["data"]] == ["card", "wallet", "bank_transfer"]
    assert other.body == before.body
    open_to = {row["type"]: row["why_not"] for row in after.body["data"]}
    assert open_to["card"] is None
    assert open_to["alipay"]["failure"] == "method_not_accepted"


@pytest.mark.parametrize(
    ("method", "product", "country", "failure", "code"),
    [
        ("paypal", "vietnam-x", "US", "method_not_accepted", "METHOD"),
        ("alipay", "schengen", "DE", "method_not_supported_in_region", "METHOD"),
        ("wechat_pay", "schengen", "CN", "method_temporarily_disabled", "METHOD_OFF"),
    ],
)
async def test_an_excluded_method_is_refused_for_that_reason(
    tmp_path: Path, method: str, product: str, country: str, failure: str, code: str
) -> None:
    """402 with the profile's code, stored as failed, and the same again when it is asked for."""
    async with desk(tmp_path) as shop:
        await shop.control("PUT", "/accounts/shop/scenario", EVISA)
        answer = await shop.pay(body=paid_by(method, product, country))
        listed = await shop.call("GET", f"/v1/methods?country={country}&product={product}")
        (stored,) = await shop.find()

    assert (answer.status, answer.error["failure"], answer.error["code"]) == (402, failure, code)
    assert (stored["status"], stored["failure"]) == ("failed", failure)
    (row,) = [row for row in listed.body["data"] if row["type"] == method]
    assert row["why_not"]["failure"] == failure


async def test_after_a_restart(tmp_path: Path) -> None:
    """The journal remembers which gateway the account was, whole profiles too."""
    async with desk(tmp_path) as shop:
        await shop.control("PUT", "/accounts/shop/scenario", EVISA)
        listed = await shop.call("GET", "/v1/methods")
    async with desk(tmp_path) as shop:
        again = await shop.call("GET", "/v1/methods")
        fresh = await shop.call("GET", "/v1/methods", api_key="sk_test_other")
        await shop.control("POST", "/accounts/shop/reset")
        reset = await shop.call("GET", "/v1/methods")

    assert again.body == listed.body
    assert again.body != fresh.body
    assert reset.body == fresh.body


async def test_a_window_from_the_start_of_the_scenario(tmp_path: Path) -> None:
    """It holds for its time on the account's clock, and then payments go through again."""
    scenario = EVISA.replace("maintenance: []", "maintenance: [{after: 0s, lasts: 60s}]")
    async with desk(tmp_path) as shop:
        await shop.control("PUT", "/accounts/shop/scenario", scenario)
        refused = await shop.pay("o1", body=paid_by("bank_transfer", "schengen", "DE"))
        listed = await shop.call("GET", "/v1/methods")
        await shop.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        paid = await shop.pay("o2", 5000, body=paid_by("bank_transfer", "schengen", "DE"))

    assert (refused.status, refused.error["failure"]) == (402, "gateway_maintenance")
    assert [row["type"] for row in listed.body["data"] if not row["back_at"]] == ["wechat_pay"]
    assert paid.status == 201


async def test_a_served_scenario_sets_the_profile(tmp_path: Path) -> None:
    """Of every account, and codes are those of the profile."""
    async with desk(tmp_path, "profile: {base: oule-pay, maintenance: []}\n" + RULES) as shop:
        answer = await shop.pay(
            body={"method": {"type": "card", "token": "tok_decline_risk_blocked"}}
        )

    assert (answer.status, answer.error["code"]) == (402, "301")


async def test_faults_strike_the_listing(tmp_path: Path) -> None:
    """The operation `methods` can be matched like any other, by what is asked for."""
    when = "{operation: methods, payer.country: CN, currency: CNY, amount: 100.., product: v*}"
    rules = f"rules:\n  - when: {when}\n    fault: {{error: {{status: 503}}}}\n"
    async with desk(tmp_path, rules) as shop:
        listed = await shop.call(
            "GET", "/v1/methods?country=CN&currency=CNY&amount=100&product=visa"
        )
        other = await shop.call("GET", "/v1/methods?country=DE")
        paid = await shop.pay()

    assert (listed.status, other.status, paid.status) == (503, 200, 201)


async def test_keys_are_kept_as_long_as_the_profile_says(tmp_path: Path) -> None:
    """A minute here: then the same key is a new request, before and after a restart."""
    profile = "profile: {base: default, idempotency_window: 60s}\n"
    async with desk(tmp_path, profile + RULES) as shop:
        first = await shop.pay(key="k")
        await shop.control("POST", "/accounts/shop/clock/advance", {"by": "50s"})
        again = await shop.pay(key="k")
    async with desk(tmp_path, profile + RULES) as shop:
        restored = await shop.pay(key="k")
        await shop.control("POST", "/accounts/shop/clock/advance", {"by": "11s"})
        late = await shop.pay(key="k")

    assert first.body == again.body == restored.body
    assert late.body["id"] != first.body["id"]
