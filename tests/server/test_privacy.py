"""What payers tell is nobody's business: no journal, log, error, metric or page has it."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from simulator.server.control.routes import ROUTES
from tests.server.kit import KEY, Desk, desk

NUMBER, CVC = "4242424242424242", "7391"
NAME, PHONE, EMAIL, STREET, NETWORK = (
    "Annegret Holzapfel", "+4915123456789", "annegret.holzapfel@example.org", "Am Anger 17",
    "203.0.113.77",
)  # fmt: skip
SECRETS = (NUMBER, CVC, NAME, PHONE, EMAIL, "annegret", STREET, NETWORK, "15123456789")
PAYER = {
    "country": "DE", "name": NAME, "phone": PHONE, "email": EMAIL, "device": "phone-of-annegret",
    "ip": NETWORK, "address": {"country": "DE", "line": STREET, "city": "Jena", "postcode": "0"},
}  # fmt: skip
CARD = {"type": "card", "card": {"number": NUMBER, "exp_month": 12, "exp_year": 2030, "cvc": CVC}}
OTP = {"type": "card", "token": "tok_otp_ok_DE_1"}


async def _live(it: Desk) -> tuple[str, list[str]]:
    """All that a payer and a merchant do; the address of a page, and all that they were told."""
    told: list[str] = []

    async def tell(path: str, body: object, **kw: str) -> dict:  # type: ignore[type-arg]
        answer = await it.call("POST", path, body, **kw)
        told.append(str(answer.body))
        return answer.body

    sale = {"order_id": "o1", "amount": 1000, "currency": "USD", "payer": PAYER}
    paid = await tell("/v1/payments", sale | {"method": CARD}, key="k1")
    asked = await tell("/v1/payments", sale | {"order_id": "o2", "method": OTP})
    page = urlsplit(asked["next_action"]["url"]).path
    await tell(page, {"action": "submit_code", "code": "000000"})
    message = f"Call {PHONE} or {EMAIL}, not {NUMBER}"
    notice = {"order_id": "o1", "via": "sms", "message": message}
    await tell("/v1/notifications", notice)
    await tell("/v1/payments", sale | {"payer": PAYER | {"phone": NUMBER, "surname": NAME}})
    await tell("/v1/payments", sale | {"method": CARD | {"cvc": CVC}})
    await tell(f"/v1/payments/{NUMBER}/capture", {})
    await tell("/v1/payments", sale | {"method": CARD}, key=NUMBER)
    await tell("/v1/refunds", {"payment": paid["id"], "reference": NUMBER})
    box = {"order_id": "o3", "amount": 1000, "currency": "USD", "payer": PAYER}
    checkout = await tell("/v1/checkouts", box)
    shop = urlsplit(checkout["url"]).path
    await tell(shop, {"method": CARD})
    return page, told


async def test_nobody_can_be_named_by_what_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Numbers, names and addresses are in no line, no log, no answer and no metric."""
    caplog.set_level(logging.DEBUG)
    async with desk(tmp_path) as it:
        _, told = await _live(it)
        metrics = (await it.control("GET", "/metrics")).body["text"]
        kept = str((await it.control("GET", "/accounts/shop/payments")).body)
        inbox = (await it.control("GET", "/accounts/shop/inbox")).body["data"]
        code = inbox[0]["code"]
        it.lines()
        journal = (tmp_path / "journal.jsonl").read_text()
    places = {
        "journal": journal, "log": caplog.text, "answers": "".join(told), "metrics": metrics,
        "payments": kept, "inbox": str(inbox),
    }  # fmt: skip
    found = [(place, each) for place, text in places.items() for each in SECRETS if each in text]
    assert not found
    del places["inbox"]
    assert not [place for place, text in places.items() if f'"{code}"' in text]


async def test_every_route_of_the_control_api_needs_its_token(tmp_path: Path) -> None:
    """Whoever has an API key in its place learns nothing and changes nothing."""
    async with desk(tmp_path) as it:
        await it.pay()
        for route in ROUTES:
            if not route.open:
                path = route.path.replace("{account}", "shop").replace("{", "").replace("}", "")
                answer = await it.control(route.method, path, token=KEY)
                assert answer.status == 401, route.path


async def test_a_page_is_of_one_account_and_one_channel(tmp_path: Path) -> None:
    """Whoever knows a page's name but not whose it is finds nothing; nor does another gateway."""
    async with desk(tmp_path) as it:
        page, _ = await _live(it)
        await it.pay(api_key="sk_test_other")
        assert (await it.call("GET", page)).status == 200
        elsewhere = page.replace("/shop/", "/other/")
        assert (await it.call("GET", elsewhere)).status == 404
        assert (await it.call("GET", page, channel="backup")).status == 404
        assert (await it.call("POST", elsewhere, {"action": "cancel"})).status == 404
        assert (await it.call("GET", page)).body["status"] == "pending"
